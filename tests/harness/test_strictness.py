"""The harness itself: each slip it promises to catch is made on purpose."""

from datetime import datetime

import pytest
from django.apps import apps
from django.core.paginator import Paginator, UnorderedObjectListWarning
from django.template import engines
from django.test import override_settings

from cias.accounts.models import User
from households.models import Household
from tests.client import check_markup, refuse_writes
from tests.factories import AssignmentFactory, HouseholdFactory, UserFactory

OURS = {
    "accounts",
    "audit",
    "territory",
    "households",
    "appointments",
    "rights",
    "housing",
    "insertion",
    "abs_reports",
}

# Read by their key, never listed.
BY_KEY_ONLY = {
    "territory.Structure",
    "households.LetterSeries",
    "households.NumberSeries",
    "households.SlipSeries",
    "rights.AidSeries",
    "rights.DomiciliationSeries",
    "rights.FileNir",
    "rights.FileSeries",
    "abs_reports.IndicatorValue",
    "housing.EnergySeries",
}


def test_an_unknown_template_variable_fails() -> None:
    template = engines["django"].from_string("{{ known }}{{ forgotten.thing }}")
    with pytest.raises(AssertionError, match=r"forgotten\.thing"):
        template.render({"known": "x"})


def test_it_still_fails_after_a_test_that_changes_a_setting() -> None:
    with override_settings(DEBUG=True):
        pass
    test_an_unknown_template_variable_fails()


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<p style='color: red'>x</p>", "inline style on <p>"),
        ("<style>p{}</style>", "inline style on <style>"),
        ("<script>x()</script>", "inline script"),
        ("<button onclick='x()'>x</button>", "inline handler onclick"),
        ("<form method='post' action='/x/'></form>", "without CSRF token: /x/"),
    ],
)
def test_markup_that_a_browser_would_refuse_fails(markup: str, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check_markup(f"<!doctype html><html><body>{markup}</body></html>".encode())


def test_a_get_that_writes_fails() -> None:
    with pytest.raises(AssertionError, match="writes to households_household"):
        refuse_writes(lambda *args: None, 'UPDATE "households_household" SET "name" = %s', ("x",), False, {})


@pytest.mark.django_db
def test_a_naive_moment_fails() -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        User.objects.filter(last_login=datetime(2026, 3, 29, 2, 30)).exists()  # noqa: DTZ001 - on purpose


@pytest.mark.django_db
def test_an_unordered_list_fails() -> None:
    HouseholdFactory()
    with pytest.raises(UnorderedObjectListWarning):
        Paginator(Household.objects.order_by(), 10).page(1)


def test_every_model_of_ours_has_an_order() -> None:
    # History tables are read through cias.audit.history, which orders them itself.
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    unordered = {
        m._meta.label for m in models if not m._meta.ordering and not hasattr(m, "pgh_tracked_model")
    }
    assert unordered <= BY_KEY_ONLY


@pytest.mark.django_db
def test_factories_make_rows_the_database_accepts() -> None:
    household = HouseholdFactory(with_applicant=True, with_situation=True, with_referent=True)
    assert household.memberships.count() == household.situations.count() == household.assignments.count() == 1
    AssignmentFactory(agent=UserFactory())
