"""What domiciliation gives to the list of households, to letters and to the person's next request."""

from datetime import date
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.registry import merge_keys
from households.letters.context import LetterContext
from households.models import Household
from households.team import own_work
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind
from rights.domiciliation.letter_keys import KEYS
from rights.models import Domiciliation
from tests.factories import DomiciliationFactory, ElectionFactory, HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-11-24T10:21+01:00")


@pytest.fixture
def box(household: Household, claire: User) -> Domiciliation:
    person = household.memberships.get(role="applicant").person
    return DomiciliationFactory(number="DOM-2026-00042", household=household, person=person, agent=claire)


def said(household: Household, author: User, person=None) -> dict[str, str]:
    context = LetterContext(household, author, TODAY, person)
    return {code: merge_keys[code].value(context) for code, _label, _value in KEYS}


# --- The list of households ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("en-cours", True), ("a-decider", False), ("sans-nouvelles", False), ("a-renouveler", False),
        ("echues", False), ("personne", False),
    ],
)  # fmt: skip
def test_households_are_filtered_by_domiciliation(login, claire, household, box, value, found) -> None:
    ElectionFactory(domiciliation=box, granted=True)
    other = HouseholdFactory()
    listed = login(claire).get(reverse("households:list"), {"domiciliation": value}).content.decode()
    assert (household.number in listed) is found
    assert (other.number in listed) is (value == "personne")


def test_a_request_and_a_silence_are_filters_too(login, claire, household, box) -> None:
    ElectionFactory(domiciliation=box)
    Domiciliation.objects.update(alert_on=date(2026, 11, 1))
    for value in ("a-decider", "sans-nouvelles"):
        listed = login(claire).get(reverse("households:list"), {"domiciliation": value}).content.decode()
        assert household.number in listed


# --- Letters ---------------------------------------------------------------------------------------------------------
def test_letters_know_the_attestation(household, claire, box) -> None:
    election = ElectionFactory(domiciliation=box, granted=True)
    leo = household.memberships.get(role="child").person
    election.dependants.create(person=leo, relation="child")
    services.record(by=claire, domiciliation=box, kind=DeskKind.ARRIVED, letters=2)
    services.add_proxy(
        by=claire, domiciliation=box, name="Paul Durand", birth_date=None, start=TODAY, end=None
    )
    told = said(household, claire)
    assert told["domiciliation_numero"] == "DOM-2026-00042"
    assert told["domiciliation_fin"] == "07/10/2027"
    assert told["domiciliation_fin_longue"] == "7 octobre 2027"
    assert told["domiciliation_premiere"] == told["domiciliation_debut"] == "08/10/2026"
    assert told["domiciliation_courrier"] == "2\u00a0courriers"
    assert told["domiciliation_mandataires"] == "- Paul Durand"
    assert leo.full_name in told["domiciliation_ayants_droit"]
    assert told["domiciliation_commune"] == election.commune.name
    assert told["domiciliation_refus_motif"] == told["domiciliation_terme_motif"] == ""


def test_letters_speak_of_one_person_only(household, claire, box) -> None:
    leo = household.memberships.get(role="child").person
    ElectionFactory(domiciliation=box, granted=True)
    other = DomiciliationFactory(household=household, person=leo)
    assert set(said(household, claire).values()) == {""}, "two domiciled members, and nobody chosen"
    assert said(household, claire, leo)["domiciliation_numero"] == other.number
    assert set(said(HouseholdFactory(), claire).values()) == {""}


def test_the_decision_is_for_who_reads_the_content(household, claire, nadege, box) -> None:
    ElectionFactory(domiciliation=box, refused=True)
    assert said(household, claire)["domiciliation_refus_motif"] == "Absence de lien avec la commune"
    told = said(household, nadege)
    assert told["domiciliation_numero"] == "DOM-2026-00042"
    assert not any(value for code, value in told.items() if "refus" in code)


def test_a_hidden_address_keeps_its_commune_out_of_letters(household, claire, box) -> None:
    ElectionFactory(domiciliation=box, granted=True)
    household.address_hidden = True
    assert said(household, claire)["domiciliation_commune"] == ""


# --- The file and the lists ------------------------------------------------------------------------------------------
def test_the_renewal_is_the_main_button_when_its_time_has_come(login, claire, box, time_machine) -> None:
    ElectionFactory(domiciliation=box, granted=True)
    url = reverse("rights:domiciliation", args=[box.pk])
    assert not login(claire).get(url).context["is_time_to_renew"]
    time_machine.move_to("2027-08-10T10:00+02:00")
    assert login(claire).get(url).context["is_time_to_renew"]


