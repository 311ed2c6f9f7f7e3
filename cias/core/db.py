"""What PostgreSQL says, in our terms: violations as typed errors with their French sentence, percentiles."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Aggregate


class ConstraintViolation(ValidationError):
    """A named constraint refused the write.

    `name` is the constraint's name, `message` its `violation_error_message`. Being a ValidationError, a form
    can add it as it is.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            _messages().get(name, "Cette valeur est refusée par une règle de la base."), code=name
        )


@cache
def _messages() -> dict[str, str]:
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
    }


@contextmanager
def typed_violations() -> Iterator[None]:
    """Run a block in a savepoint; raise ConstraintViolation instead of IntegrityError when a named rule refuses.

    Errors of another kind (a missing foreign key, say) are programming errors and pass through unchanged.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if name := named_constraint(error):
            raise ConstraintViolation(name) from error
        raise


def named_constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused, when it is one of ours with a sentence; "" otherwise."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return name if name in _messages() else ""


class Percentile(Aggregate):
    """The value below which a share of the rows lie, between two rows if need be (PostgreSQL's percentile_cont)."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"

    def __init__(self, expression: Any, share: Decimal, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)
