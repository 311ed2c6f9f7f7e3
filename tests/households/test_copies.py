"""The copy of a person's data is full (C8): every column is in it, or left out for a reason the person reads."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pgtrigger
import pytest
from django.utils import timezone

from cias.audit.models import AccessLog
from cias.core import copying, erasing
from cias.core.copying import Because
from households.datalife import copies
from households.datalife.gathering import why_not
from households.enums.datalife import RequestKind
from households.models import Household, Letter, Person, PersonLink, PersonRequest
from households.services.documents import VAULT
from tests.factories import (
    AddressFactory,
    AssignmentFactory,
    CommuneFactory,
    DeskEventFactory,
    DocumentFactory,
    DomiciliationFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    UserFactory,
)
from tests.households.canaries import ROOTS, Nest, without_checks

pytestmark = pytest.mark.django_db
REQUESTS = "/menages/droits-des-personnes/"


@pytest.fixture
def dpo():
    return UserFactory(role="dpo")


def request_of(person: Person, household: Household, by: Any) -> PersonRequest:
    return PersonRequest.objects.create(
        household=household, person=person, kind=RequestKind.ACCESS, received_on=date(2026, 11, 3),
        identity_checked=True, noted_by=by,
    )  # fmt: skip


def elements(copy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row of a copy for a machine, whatever it hangs from."""
    waiting = [one for chapter in copy["chapitres"] for one in chapter["elements"]]
    while waiting:
        row = waiting.pop()
        yield row
        waiting += row.get("details", [])


@pytest.fixture
def nest(media, dpo) -> Nest:
    without_checks()
    household = HouseholdFactory(commune=CommuneFactory(), opened_on=date(2021, 3, 2))
    person = PersonFactory(birth_date=date(1984, 7, 19))
    MembershipFactory(household=household, person=person)
    nest = Nest(household, person)
    nest.fill()
    with pgtrigger.ignore():
        Letter.objects.update(finished_at=timezone.now())
    return nest


@pytest.fixture
def copied(nest, dpo) -> str:
    asked = PersonRequest.objects.filter(household=nest.household).first()
    return copies.copy_json(copies.make_copy(by=dpo, asked=asked, moment=timezone.now()))


class TestNothingIsForgotten:
    def test_each_column_is_in_the_copy_or_left_out_for_a_reason(self, copied) -> None:
        told = {
            (row["table"], one["champ"]) for row in elements(json.loads(copied)) for one in row["donnees"]
        }
        missing = []
        for model in erasing.graph(*ROOTS):
            for column in model._meta.local_concrete_fields:
                label = model._meta.label
                by_row = any(
                    column.name in (rule.columns or (column.name,))
                    for rule in copying.conditions.get(label, ())
                )
                if why_not(column) is None and not by_row and (label, column.name) not in told:
                    missing.append(f"{label}.{column.name}")
        assert missing == []
        assert len(told) > 500

    def test_each_word_that_is_told_is_readable(self, nest, copied) -> None:
        kept = {f"{one.model._meta.label}.{one.name}": one for model in erasing.graph(*ROOTS)
                for one in model._meta.local_concrete_fields}  # fmt: skip
        silent = {
            column
            for word, column in nest.words.items()
            if why_not(kept[column]) is None and column.partition(".")[0] and word not in copied
            if not any(
                kept[column].name in rule.columns or not rule.columns
                for rule in copying.conditions.get(kept[column].model._meta.label, ())
            )
        }
        assert silent == set()

    def test_no_word_of_what_is_left_out_is_there(self, nest, copied) -> None:
        columns = {f"{one.model._meta.label}.{one.name}": one for model in erasing.graph(*ROOTS)
                   for one in model._meta.local_concrete_fields}  # fmt: skip
        loud = {
            nest.words[word] for word in nest.words if why_not(columns[nest.words[word]]) and word in copied
        }
        assert loud == set()

    def test_what_is_declared_exists(self) -> None:
        assert copying.unknown(erasing.graph(*ROOTS)) == []

    def test_each_chapter_has_its_tables(self) -> None:
        """A table that hangs from a household directly is told under a title of its own, not among the others."""
        tops = {
            model._meta.label
            for model in erasing.graph(*ROOTS)
            if any(one.related_model in ROOTS and not one.null for one in model._meta.local_concrete_fields
                   if one.remote_field)
            and not model._meta.auto_created and model._meta.label not in copying.left_tables
        }  # fmt: skip
        assert sorted(tops - copying.chapters.keys() - {"rights.Dependant", "households.TakeOverKey"}) == []

    def test_the_person_reads_why(self, nest, dpo, copied) -> None:
        said = {one["raison"] for one in json.loads(copied)["non_communique"]}
        assert {Because.OTHERS, Because.PSYCHOLOGIST, Because.SAFETY, Because.NIR} <= said


