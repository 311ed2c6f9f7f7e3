"""What domiciliation counts: the statement to the préfet, the registry, the register of beneficiaries, merges."""

from datetime import UTC, date, datetime
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.core.periods import Period
from cias.core.registry import contacts, statistics
from households.models import Person
from households.register.benefits import Residence, Wanted, beneficiaries, benefits_of
from households.services.merging import merge, undo_merge
from rights.domiciliation import services
from rights.domiciliation.statement import statement
from rights.models import Domiciliation, Election, RightsFile
from tests.factories import (
    CommuneFactory,
    DeskEventFactory,
    DomiciliationFactory,
    ElectionFactory,
    PersonFactory,
    RightFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)
TODAY = date(2026, 11, 24)


def rows(code: str, territory: frozenset[str] | None = None) -> dict[tuple[str, ...], int]:
    found = statistics[f"domiciliation.{code}"].compute(YEAR, territory)
    return {row.keys: row.value for row in found}  # type: ignore[misc]


@pytest.fixture
def six(db: None) -> list[Election]:
    """Five in Chartres, one in Lucé; one of them ended since, with mail."""
    elections = [ElectionFactory(granted=True) for _ in range(5)]
    elections.append(ElectionFactory(granted=True, commune=CommuneFactory(luce=True), kind="renewal"))
    Election.objects.filter(pk=elections[0].pk).update(
        state="ended", ended_on=date(2026, 11, 3), last_day=date(2026, 11, 3), end_reason="stable_home"
    )
    DeskEventFactory(domiciliation=elections[1].domiciliation, arrived=True)
    DeskEventFactory(
        domiciliation=elections[1].domiciliation, arrived=True, undone_at=datetime(2026, 11, 2, tzinfo=UTC),
        undone_by=elections[1].domiciliation.agent,
    )  # fmt: skip
    ElectionFactory(refused=True)
    return elections


def test_the_registry_counts_by_commune_of_attachment(six: list[Election]) -> None:
    assert rows("in_force") == {("28085",): 4, ("28218",): 1}
    assert rows("new") == {("28085",): 5}
    assert rows("renewed") == {("28218",): 1}
    assert rows("ended") == {("stable_home", "28085"): 1}
    assert rows("refused") == {("no_link",): 1}
    assert rows("mail") == {("arrived", "28085"): 2}
    assert rows("in_force", frozenset({"28218"})) == {("28218",): 1}
    assert rows("decision_delay") == {(): 7}


def test_a_hidden_address_is_counted_without_its_commune(six: list[Election]) -> None:
    type(six[1].household).objects.filter(pk=six[1].household_id).update(
        is_protected=True, address_hidden=True
    )
    assert rows("in_force") == {("",): 1, ("28085",): 3, ("28218",): 1}
    assert rows("in_force", frozenset({"28085"})) == {("28085",): 3}
    assert rows("mail") == {("arrived", ""): 2}


def test_the_statement_counts_the_year_and_keeps_small_numbers(six: list[Election]) -> None:
    told = statement(2026, TODAY)
    assert (told.on, told.holders, told.persons) == (TODAY, 5, 5)
    assert (told.received, told.granted_first, told.granted_renewals, told.refused, told.ended) == (
        7,
        5,
        1,
        1,
        1,
    )
    assert (told.average_days, told.late_decisions, told.arrived) == (7, 0, 2)
    communes = next(table for table in told.public if table.title == "Commune de rattachement")
    assert (communes.rows, communes.total) == ([], None), "a table of hidden figures is not shown"
    refusals = told.activity[0]
    assert (refusals.rows, refusals.total) == ([], None), "one refusal: not even its motive is told"


def test_a_hidden_address_is_in_no_commune_of_the_statement(six: list[Election]) -> None:
    for _ in range(6):
        hidden = ElectionFactory(granted=True, commune=CommuneFactory(luce=True))
        type(hidden.household).objects.filter(pk=hidden.household_id).update(
            is_protected=True, address_hidden=True
        )
        ElectionFactory(granted=True)
    communes = next(table for table in statement(2026, TODAY).public if "Commune" in table.title)
    assert communes.total == 17, "protected files count"
    assert dict(communes.rows)["Chartres"] == 10
    assert dict(communes.rows)["Lucé"] is None, "the hidden addresses are not in it"


