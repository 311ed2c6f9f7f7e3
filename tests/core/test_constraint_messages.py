"""What the database refuses is told: a form formats the message of a constraint, where a lone % breaks it."""

import pytest
from django.apps import apps
from django.db.models import BaseConstraint

CONSTRAINTS = [one for model in apps.get_models() for one in model._meta.constraints]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda one: one.name)
def test_a_constraint_s_message_can_be_told(constraint: BaseConstraint) -> None:
    assert constraint.get_violation_error_message()
