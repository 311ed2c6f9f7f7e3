"""No column that may tell of somebody can be forgotten when a file ends (C7)."""

import pytest

from cias.core import erasing
from cias.core.erasing import treatments
from cias.core.erasing.declaring import How
from households.models import Household, Person

ROOTS = (Household, Person)


def test_every_column_that_may_tell_of_somebody_has_a_treatment() -> None:
    missing = erasing.undeclared(*ROOTS)
    assert missing == [], (
        "add, in the erasing.py of the app that owns each column, one of wipe, blank, renumber, later, "
        "keep(…, because=…), or drop its model:\n" + "\n".join(missing)
    )


def test_every_treatment_is_about_a_column_that_exists() -> None:
    assert erasing.unknown(*ROOTS) == []


def test_what_is_kept_says_why() -> None:
    assert [key for key, one in treatments.items() if one.how == How.KEEP and not one.because] == []
    assert [
        key for key, one in treatments.items() if one.how == How.LATER and not (one.clock and one.on)
    ] == []


def test_a_forgotten_column_is_named_with_the_line_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(treatments, ("households.Note", "text"))
    assert erasing.undeclared(*ROOTS) == ['erasing.wipe("households.Note", "text")']


def test_a_column_is_declared_once() -> None:
    with pytest.raises(ValueError, match="already declared"):
        erasing.wipe("households.Note", "text")


def test_tables_that_only_lead_to_others_households_are_not_reached() -> None:
    reached = {model._meta.label for model in erasing.graph(*ROOTS)}
    shared = {
        "accounts.User", "territory.Commune", "households.Partner", "appointments.Reason", "rights.AidSession",
        "rights.Right", "housing.Place", "housing.Dwelling", "insertion.WorkshopSession", "insertion.Workshop",
        "insertion.JobOffer", "households.LetterTemplateVersion", "households.CaseloadBatch", "abs_reports.Report",
    }  # fmt: skip
    assert reached & shared == set()
