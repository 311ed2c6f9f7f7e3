"""What can be done next with an object: the buttons of its page, each with its form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class FormStep:
    """`name` tells its address; `intro` says what the form is about, `done` what it did.

    The main one is what the state calls for.
    """

    name: str
    label: str
    icon: str
    form: Callable[..., forms.Form]
    service: Callable[..., Any]
    done: str
    intro: str = ""
    is_main: bool = False
    submit: str = ""
