"""Filters that housing, insertion and rights add to the list of households: what they find, for whom (H15, C3)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.lists.models import ExportRun, SavedView
from households.models import Household
from households.services.protection import protect_household
from housing.enums import ExitOutcome
from rights.enums import FileState
from tests.client import StrictClient
from tests.factories import (
    EngagementContractFactory,
    HouseholdFactory,
    OrientationFactory,
    RightsFileFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
LIST = reverse("households:list")


def household(name: str) -> Household:
    return HouseholdFactory(name=name, sort_key=name.lower())


def names(client: StrictClient, query: str) -> set[str]:
    return {str(row) for row in client.get(f"{LIST}?{query}").context["rows"]}


@pytest.fixture
def housed(db: None) -> None:
    """On 24 November 2026: contracts end in spring, in five days, yesterday; one enters, one left, one never came."""
    StayFactory(household=household("Long"), planned_end=date(2027, 4, 1))
    StayFactory(household=household("Bientôt"), planned_end=date(2026, 11, 29))
    StayFactory(household=household("Dépassé"), planned_end=date(2026, 11, 23))
    StayFactory(household=household("Demain"), start=date(2026, 11, 25), planned_end=date(2027, 2, 1))
    StayFactory(household=household("Parti"), end=date(2026, 11, 2), outcome=ExitOutcome.SOCIAL)
    household("Autre")


@pytest.mark.usefixtures("housed")
class TestHousing:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("en-cours", {"Long", "Bientôt", "Dépassé"}),
            ("a-renouveler", {"Bientôt", "Dépassé"}),
            ("depasse", {"Dépassé"}),
            ("a-venir", {"Demain"}),
            ("sorti", {"Parti"}),
            ("jamais", {"Autre"}),
        ],
    )
    def test_each_answer(self, value: str, expected: set[str], isabelle: User, login: Login) -> None:
        assert names(login(isabelle), f"hebergement={value}") == expected

    def test_a_hidden_address_answers_nothing(self, claire: User, login: Login) -> None:
        for one in Household.objects.filter(name__in=("Long", "Autre")):
            protect_household(by=claire, household=one, reason="elected", hides_address=True)
        client = login(claire)
        assert names(client, "hebergement=en-cours") == {"Bientôt", "Dépassé"}
        assert names(client, "hebergement=jamais") == set()


@pytest.fixture
def pathways(db: None) -> None:
    EngagementContractFactory(orientation=OrientationFactory(household=household("Signé")), signed=True)
    EngagementContractFactory(orientation=OrientationFactory(household=household("Proposé")))
    EngagementContractFactory(
        orientation=OrientationFactory(household=household("Échu"), referent=None),
        start=date(2026, 10, 6),
        end=date(2026, 11, 23),
        signed=True,
    )
    OrientationFactory(household=household("Fini"), end=date(2026, 11, 23))


@pytest.mark.usefixtures("pathways")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en-cours", {"Signé", "Proposé", "Échu"}),
        ("contrat", {"Signé"}),
        ("sans-contrat", {"Proposé"}),
        ("echu", {"Échu"}),
        ("sans-referent", {"Échu"}),
        ("aucun", {"Fini"}),
    ],
)
def test_each_state_of_a_pathway(value: str, expected: set[str], isabelle: User, login: Login) -> None:
    assert names(login(isabelle), f"rsa={value}") == expected


def test_files_of_rights_by_state(claire: User, login: Login) -> None:
    RightsFileFactory(household=household("Constitué"))
    RightsFileFactory(open=True, household=household("Ouvert"))
    client = login(claire)
    assert names(client, f"droits={FileState.OPEN}") == {"Ouvert"}
    assert names(client, f"droits={FileState.BUILDING}") == {"Constitué"}
    assert names(client, f"droits={FileState.CLOSED}") == {"Constitué", "Ouvert"}, "not a choice: left aside"


FORGED = ("hebergement=en-cours", "rsa=contrat", "rsa=sans-referent", "droits=ouvert", "droits=open")


@pytest.mark.parametrize("query", FORGED)
def test_a_forged_address_gives_nothing_away(
    query: str, housed: None, pathways: None, nadege: User, login: Login
) -> None:
    """Reception reads none of these domains: neither the rows nor the form change."""
    page = login(nadege).get(f"{LIST}?{query}")
    assert len(page.context["rows"]) == Household.objects.count()
    assert not {"hebergement", "rsa", "droits"} & set(page.context["state"].filters)
    assert page.context["state"].chips() == []


def test_a_protected_file_is_found_by_no_filter(
    housed: None, claire: User, mehdi: User, login: Login
) -> None:
    protect_household(by=claire, household=Household.objects.get(name="Long"), reason="elected")
    assert names(login(claire), "hebergement=en-cours") == {"Long", "Bientôt", "Dépassé"}
    assert names(login(mehdi), "hebergement=en-cours") == {"Bientôt", "Dépassé"}


def test_they_live_in_the_address_in_saved_views_and_in_exports(
    housed: None, isabelle: User, nadege: User, login: Login, settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    client, query = login(isabelle), "?hebergement=depasse"
    chips = [(one.label, one.value) for one in client.get(f"{LIST}{query}").context["state"].chips()]
    assert chips == [("Hébergement", "Séjour en cours, contrat dépassé")]
    client.post(
        f"{reverse('lists:save', args=['households'])}{query}", {"name": "À revoir", "is_shared": "on"}
    )
    view = SavedView.objects.get()
    assert view.filters == {"hebergement": ["depasse"]}
    client.post(
        f"{reverse('lists:export', args=['households'])}{query}",
        {"choice": "Bilan d’activité", "text": "", "columns": ["numero"], "file_format": "csv"},
    )
    run = ExportRun.objects.get()
    assert (run.filters, run.rows) == ({"hebergement": ["depasse"]}, 1)
    # Reception opens the shared view: what it filters on is not theirs, and they are told so.
    page = login(nadege).get(f"{LIST}{query}&vue={view.pk}")
    assert len(page.context["rows"]) == Household.objects.count()
    assert page.context["dropped"] == ["hebergement"]
