"""No foreign key to a person or a household can be forgotten when two become one (H6)."""

from datetime import date

import pytest
from django.apps import apps

from cias.core import merging
from cias.core.merging.policies import declared
from cias.core.merging.walk import Reference
from households.models import Household, Person


def test_every_reference_to_a_person_or_a_household_has_a_policy() -> None:
    missing = merging.undeclared(Person, Household)
    assert missing == [], "add, in the registrations of the app that owns each field:\n" + "\n".join(missing)


def test_every_policy_is_about_a_field_that_exists() -> None:
    known = {reference.label for target in (Person, Household) for reference in merging.references(target)}
    known |= {reference.label for reference in merging.soft_references()}
    assert set(declared) - known == set()


def test_no_model_hides_references_in_a_generic_key() -> None:
    hidden = [model._meta.label for model in apps.get_models() if model._meta.private_fields]
    assert hidden == []


def test_a_forgotten_field_is_named_with_the_line_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(declared, "rights.RightsFile.applicant")
    monkeypatch.delitem(declared, "audit.StatedReason.subject_id")
    firm, soft = merging.undeclared(Person, Household)
    assert firm == 'merging.move("rights.RightsFile.applicant")'
    assert "audit.StatedReason.subject_id" in soft
    reference = next(r for r in merging.references(Person) if r.label == "rights.RightsFile.applicant")
    assert isinstance(reference, Reference)
    assert merging.policy_of(reference).apply is not None, "in production it moves all the same"


def test_a_field_is_declared_once() -> None:
    with pytest.raises(ValueError, match="already declared"):
        merging.move("rights.RightsFile.applicant")


D = date


@pytest.mark.parametrize(
    ("row", "taken", "free"),
    [
        ((D(2024, 1, 1), None), [], (D(2024, 1, 1), None)),
        ((D(2024, 1, 1), None), [(D(2025, 1, 1), None)], (D(2024, 1, 1), D(2024, 12, 31))),
        ((D(2025, 1, 1), None), [(D(2024, 1, 1), None)], None),
        ((D(2025, 1, 1), None), [(D(2024, 1, 1), D(2025, 6, 30))], (D(2025, 7, 1), None)),
        ((D(2025, 1, 1), D(2025, 3, 31)), [(D(2024, 1, 1), D(2025, 6, 30))], None),
        ((D(2025, 1, 1), D(2025, 3, 31)), [(D(2025, 1, 1), D(2025, 3, 31))], None),
        ((D(2025, 1, 1), D(2025, 3, 31)), [(D(2025, 4, 1), None)], (D(2025, 1, 1), D(2025, 3, 31))),
        (
            (D(2025, 1, 1), None),
            [(D(2025, 1, 1), D(2025, 1, 31)), (D(2025, 2, 1), D(2025, 2, 28)), (D(2026, 1, 1), None)],
            (D(2025, 3, 1), D(2025, 12, 31)),
        ),
        ((D(2025, 1, 1), D(2025, 1, 1)), [(D(2025, 1, 1), D(2025, 1, 1))], None),
    ],
)
def test_free_days(row: tuple, taken: list, free: tuple | None) -> None:
    assert merging.free_days(*row, taken) == free
