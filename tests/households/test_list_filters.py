"""Every filter of the list of households, for those who may ask it, against a small town (H15)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.models import AccessLog
from cias.territory.models import Zone
from households.completeness import FACTS
from households.enums import NoteLevel
from households.models import Household
from tests.client import StrictClient
from tests.factories import (
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    RightsFileFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
LIST = reverse("households:list")


@pytest.fixture
def town(claire: User, mehdi: User) -> None:
    """Adam: everything said, followed by Claire; Zola: a small commune, eighteen today; Perdu: nothing said."""
    small = CommuneFactory(small=True)
    small.zone = Zone.objects.create(code="nord-est", name="Nord-Est")
    small.save()
    adam = HouseholdFactory(name="Adam", sort_key="adam", opened_on=date(2024, 1, 1))
    adam.assignments.create(agent=claire, start=date(2024, 1, 1))
    MembershipFactory(household=adam, person=PersonFactory(reachable=True, birth_date=date(1990, 1, 1)))
    SituationFactory(household=adam, main_resource="rsa", housing_status="hotel", activity="job_seeker")
    NoteFactory(household=adam, author=claire, themes=["budget"], held_on=date(2026, 5, 2))
    zola = HouseholdFactory(name="Zola", sort_key="zola", commune=small, opened_on=date(2026, 11, 1))
    MembershipFactory(household=zola, person=PersonFactory(birth_date=date(2008, 11, 24)))
    SituationFactory(household=zola, family_type="lone_parent", housing_status="")
    NoteFactory(
        household=zola, author=mehdi, themes=["budget"], level=NoteLevel.PERSONAL, held_on=date(2026, 5, 1)
    )
    perdu = HouseholdFactory(name="Perdu", sort_key="perdu", commune=None, opened_on=date(2026, 6, 1))
    MembershipFactory(household=perdu, person=PersonFactory(birth_date=None, sex=""))


def names(client: StrictClient, query: str) -> list[str]:
    return [str(row) for row in client.get(f"{LIST}?{query}").context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("commune=secteur:nord-est", ["Zola"]),
        ("referent=moi", ["Adam"]),
        ("composition=lone_parent", ["Zola"]),
        ("logement=hotel", ["Adam"]),
        ("activite=job_seeker", ["Adam"]),
        ("ressource=rsa", ["Adam"]),
        ("age=18", ["Zola"]),
        ("age=35", ["Adam"]),
        ("age=00", []),
        ("theme=budget", ["Adam"]),
        ("theme=budget&entretien_du=02/05/2026&entretien_au=02/05/2026", ["Adam"]),
        ("theme=energy&entretien_du=02/05/2026", []),
        ("entretien_au=01/05/2026", []),
        ("ouvert_du=01/06/2026&ouvert_au=01/11/2026", ["Perdu", "Zola"]),
        ("ouvert_du=02/06/2026", ["Zola"]),
        ("manque=commune", ["Perdu"]),
        ("manque=referent", ["Perdu", "Zola"]),
        ("manque=logement", ["Perdu", "Zola"]),
        ("manque=naissance", ["Perdu"]),
        ("manque=sexe", ["Perdu"]),
        ("manque=contact", ["Perdu", "Zola"]),
        ("tri=nom-inverse", ["Zola", "Perdu", "Adam"]),
        ("tri=anciens", ["Adam", "Perdu", "Zola"]),
    ],
)
def test_each_filter(query: str, expected: list[str], town: None, claire: User, login: Login) -> None:
    assert names(login(claire), query) == expected


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ("nadege", "ressource=rsa"),
        ("nadege", "theme=budget"),
        ("nadege", "manque=logement"),
        ("isabelle", "ressource=rsa"),
        ("isabelle", "theme=budget"),
    ],
)
def test_nobody_filters_on_what_they_may_not_read(
    who: str, query: str, town: None, request: pytest.FixtureRequest, login: Login
) -> None:
    """The direction reads a situation with a reason, file by file; that one is missing tells nothing."""
    client = login(request.getfixturevalue(who))
    assert names(client, query) == ["Adam", "Perdu", "Zola"]
    if who == "isabelle":
        assert names(client, "manque=logement") == ["Perdu", "Zola"]


def test_an_upper_app_adds_its_own_filter(town: None, claire: User, nadege: User, login: Login) -> None:
    """Rights files, to those who follow them."""
    adam, perdu = Household.objects.get(name="Adam"), Household.objects.get(name="Perdu")
    RightsFileFactory(household=adam)
    RightsFileFactory(open=True, household=perdu, applicant=PersonFactory())
    client = login(claire)
    assert names(client, "droits=en-cours") == ["Adam"]
    assert names(client, "droits=ouvert") == ["Perdu"]
    assert names(client, "droits=aucun") == ["Zola"]
    assert names(login(nadege), "droits=en-cours") == ["Adam", "Perdu", "Zola"]


def test_a_social_worker_never_finds_a_file_by_somebody_s_personal_note(
    town: None, claire: User, mehdi: User, login: Login
) -> None:
    assert names(login(mehdi), "theme=budget") == ["Adam", "Zola"]
    assert names(login(claire), "theme=budget") == ["Adam"]


def test_columns_are_those_chosen_and_allowed(town: None, claire: User, nadege: User, login: Login) -> None:
    query = f"{LIST}?col=logement&col=membres&col=telephone&tri=recents"
    page = login(claire).get(query)
    assert [one.code for one in page.context["state"].columns] == ["menage", "membres", "logement"]
    assert "Hôtel" in page.content.decode()
    assert [one.code for one in login(nadege).get(query).context["state"].columns] == ["menage", "membres"]


def test_each_active_filter_can_be_taken_away(town: None, claire: User, login: Login) -> None:
    page = login(claire).get(f"{LIST}?commune=28085&ouvert_du=01012024&tri=numero&page=2")
    chips = {chip.label: (chip.value, chip.url) for chip in page.context["state"].chips()}
    assert chips == {
        "Commune ou secteur": ("Chartres", "?ouvert_du=01%2F01%2F2024&tri=numero"),
        "Ouvert à partir du": ("01/01/2024", "?commune=28085&tri=numero"),
    }


def test_empty_fields_of_the_form_leave_the_address(town: None, claire: User, login: Login) -> None:
    response = login(claire).get(f"{LIST}?commune=28085&referent=&etat=&theme=&tri=")
    assert response.url == f"{LIST}?commune=28085"
    assert login(claire).get(f"{LIST}?commune=&tri=").url == f"{LIST}?vue=aucune"


def test_a_wrong_value_is_told_at_its_field(town: None, claire: User, login: Login) -> None:
    page = login(claire).get(f"{LIST}?ouvert_du=hier&commune=28085").content.decode()
    assert "Ce filtre est laissé de côté" in page
    assert "<details open>" in page


def test_the_read_log_counts_and_never_names(town: None, claire: User, login: Login) -> None:
    login(claire).get(f"{LIST}?commune=28085")
    assert AccessLog.objects.latest("pk").detail == {"listing": "households", "rows": 1}


def test_every_missing_fact_is_one_query_s_filter(town: None) -> None:
    for fact in FACTS.values():
        assert Household.objects.filter(fact.missing(date(2026, 11, 24))).count() in (1, 2), fact.code


def test_beyond_ten_thousand_rows_nothing_is_counted(
    town: None, claire: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cias.lists.paging.MOST_ROWS", 2)
    page = login(claire).get(f"{LIST}?page=9")
    assert "plus de 2\xa0ménages" in page.content.decode()
    assert page.context["page"].number == 1
