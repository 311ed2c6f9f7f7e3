"""The end of a file from the list to the last word (C7): obstacles, bordereau, visa, anonymisation, backup."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cias.accounts.enums import Role
from cias.core import crypto
from cias.core.deadlines import add_months
from cias.core.states import ForbiddenTransition
from cias.operations import archive, postgres
from cias.operations.backup import make_backup
from households.datalife import ending, holds, job, slips
from households.datalife.anonymising import anonymise, persons_leaving
from households.enums.datalife import Clock, HoldReason, LineState, SlipState
from households.models import (
    DisposalRun,
    DisposalSlip,
    Document,
    Household,
    LegalHold,
    Merge,
    Person,
    RetentionRule,
    TakeOver,
    TakeOverRow,
)
from households.services import merge
from households.services.documents import VAULT
from insertion.models import SealedDraft
from insertion.permanences.services.notes import keep_draft
from rights.models import AidPayment
from tests.access.world import IDENTITY, NOTES, STREET, build_world
from tests.factories import (
    AidRequestFactory,
    AppointmentFactory,
    DocumentFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    TaskFactory,
    UserFactory,
)
from tests.factories.permanences import CounsellingFactory

LONG_AGO = date(2021, 3, 2)
CANARIES = (IDENTITY, "Ornella", STREET.split(" ")[1], "639980417", *NOTES)


@pytest.fixture
def dpo(db):
    return UserFactory(role="dpo")


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "ring", lambda run_id: None)


def old_household(**traits) -> Household:
    return HouseholdFactory(opened_on=LONG_AGO, **traits)


def codes_of(household: Household) -> list[str]:
    return [one.code for one in ending.endings([household])[0].obstacles]


@pytest.mark.django_db
class TestWhoIsDue:
    def test_the_clock_runs_from_the_last_contact_and_the_rule_in_force(self) -> None:
        today = timezone.localdate()
        silent, heard = old_household(), old_household()
        NoteFactory(household=heard, held_on=add_months(today, -24) + timedelta(days=1))
        assert list(ending.due(today)) == [silent]
        RetentionRule.objects.create(code=Clock.FILE, months=120, valid_from=today, source="Délibération")
        assert list(ending.due(today)) == []

    def test_a_contact_on_the_very_day_of_the_term_is_old_enough(self) -> None:
        today = timezone.localdate()
        household = old_household()
        NoteFactory(household=household, held_on=add_months(today, -24))
        assert list(ending.due(today)) == [household]

    def test_how_many_queries_do_not_depend_on_how_many_files(self, django_assert_max_num_queries) -> None:
        for _ in range(12):
            old_household()
        with django_assert_max_num_queries(60):
            assert len(ending.endings(ending.due(timezone.localdate()))) == 12

    def test_what_keeps_a_file(self, dpo) -> None:
        held, busy, free = old_household(), old_household(), old_household()
        holds.set_hold(
            by=dpo, household=held, reason=HoldReason.LITIGATION, detail="", on=timezone.localdate()
        )
        TaskFactory(household=busy)
        assert (codes_of(held), codes_of(busy), codes_of(free)) == (["hold"], ["open"], [])

    def test_a_list_that_may_still_be_undone_keeps_its_files(self) -> None:
        household = old_household()
        takeover = TakeOver.objects.create(file_name="a.csv", sha256="0" * 64, created_by=UserFactory())
        TakeOverRow.objects.create(
            takeover=takeover, number=2, last_number=2, outcome="create", household=household
        )
        assert codes_of(household) == ["takeover"]
        TakeOver.objects.update(purged_at=timezone.now())
        assert codes_of(household) == []

    def test_a_lifted_suspension_stays_readable_and_keeps_nothing(self, dpo) -> None:
        today, household = timezone.localdate(), old_household()
        hold = holds.set_hold(
            by=dpo, household=household, reason=HoldReason.OTHER, detail="Expertise", on=today
        )
        with pytest.raises(ValidationError, match="déjà suspendue"):
            holds.set_hold(by=dpo, household=household, reason=HoldReason.DEBT, detail="", on=today)
        holds.lift_hold(by=dpo, hold=hold, reason="Affaire jugée", on=today)
        assert codes_of(household) == []
        assert (LegalHold.objects.get().lifted_by, LegalHold.objects.get().lift_reason) == (
            dpo,
            "Affaire jugée",
        )


@pytest.mark.django_db(transaction=True)
class TestTheBordereau:
    def test_nothing_goes_without_the_visa(self, dpo) -> None:
        household = old_household()
        slip = slips.prepare_slip(by=dpo, households=[household.pk])
        for _ in range(2):
            with pytest.raises(ValidationError, match="visa"):
                job.request_run(by=dpo, slip=slip)
            slip = DisposalSlip.objects.get()
            if slip.state == SlipState.PREPARED:
                with pytest.raises(ForbiddenTransition):
                    slips.record_visa(by=dpo, slip=slip, on=timezone.localdate(), visa_by="Archives")
                slips.send(by=dpo, slip=slip, on=timezone.localdate())
        assert Household.objects.get(pk=household.pk).anonymised_on is None

    def test_a_file_that_something_keeps_is_not_listed_nor_listed_twice(self, dpo) -> None:
        free, busy = old_household(), old_household()
        TaskFactory(household=busy)
        slip = slips.prepare_slip(by=dpo, households=[free.pk, busy.pk])
        assert [line.household for line in slip.lines.all()] == [free]
        with pytest.raises(ValidationError, match="raison de rester"):
            slips.prepare_slip(by=dpo, households=[free.pk])

    def test_a_household_that_comes_back_leaves_the_list(self, dpo) -> None:
        back, gone = old_household(), old_household()
        slip = approved(dpo, back, gone)
        NoteFactory(household=back, held_on=timezone.localdate())
        run = job.request_run(by=dpo, slip=slip)
        job.do_run(run.pk)
        lines = {line.number: line for line in slip.lines.all()}
        assert lines[back.number].state == LineState.LEFT
        assert "Nouveau contact" in lines[back.number].left_because
        assert Household.objects.get(pk=back.pk).anonymised_on is None
        assert lines[gone.number].state == LineState.ERASED
        assert lines[gone.number].household is None
        assert DisposalSlip.objects.get().state == SlipState.DONE

    def test_a_suspension_takes_it_off_and_a_refusal_keeps_them_all(self, dpo) -> None:
        first, second = old_household(), old_household()
        slip = slips.prepare_slip(by=dpo, households=[first.pk, second.pk])
        holds.set_hold(by=dpo, household=first, reason=HoldReason.DEBT, detail="", on=timezone.localdate())
        slips.send(by=dpo, slip=slip, on=timezone.localdate())
        slips.stop(by=dpo, slip=slip, refused=True, reason="À verser aux Archives")
        assert set(slip.lines.values_list("state", flat=True)) == {LineState.LEFT}
        assert DisposalSlip.objects.get().state == SlipState.REFUSED
        assert codes_of(second) == []

    def test_a_suspension_between_the_visa_and_the_run(self, dpo) -> None:
        held, gone = old_household(), old_household()
        slip = approved(dpo, held, gone)
        run = job.request_run(by=dpo, slip=slip)
        holds.set_hold(by=dpo, household=held, reason=HoldReason.INQUIRY, detail="", on=timezone.localdate())
        job.do_run(run.pk)
        assert Household.objects.get(pk=held.pk).anonymised_on is None
        assert Household.objects.get(pk=gone.pk).anonymised_on is not None
        with pytest.raises(ValidationError, match="anonymisé"):
            holds.set_hold(
                by=dpo, household=gone, reason=HoldReason.INQUIRY, detail="", on=timezone.localdate()
            )

    def test_an_ordered_run_is_not_cancelled(self, dpo) -> None:
        slip = approved(dpo, old_household())
        job.request_run(by=dpo, slip=slip)
        with pytest.raises(ValidationError, match="en cours"):
            slips.stop(by=dpo, slip=slip, refused=False, reason="Non")
        assert DisposalSlip.objects.get().state == SlipState.APPROVED

    def test_done_twice_or_stopped_in_the_middle_it_goes_on(
        self, dpo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        households = [old_household() for _ in range(3)]
        slip = approved(dpo, *households)
        real, done = job.anonymise, []

        def breaks(keys) -> None:
            if len(done) == 2:
                raise RuntimeError("the worker dies")
            done.append(real(keys))

        monkeypatch.setattr(job, "anonymise", breaks)
        run = job.do_run(job.request_run(by=dpo, slip=slip).pk)
        assert run is not None
        assert run.state == "failed"
        assert slip.lines.filter(state=LineState.ERASED).count() == 2
        monkeypatch.setattr(job, "anonymise", real)
        again = job.request_run(by=dpo, slip=slip)
        job.do_run(again.pk)
        assert job.do_run(again.pk) is None
        assert slip.lines.filter(state=LineState.ERASED).count() == 3
        assert Household.objects.filter(anonymised_on=None, opened_on=LONG_AGO).count() == 0

    def test_the_command_is_dry_unless_told(self, dpo, capsys) -> None:
        household = old_household()
        approved(dpo, household)
        call_command("retention")
        said = capsys.readouterr().out
        assert "Rien n’a été modifié" in said
        assert "BE-" in said
        assert Household.objects.get(pk=household.pk).anonymised_on is None
        with pytest.raises(CommandError, match="--by"):
            call_command("retention", "--wet-run")
        assert Household.objects.get(pk=household.pk).anonymised_on is None
        ordering = UserFactory(role=Role.DIRECTOR)
        call_command("retention", "--wet-run", "--by", ordering.email)
        assert Household.objects.get(pk=household.pk).anonymised_on is not None
        assert DisposalRun.objects.get().requested_by == ordering
        call_command("retention", "--wet-run", "--by", ordering.email)


def approved(dpo, *households: Household) -> DisposalSlip:
    today = timezone.localdate()
    slip = slips.prepare_slip(by=dpo, households=[one.pk for one in households])
    slips.send(by=dpo, slip=slip, on=today)
    return slips.record_visa(by=dpo, slip=slip, on=today, visa_by="Archives départementales")


@pytest.mark.django_db
class TestWhomItTakesAlong:
    def test_who_lives_elsewhere_too_stays(self) -> None:
        household, other = old_household(), HouseholdFactory()
        child, parent = PersonFactory(), PersonFactory()
        MembershipFactory(household=household, person=parent)
        MembershipFactory(household=household, person=child, role="child", custody="alternate")
        MembershipFactory(household=other, person=child, role="child", custody="alternate")
        assert persons_leaving([household.pk]) == {parent.pk}
        anonymise([household.pk])
        assert Person.objects.get(pk=child.pk).birth_name == child.birth_name
        assert persons_leaving([other.pk]) >= {child.pk}

    def test_a_draft_about_who_lives_elsewhere_too_stays(self) -> None:
        """The draft of a liaison note is about a person, not about one of their households."""
        ended = CounsellingFactory(household=old_household())
        ended.household.memberships.update(end=date(2021, 12, 31))
        MembershipFactory(household=HouseholdFactory(), person=ended.person)
        for target in (ended.person_id, ended.pk):
            keep_draft(by=ended.psychologist, kind="liaison", target=target, page="p", text="Brouillon")
        anonymise([ended.household_id])
        assert list(SealedDraft.objects.values_list("target", flat=True)) == [ended.person_id]
        anonymise([row.household_id for row in ended.person.memberships.all()])
        assert not SealedDraft.objects.exists()

    def test_what_was_merged_goes_with_it(self, dpo) -> None:
        household = old_household()
        worker = UserFactory()
        kept, absorbed = (PersonFactory(birth_name="Canarimerge", first_names="Ada") for _ in range(2))
        for person in (kept, absorbed):
            MembershipFactory(household=household if person is kept else old_household(), person=person)
        merge(by=worker, survivor=kept, absorbed=absorbed)
        anonymise([row.household_id for row in kept.memberships.all()])
        assert not Merge.objects.exists()
        assert set(Person.with_absorbed.values_list("birth_name", flat=True)) == {""}

    def test_of_a_birth_the_year_stays(self) -> None:
        household = old_household()
        MembershipFactory(household=household, person=PersonFactory(birth_date=date(1984, 7, 19)))
        anonymise([household.pk])
        person = Person.objects.get()
        assert (person.birth_date, person.birth_precision) == (date(1984, 1, 1), "year")
        assert (person.phone, person.search_key, person.phonetic) == ("", "", [])

    def test_nobody_opens_it_any_more(self, login) -> None:
        household = old_household()
        MembershipFactory(household=household, person=PersonFactory())
        number = household.number
        anonymise([household.pk])
        client = login(UserFactory())
        assert client.get(f"/menages/{household.pk}/").status_code == 404
        assert Household.objects.get().number != number

    def test_the_accounting_reference_lasts_ten_years(self) -> None:
        aid = AidRequestFactory(granted=True)
        payment = AidPayment.objects.create(
            request=aid, on=date(2026, 11, 13), amount=100, means="transfer", by=aid.agent,
            payee_kind=aid.payee_kind, payee="Canaripayee", channel="mandate", reference="MANDAT-77",
        )  # fmt: skip
        household = aid.household
        anonymise([household.pk])
        payment.refresh_from_db()
        assert (payment.reference, payment.payee) == ("MANDAT-77", "Effacé")
        job.forget_outdated(add_months(payment.on, 119))
        payment.refresh_from_db()
        assert payment.reference == "MANDAT-77"
        job.forget_outdated(add_months(payment.on, 120))
        payment.refresh_from_db()
        assert payment.reference == "Effacé"

    def test_a_number_that_leads_nowhere_is_not_changed_each_night(self) -> None:
        aid = AidRequestFactory()
        anonymise([aid.household_id])
        over = add_months(aid.opened_on, 120)
        assert job.forget_outdated(over) == 1
        aid.refresh_from_db()
        number = aid.number
        assert job.forget_outdated(over + timedelta(days=1)) == 0
        aid.refresh_from_db()
        assert aid.number == number


@pytest.mark.django_db
def test_who_called_and_never_had_a_file_is_forgotten_as_soon_as_a_file() -> None:
    row = AppointmentFactory(
        household=None, person=None, caller_name="Canariappel", caller_phone="+33639980400"
    )
    day = timezone.localdate(row.start)
    job.forget_outdated(add_months(day, 24))
    row.refresh_from_db()
    assert row.caller_name == "Canariappel"
    job.forget_outdated(add_months(day, 24) + timedelta(days=1))
    row.refresh_from_db()
    assert (row.caller_name, row.caller_phone) == ("Effacé", "Effacé")
    assert "Canariappel" not in database()


@pytest.mark.django_db(transaction=True)
def test_a_real_household_leaves_nothing_in_the_database_the_folder_or_a_fresh_backup(
    media: Path, tmp_path: Path
) -> None:
    """The household of the access tests, which has a row of everything the application writes by itself."""
    world = build_world()
    DocumentFactory(household=world.household, title=IDENTITY)
    AppointmentFactory(household=world.household, practical_note=IDENTITY)
    names = [path.name for path in VAULT.root.glob("*/*")]
    assert names
    assert found(database()) == set(CANARIES)
    anonymise(family(world.household))
    assert found(database()) == set()
    mine = Document.objects.filter(household=world.household)
    assert mine.exclude(state="purged").count() == 0
    assert all(not VAULT.has(document.file_name("content")) for document in mine)
    left = {path.name.split(".")[0] for path in VAULT.root.glob("*/*")}
    assert left == set(Document.objects.exclude(state="purged").values_list("storage_name", flat=True))
    (tmp_path / "backups").mkdir()
    made = make_backup(tmp_path / "backups")
    assert found(in_clear(made.path, tmp_path)) == set()


def family(household: Household) -> list:
    """Every household, so that nobody the first one is linked to keeps a name."""
    assert household.pk is not None
    return list(Household.objects.values_list("pk", flat=True))


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        texts = []
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                texts.append(b"".join(bytes(block) for block in copy).decode())
    return "\n".join(texts)


def found(text: str) -> set[str]:
    low = text.lower()
    return {word for word in CANARIES if word.lower() in low}


def in_clear(path: Path, folder: Path) -> str:
    """A backup without its encryption, its database as SQL."""
    dump = folder / "dump"
    dump.write_bytes(
        b"".join(
            block
            for one in archive.read(path)
            if one.name.startswith(archive.DATABASE)
            for block in one.pieces
        )
    )
    with path.open("rb") as file:
        rest = b"".join(crypto.decrypt(iter(lambda: file.read(65536), b""), archive.ADDRESS))
    program = str(postgres.program("pg_restore", at_least=postgres.server_major()))
    sql = subprocess.run([program, "--file=-", str(dump)], capture_output=True, check=True).stdout
    return sql.decode() + rest.decode(errors="ignore")