def test_sensitive_subjects_have_a_higher_threshold_and_tell_no_zero() -> None:
    for cause, count in (("violence", 6), ("wandering", 15)):
        for _ in range(count):
            ElectionFactory(
                granted=True, cause=cause, residence="hosted" if cause == "violence" else "street"
            )
    told = {table.title: table for table in statement(2026, TODAY).public}
    assert told["Résidence"].rows == [
        ("Hébergement chez un tiers", 6),
        ("Sans abri, squat ou bidonville", 15),
    ]
    assert (told["Cause de l’instabilité"].rows, told["Cause de l’instabilité"].total) == ([], None)


def test_the_statement_as_a_page_its_means_and_its_pdf(login, isabelle, claire, six: list[Election]) -> None:
    client = login(isabelle)
    saved = client.post(
        reverse("rights:dom_means") + "?annee=2026",
        {"staff": "1.5", "total_cost": "12 500", "hours": "Tous les matins"},
    )
    assert saved.status_code == 302
    assert "12\u00a0500,00\u00a0€" in client.get(reverse("rights:dom_statement")).content.decode()
    wrong = client.post(reverse("rights:dom_means"), {"staff_cost": "200", "total_cost": "100"})
    assert "comprend les dépenses" in wrong.content.decode()
    content = client.get(reverse("rights:dom_statement_pdf")).content
    with pdfplumber.open(BytesIO(content)) as document:
        text = " ".join(sheet.extract_text() for sheet in document.pages)
    assert "D264-8" in text
    assert "Tous les matins" in text
    assert login(claire).get(reverse("rights:dom_statement")).status_code == 403


def test_the_register_tells_of_it_once(claire: User) -> None:
    election = ElectionFactory(granted=True)
    person, child = election.domiciliation.person, PersonFactory()
    election.dependants.create(person=child, relation="child")
    RightsFileFactory(
        open=True, applicant=person, household=election.household, right=RightFactory(code="domiciliation")
    )
    wanted = Wanted(None, YEAR, residence=Residence.ALL)
    assert set(beneficiaries(Person.objects.all(), wanted)) == {person, child}
    told = benefits_of([person.pk, child.pk], wanted)
    assert [row.label for row in told[person.pk]] == ["Domiciliation"]
    assert [row.label for row in told[child.pk]] == ["Domiciliation (ayant droit)"]
    # A file of the right from before the module, for another time, still counts.
    Election.objects.update(last_day=date(2026, 11, 1), ends_on=date(2026, 11, 1))
    RightsFile.objects.update(rights_from=date(2026, 12, 1))
    assert len(benefits_of([person.pk], wanted)[person.pk]) == 2


def test_a_visit_keeps_the_household_s_file_alive() -> None:
    event = DeskEventFactory()
    DeskEventFactory(arrived=True)
    source = contacts["domiciliation"]
    assert list(source.rows().values_list(source.subject, flat=True)) == [event.domiciliation.household_id]


def test_two_persons_with_mail_become_one_and_two_again(claire: User) -> None:
    kept, double = PersonFactory(birth_name="Lefèvre"), PersonFactory(birth_name="Lefevre")
    own = DomiciliationFactory(person=kept, agent=claire)
    ElectionFactory(domiciliation=own, granted=True)
    other = DomiciliationFactory(person=double, agent=claire, household=own.household)
    event = DeskEventFactory(domiciliation=other)
    services.refresh(own)
    services.refresh(other)
    own.refresh_from_db()
    before = own.absence_due_on
    merged = merge(by=claire, survivor=kept, absorbed=double)
    event.refresh_from_db()
    own.refresh_from_db()
    assert (event.domiciliation, own.absence_due_on) == (own, date(2027, 2, 2))
    undo_merge(by=claire, merge=merged)
    own.refresh_from_db()
    event.refresh_from_db()
    assert (event.domiciliation_id, own.absence_due_on) == (other.pk, before)
    assert Domiciliation.objects.count() == 2