class TestOthers:
    @pytest.fixture
    def ornella(self) -> Person:
        return PersonFactory(
            birth_name="Canarini", first_names="Ornella", title="mrs", guardian="Association Tutélia", sex="f",
            needs_interpreter=True,
        )  # fmt: skip

    @pytest.fixture
    def household(self, ornella) -> Household:
        household = HouseholdFactory(opened_on=date(2024, 1, 1))
        MembershipFactory(household=household, person=ornella)
        return household

    def copy(self, by: Any, person: Person, household: Household) -> str:
        copy = copies.make_copy(by=by, asked=request_of(person, household, by), moment=timezone.now())
        return copies.copy_json(copy)

    def test_identity_is_whole(self, dpo, ornella, household) -> None:
        text = self.copy(dpo, ornella, household)
        rows = next(row for row in elements(json.loads(text)) if row["table"] == "households.Person")
        values = {one["champ"]: one["valeur"] for one in rows["donnees"]}
        assert values["guardian"] == "Association Tutélia"
        assert values["needs_interpreter"] is True
        assert values["title"] == ornella.get_title_display()
        assert values["sex"] == ornella.get_sex_display()

    def test_nothing_that_names_a_third_party(self, dpo, ornella, household) -> None:
        bruno = PersonFactory(birth_name="Tiersini", first_names="Bruno", phone="+33639980499")
        MembershipFactory(household=household, person=bruno, role="partner")
        PersonLink.objects.create(
            person=ornella, other=bruno, kind=PersonLink._meta.get_field("kind").choices[0][0]
        )
        about_him = NoteFactory(household=household, text="canari-de-bruno")
        about_him.persons.add(bruno)
        about_both = NoteFactory(household=household, text="canari-des-deux, Bruno joint au 06 39 98 04 99")
        about_both.persons.add(bruno, ornella)
        DocumentFactory(household=household, person=bruno, title="canari-papier")
        text = self.copy(dpo, ornella, household)
        assert "canari-des-deux" in text
        for other in ("canari-de-bruno", "canari-papier", "Tiersini", "Bruno", "39 98 04 99", "639980499"):
            assert other not in text

    def test_every_household_and_its_days(self, dpo, ornella, household) -> None:
        """She lived with her parents, left, and joined another household: of each, her own days."""
        former = HouseholdFactory(opened_on=date(2020, 1, 1))
        MembershipFactory(
            household=former, person=ornella, role="child", start=date(2021, 1, 1), end=date(2023, 12, 31)
        )
        for day, word in ((2020, "avant-elle"), (2022, "de-son-temps"), (2024, "apres-elle")):
            NoteFactory(household=former, held_on=date(day, 6, 1), text=f"canari-{word}")
        AddressFactory(household=former, street="3 rue Parentale", start=date(2020, 1, 1))
        text = self.copy(dpo, ornella, household)
        assert former.number in text
        assert "canari-de-son-temps" in text
        assert "rue Parentale" in text
        assert "canari-avant-elle" not in text
        assert "canari-apres-elle" not in text

    def test_a_protected_file_is_in_no_copy_made_by_who_may_not_open_it(
        self, dpo, ornella, household
    ) -> None:
        refuge = HouseholdFactory(is_protected=True, opened_on=date(2022, 1, 1))
        MembershipFactory(household=refuge, person=ornella, start=date(2022, 1, 1), end=date(2022, 12, 31))
        NoteFactory(household=refuge, text="canari-refuge", held_on=date(2022, 6, 1))
        text = self.copy(dpo, ornella, household)
        assert refuge.number not in text
        assert "canari-refuge" not in text

    def test_a_hidden_address_is_not_in_what_was_written_either(self, dpo, ornella, household) -> None:
        AddressFactory(household=household, street="4 impasse Canaritude")
        NoteFactory(household=household, text="Vue chez elle, 4 impasse Canaritude.")
        Household.objects.filter(pk=household.pk).update(is_protected=True, address_hidden=True)
        household.refresh_from_db()
        assert "Canaritude" not in self.copy(dpo, ornella, household)