def test_after_a_refusal_one_link_opens_a_new_request(login, claire, household, box) -> None:
    leo = household.memberships.get(role="child").person
    other = DomiciliationFactory(household=household, person=leo, agent=claire)
    ElectionFactory(domiciliation=other, refused=True)
    client = login(claire)
    url = reverse("rights:dom_request", args=[household.pk]) + f"?personne={leo.pk}"
    assert url in client.get(reverse("rights:domiciliation", args=[other.pk])).content.decode()
    assert client.get(url).context["form"].initial["person"] == str(leo.pk)
    assert client.get(url + "zzz").status_code == 200


def test_tabs_say_how_many_wait_and_open_on_those_in_force(login, claire, box) -> None:
    ElectionFactory(domiciliation=box, granted=True)
    ElectionFactory(domiciliation=DomiciliationFactory(agent=claire))
    ElectionFactory(domiciliation=DomiciliationFactory(), refused=True)
    url = reverse("rights:domiciliations")
    context = login(claire).get(url).context
    assert context["code"] == "en-cours"
    assert {code: size for code, _label, size, _query in context["tabs"]} == {
        "a-decider": 1, "en-retard": 0, "en-cours": 1, "sans-nouvelles": 0,
        "a-renouveler": 0, "echues": 0, "refusees": 1,
        "terminees": 0,
    }  # fmt: skip
    mine = login(claire).get(url, {"liste": "a-decider", "agent": "moi"}).context
    assert ("refusees", 0) in [(code, size) for code, _label, size, _query in mine["tabs"]]


def test_an_attestation_prints_the_rule_in_force(login, claire, box) -> None:
    election = ElectionFactory(domiciliation=box, granted=True)
    content = login(claire).get(reverse("rights:dom_attestation", args=[election.pk])).content
    with pdfplumber.open(BytesIO(content)) as document:
        text = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    assert "plus de 3 mois" in text
    assert "à partir du 07/08/2027" in text


def test_the_direction_prints_no_content_without_a_reason(login, box) -> None:
    election = ElectionFactory(domiciliation=box, granted=True)
    director = UserFactory(role=Role.DIRECTOR)
    shown = login(director).get(reverse("rights:dom_attestation", args=[election.pk]))
    assert shown.headers["Content-Type"] != "application/pdf"


def test_a_renewal_given_up_hides_nothing_of_the_attestation_that_runs(
    login, claire, box, time_machine
) -> None:
    held = ElectionFactory(domiciliation=box, granted=True)
    time_machine.move_to("2027-08-10T10:00+02:00")
    renewal = services.renew(by=claire, election=held, on=date(2027, 8, 9))
    services.withdraw(by=claire, election=renewal, on=date(2027, 8, 10), reason="Erreur")
    client = login(claire)
    context = client.get(reverse("rights:domiciliation", args=[box.pk])).context
    assert (context["current"], context["past"], context["is_time_to_renew"]) == (held, [renewal], True)
    listed = client.get(reverse("rights:domiciliations"), {"liste": "a-renouveler"}).content.decode()
    assert "Accordée" in listed
    titles = [item.title for item in own_work(claire, date(2027, 8, 10))]
    assert any("Domiciliation à renouveler" in title for title in titles)
    desk = client.get(reverse("rights:mail_person", args=[box.pk])).content.decode()
    assert "valable jusqu’au 07/10/2027" in desk


def test_a_refused_renewal_is_notified_before_the_attestation_comes_back(login, claire, box) -> None:
    held = ElectionFactory(domiciliation=box, granted=True)
    refused = ElectionFactory(
        domiciliation=box,
        refused=True,
        kind="renewal",
        requested_on=date(2026, 11, 1),
        interview_on=date(2026, 11, 2),
        decided_on=date(2026, 11, 3),
    )
    client, url = login(claire), reverse("rights:domiciliation", args=[box.pk])
    assert client.get(url).context["current"] == refused
    services.notify(by=claire, election=refused, on=date(2026, 11, 4))
    assert client.get(url).context["current"] == held


def test_an_end_is_notified_on_its_own_day(login, claire, box) -> None:
    election = ElectionFactory(domiciliation=box, granted=True)
    services.notify(by=claire, election=election, on=date(2026, 10, 9))
    election.refresh_from_db()
    services.end(by=claire, election=election, on=date(2026, 11, 20), end_reason="asked")
    client = login(claire)
    url = reverse("rights:dom_notify", args=[election.pk])
    early = client.post(url, {"on": "19/11/2026"})
    assert "on" in early.context["form"].errors
    client.post(url, {"on": "23/11/2026"})
    election.refresh_from_db()
    assert (election.notified_on, election.end_notified_on) == (date(2026, 10, 9), date(2026, 11, 23))
    assert (
        "notifiée le 23/11/2026"
        in client.get(reverse("rights:domiciliation", args=[box.pk])).content.decode()
    )
    client.post(reverse("rights:dom_undo", args=[election.pk]))
    election.refresh_from_db()
    assert (election.state, election.notified_on, election.end_notified_on) == (
        "granted",
        date(2026, 10, 9),
        None,
    )
