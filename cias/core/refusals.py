"""What a page answers when a service refuses."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from cias.core.states import ForbiddenTransition

type Refusal = ForbiddenTransition | ValidationError


def refuse(
    form: BaseForm, error: Refusal, fields: Mapping[str, str] | None = None, default: str | None = None
) -> None:
    """Put what a service refused at the field it is about, above the form when the form has no such field.

    The error names its field, or has a code: `fields` says which field that is, `default` is the field of the others;
    without either, the code is the field's own name.
    """
    if isinstance(error, ForbiddenTransition):
        form.add_error(None, str(error))
        return
    if hasattr(error, "error_dict"):
        for named, errors in error.error_dict.items():
            form.add_error(named if named in form.fields else None, errors)
        return
    code = getattr(error, "code", None) or ""
    name: Any = (fields or {}).get(code, default or code)
    form.add_error(name if name in form.fields else None, error)


def sentence(error: Refusal) -> str:
    """The same, as one message."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