class TestDocuments:
    def test_theirs_leave_and_those_of_others_stay(self, media, login, dpo) -> None:
        household = HouseholdFactory()
        ornella, bruno = PersonFactory(), PersonFactory()
        worker = UserFactory()
        AssignmentFactory(household=household, agent=worker)
        for person, role in ((ornella, "applicant"), (bruno, "partner")):
            MembershipFactory(household=household, person=person, role=role)
        for person, word in ((ornella, b"elle"), (bruno, b"lui"), (None, b"foyer")):
            paper = DocumentFactory(household=household, author=worker, person=person)
            VAULT.write(paper.file_name("content"), [b"canari-" + word], address=paper.address("content"))
        DocumentFactory(household=household, author=worker, person=ornella, level="personal")
        asked = request_of(ornella, household, dpo)
        answer = login(dpo).post(f"{REQUESTS}{asked.pk}/documents.zip")
        with ZipFile(BytesIO(b"".join(answer.streaming_content))) as folder:
            held = {name: folder.read(name) for name in folder.namelist()}
        assert [content for name, content in held.items() if name.startswith("documents/")] == [
            b"canari-elle"
        ]
        assert any(
            name.startswith("a-relire") and content.endswith(b"foyer") for name, content in held.items()
        )
        assert not any(b"canari-lui" in content for content in held.values())
        line = AccessLog.objects.get(action="export")
        assert "demande reçue le 03/11/2026" in line.reason


class TestHowItLeaves:
    @pytest.mark.parametrize("form", ["copie.pdf", "copie.json", "documents.zip"])
    def test_it_waits_for_who_one_is(self, login, dpo, form) -> None:
        dpo.set_password("Un mot de passe assez long 7")
        dpo.save()
        household = HouseholdFactory()
        person = PersonFactory()
        MembershipFactory(household=household, person=person)
        page = f"{REQUESTS}{request_of(person, household, dpo).pk}/"
        client = login(dpo)
        assert client.get(f"{page}{form}").url == page
        assert client.post(f"{page}{form}").url.startswith("/compte/securite/confirmer/")
        assert not AccessLog.objects.filter(action="export").exists()

    def test_the_paper_is_for_a_reader(self, dpo) -> None:
        """Chapters in French, no name of a table, no empty line."""
        household = HouseholdFactory()
        person = PersonFactory(email="")
        MembershipFactory(household=household, person=person)
        NoteFactory(household=household, text="Première phrase.")
        copy = copies.make_copy(by=dpo, asked=request_of(person, household, dpo), moment=timezone.now())
        titles = [section.title for section in copies._sections(copy)]
        assert titles[:2] == ["Vous", "Votre ménage"]
        assert titles[-1] == "Ce qui n’est pas dans cette copie"
        assert "Énergie" not in titles
        shown = str([block for section in copies._sections(copy) for block in section.blocks])
        assert "households." not in shown
        assert "'E-mail'" not in shown


@pytest.mark.parametrize(("rows", "kind"), [(3, "facts"), (4, "table")])
def test_many_short_rows_stand_in_a_table(dpo, rows, kind) -> None:
    """A block for each line of the mail register would fill ten pages for somebody domiciled long."""
    household = HouseholdFactory()
    person = PersonFactory()
    MembershipFactory(household=household, person=person)
    mail = DomiciliationFactory(household=household, person=person)
    for day in range(1, rows + 1):
        DeskEventFactory(domiciliation=mail, at=datetime(2026, 11, day, 9, 30, tzinfo=UTC))
    copy = copies.make_copy(by=dpo, asked=request_of(person, household, dpo), moment=timezone.now())
    (section,) = [one for one in copies._sections(copy) if one.title == "Domiciliation"]
    events = [one.kind for one in section.blocks if "courrier" in str(one.block.title).lower()]
    assert set(events) == {kind}


def test_the_days_of_a_stay(dpo) -> None:
    """The days of a stay are those when what is kept of the household may be told."""
    household = HouseholdFactory(opened_on=date(2024, 1, 1))
    person = PersonFactory()
    MembershipFactory(household=household, person=person, start=date(2024, 1, 1))
    today = timezone.localdate()
    assert copies.stay_in(household, person, today) == copies.Stay(since=None, until=None)
    household.memberships.update(end=today - timedelta(days=1))
    assert copies.stay_in(household, person, today).until == today - timedelta(days=1)
