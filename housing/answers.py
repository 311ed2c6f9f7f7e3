"""What the pages of several lines answer when a service refuses."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from cias.core.states import ForbiddenTransition

type Refusal = ForbiddenTransition | ValidationError


def refuse(form: BaseForm, error: Refusal, fields: Mapping[str, str]) -> None:
    """Put what a service refused at the field it is about: `fields` gives it by the code of the error."""
    if isinstance(error, ForbiddenTransition):
        form.add_error(None, str(error))
        return
    name: Any = fields.get(getattr(error, "code", None) or "")
    form.add_error(name if name in form.fields else None, error)


def sentence(error: Refusal) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
