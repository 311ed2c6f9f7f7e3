"""Covers, bulk reassignment and its exact undo, dormant files, closing over what still runs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.enums import Status
from cias.accounts.models import User
from cias.core import registry
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import collect_timeline, statistics
from cias.dashboard.worklist import work_of
from households.caseload import Selection, caseload, plan_reassignment
from households.contacts import last_contacts, silent_since, with_last_contact, without_contact
from households.enums import AssignmentRole, NoteLevel
from households.models import (
    Assignment,
    CaseloadBatch,
    Household,
    Note,
    Reopening,
    Task,
)
from households.services import (
    Closure,
    assign_referent,
    close_household,
    close_households,
    create_cover,
    end_cover,
    hand_over,
    reassign,
    reopen_household,
    undo_batch,
)
from households.services.letters import finish_letter
from tests.appointments.racing import at_once
from tests.client import StrictClient
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    CommuneFactory,
    HouseholdFactory,
    LetterFactory,
    MessageFactory,
    NoteFactory,
    RightsFileFactory,
    StayFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
type Login = Callable[[User], StrictClient]


def followed(agent: User, **fields: object) -> Household:
    household: Household = HouseholdFactory(**fields)
    AssignmentFactory(household=household, agent=agent)
    return household


def picture() -> list[tuple]:
    rows = Assignment.objects.order_by("household__number", "start", "pk")
    tasks = Task.objects.order_by("pk").values_list("pk", "agent")
    return [*rows.values_list("pk", "household", "agent", "role", "start", "end", "handover_note"), *tasks]


def give(by: User, *targets: User, **more: object) -> CaseloadBatch:
    selection = Selection(targets=targets, **more)  # type: ignore[arg-type]
    plan = plan_reassignment(by, selection, TODAY)
    return reassign(by=by, selection=selection, digest=plan.digest, note="Départ de Claire.")


class TestReassignment:
    def test_shares_are_even_and_said_first(self, claire: User, mehdi: User, isabelle: User) -> None:
        third = AssignmentFactory(household=HouseholdFactory()).agent
        for number in range(7):
            household = followed(claire, name=f"Aa{number}", sort_key=f"aa{number}")
            TaskFactory.create_batch(number % 2, household=household, agent=claire)
        followed(claire, name="Zo", sort_key="zo")
        selection = Selection(targets=(mehdi, third), referent=claire, letter="A")
        plan = plan_reassignment(isabelle, selection, TODAY)
        assert sorted(count for _agent, count in plan.shares) == [3, 4]
        assert plan.from_whom == [(claire, 7)]
        assert sum(move.tasks for move in plan.moves) == 3
        busy = Selection(targets=(mehdi,), referent=claire, tasks=1, most=2)
        assert len(plan_reassignment(isabelle, busy, TODAY).moves) == 2

    def test_a_choice_by_place_leaves_those_one_of_them_follows(
        self, claire: User, mehdi: User, isabelle: User
    ) -> None:
        luce = CommuneFactory(luce=True)
        kept, given = followed(mehdi, commune=luce), followed(claire, commune=luce)
        nobody = HouseholdFactory(commune=luce)
        followed(claire)
        plan = plan_reassignment(isabelle, Selection(targets=(mehdi,), commune=luce), TODAY)
        assert {move.household for move in plan.moves} == {given, nobody}
        assert kept not in {move.household for move in plan.moves}
        alone = plan_reassignment(isabelle, Selection(targets=(mehdi,), nobody=True), TODAY)
        assert [move.household for move in alone.moves] == [nobody]

    def test_undone_everything_is_exactly_as_before(self, claire: User, mehdi: User, isabelle: User) -> None:
        usual = followed(claire)
        TaskFactory(household=usual, agent=claire)
        TaskFactory(household=usual, agent=mehdi)
        today = HouseholdFactory(opened_on=TODAY)
        AssignmentFactory(household=today, agent=claire, start=TODAY, handover_note="Mot d’avant")
        planned = HouseholdFactory()
        AssignmentFactory(household=planned, agent=claire, end=date(2026, 12, 31))
        before = picture()
        batch = give(isabelle, mehdi, referent=claire)
        assert {row.agent for row in Assignment.objects.filter(end=None, role="main")} == {mehdi}
        assert set(Task.objects.values_list("agent", flat=True)) == {mehdi.pk}
        assert undo_batch(by=isabelle, batch=batch) == []
        # Mehdi's own task was never moved, Claire's came back.
        assert picture() == before
        with pytest.raises(ValidationError, match="déjà annulée"):
            undo_batch(by=isabelle, batch=batch)

    def test_what_changed_since_stays_and_is_named(self, claire: User, mehdi: User, isabelle: User) -> None:
        first, second = followed(claire), followed(claire)
        batch = give(isabelle, mehdi, referent=claire)
        other = AssignmentFactory(household=HouseholdFactory()).agent
        with time_machine.travel("2026-11-26T09:00:00+01:00"):
            assign_referent(by=isabelle, household=second, agent=other, on=date(2026, 11, 26))
            kept = undo_batch(by=isabelle, batch=batch)
        assert [move.household for move in kept] == [second]
        assert first.assignments.get(end=None).agent == claire
        assert second.assignments.get(end=None).agent == other

    def test_seven_days_later_it_is_too_late(self, claire: User, mehdi: User, isabelle: User) -> None:
        followed(claire)
        batch = give(isabelle, mehdi, referent=claire)
        with (
            time_machine.travel("2026-12-01T10:30:00+01:00"),
            pytest.raises(ValidationError, match="7 jours"),
        ):
            undo_batch(by=isabelle, batch=batch)

    def test_promised_files_are_left(self, claire: User, mehdi: User, isabelle: User) -> None:
        household = followed(claire)
        assign_referent(by=isabelle, household=household, agent=mehdi, on=date(2026, 12, 1))
        other = AssignmentFactory(household=HouseholdFactory()).agent
        plan = plan_reassignment(isabelle, Selection(targets=(other,), referent=claire), TODAY)
        assert (plan.moves, plan.left) == ([], 1)

    def test_the_number_of_queries_does_not_follow_the_number_of_files(
        self, claire: User, mehdi: User, isabelle: User
    ) -> None:
        used = []
        for count in (2, 40):
            for _ in range(count):
                followed(claire)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                batch = give(isabelle, mehdi, referent=claire)
            with CaptureQueriesContext(connection) as undoing:
                undo_batch(by=isabelle, batch=batch)
            used.append((len(queries), len(undoing)))
            Household.objects.update(closed_on=TODAY, closing_reason="moved")
        assert used[0] == used[1]

    def test_pages(self, claire: User, mehdi: User, isabelle: User, login: Login) -> None:
        household = followed(claire)
        page = reverse("households:reassign")
        own = login(claire).get(page, {"vers": mehdi.pk})
        assert [move.household for move in own.context["plan"].moves] == [household]
        others = login(mehdi).get(page, {"vers": claire.pk, "referent": claire.pk})
        assert "referent" in others.context["form"].errors, "a social worker gives what they follow"
        client = login(isabelle)
        choice = f"{page}?referent={claire.pk}&vers={mehdi.pk}"
        digest = client.get(choice).context["plan"].digest
        stale = client.post(choice, {"digest": "0" * 64}, follow=True).content.decode()
        assert "La liste a changé" in stale
        done = client.post(choice, {"digest": digest, "with_tasks": "on"}, follow=True)
        assert done.context["batch"].files == 1
        undone = client.post(done.request["PATH_INFO"], follow=True).content.decode()
        assert "comme avant" in undone
        same = client.get(page, {"referent": claire.pk, "vers": claire.pk}).context["form"].errors
        assert "vers" in same
        assert login(claire).get(done.request["PATH_INFO"]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_reassign_the_same_files_at_once(claire: User, mehdi: User, isabelle: User) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-24T10:21:00+01:00"), tick=True):
        for _ in range(5):
            followed(claire)
        selection = Selection(targets=(mehdi,), referent=claire)
        digest = plan_reassignment(isabelle, selection, TODAY).digest
        results = at_once([lambda: reassign(by=isabelle, selection=selection, digest=digest)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["CaseloadBatch", "ValidationError"]
    assert Assignment.objects.filter(end=None, role=AssignmentRole.MAIN, agent=mehdi).count() == 5
    assert Assignment.objects.count() == 10


class TestCovers:
    def test_the_substitute_reads_the_circle_and_the_work_for_that_time_only(
        self, claire: User, mehdi: User
    ) -> None:
        household = followed(claire)
        NoteFactory(household=household, author=claire, level=NoteLevel.CIRCLE)
        TaskFactory(agent=claire, title="Sans ménage")
        TaskFactory(agent=claire, household=household)
        cover = create_cover(
            by=claire, agent=claire, substitute=mehdi, start=date(2026, 11, 26), end=date(2026, 12, 4)
        )
        assert work_of(mehdi, TODAY) == []
        with time_machine.travel("2026-11-26T08:00:00+01:00"):
            assert Note.objects.for_user(mehdi).exists()
            work = work_of(mehdi, date(2026, 11, 26))
            assert {item.stands_in_for for item in work} == {claire.full_name}
            assert len(work) == 2
            assert Task.objects.for_user(mehdi).count() == 2
            end_cover(by=claire, cover=cover)
            assert not Note.objects.for_user(mehdi).exists()
            assert work_of(mehdi, date(2026, 11, 26)) == []
            assert household.assignments.filter(role=AssignmentRole.COVER).count() == 0

    def test_files_that_come_and_go_during_the_cover(self, claire: User, mehdi: User, isabelle: User) -> None:
        gone, closed = followed(claire), followed(claire)
        create_cover(by=claire, agent=claire, substitute=mehdi, start=TODAY, end=date(2026, 12, 4))
        with time_machine.travel("2026-11-25T08:00:00+01:00"):
            come = HouseholdFactory()
            assign_referent(by=isabelle, household=come, agent=claire, on=date(2026, 11, 25))
            assign_referent(by=isabelle, household=gone, agent=mehdi, on=date(2026, 11, 25))
            close_household(by=claire, household=closed, on=date(2026, 11, 25), reason="moved")
            covers = Assignment.objects.filter(role=AssignmentRole.COVER).order_by("start")
            assert {(row.household, row.start, row.end) for row in covers} == {
                (gone, TODAY, TODAY),
                (closed, TODAY, TODAY),
                (come, date(2026, 11, 25), date(2026, 12, 4)),
            }
            reopen_household(by=claire, household=closed, reason="Retour")
            assert closed.assignments.filter(role=AssignmentRole.COVER, end=date(2026, 12, 4)).exists()

    def test_refusals(self, claire: User, mehdi: User, hugo: User) -> None:
        days = {"start": TODAY, "end": date(2026, 12, 4)}
        create_cover(by=claire, agent=claire, substitute=mehdi, **days)
        with pytest.raises(ConstraintViolation, match="déjà remplacé"):
            create_cover(by=claire, agent=claire, substitute=mehdi, **days)
        with pytest.raises(ConstraintViolation, match="autre personne"):
            create_cover(by=mehdi, agent=mehdi, substitute=mehdi, **days)
        with pytest.raises(ValidationError, match="ni être remplacé"):
            create_cover(by=mehdi, agent=mehdi, substitute=hugo, **days)
        with pytest.raises(ValidationError, match="aujourd’hui ou plus tard"):
            create_cover(by=mehdi, agent=mehdi, substitute=claire, start=date(2026, 11, 2), end=TODAY)

    def test_one_names_a_substitute_for_oneself_only(
        self, claire: User, mehdi: User, isabelle: User, login: Login
    ) -> None:
        page = reverse("dashboard:covers")
        values = {"agent": claire.pk, "substitute": mehdi.pk, "start": "24/11/2026", "end": "04/12/2026"}
        assert "agent" in login(mehdi).post(page, values).context["form"].errors
        assert login(isabelle).post(page, values).status_code == 302


class TestDormant:
    def test_every_app_tells_its_contacts(self, claire: User, mehdi: User) -> None:
        opened = {"opened_on": date(2025, 1, 6)}
        rows = [followed(claire, **opened) for _ in range(5)]
        silent, noted, seen, called, brought = rows
        NoteFactory(household=noted, author=claire, held_on=date(2026, 8, 3))
        start = datetime.fromisoformat("2026-07-01T09:00:00+02:00")
        AppointmentFactory(
            household=seen, agent=mehdi, start=start, end=start + timedelta(hours=1),
            status=Status.HONOURED, status_at=start,
        )  # fmt: skip
        AppointmentFactory(household=silent, agent=claire, start=start, end=start + timedelta(hours=1),
                           status=Status.NO_SHOW, status_at=start)  # fmt: skip
        # Half past midnight in Paris is still the day before in UTC.
        MessageFactory(household=called, taken_at=datetime.fromisoformat("2026-05-24T00:30:00+02:00"))
        RightsFileFactory(household=brought, agent=claire, opened_on=date(2026, 9, 9))
        found = {
            row.pk: (contact.day, contact.label) for row in rows for contact in [last_contacts(rows)[row.pk]]
        }
        assert found == {
            silent.pk: (date(2025, 1, 6), "Ouverture du dossier"),
            noted.pk: (date(2026, 8, 3), "Entretien"),
            seen.pk: (date(2026, 7, 1), "Rendez-vous honoré"),
            called.pk: (date(2026, 5, 24), "Message laissé à l’accueil"),
            brought.pk: (date(2026, 9, 9), "Dossier de droit ouvert"),
        }
        everybody = Household.objects.all()
        assert set(without_contact(everybody, TODAY, 6)) == {silent, called}, "the very day six months ago"
        assert set(silent_since(everybody, date(2026, 5, 23))) == {silent}
        dated = with_last_contact(everybody).order_by("last_contact")
        assert [(row.pk, row.last_contact) for row in dated] == sorted(
            ((key, day) for key, (day, _label) in found.items()), key=lambda pair: pair[1]
        )

    def test_a_letter_of_ours_is_no_sign_of_the_person(self, claire: User, media: Path) -> None:
        household = followed(claire, opened_on=date(2025, 1, 6))
        letter = LetterFactory(household=household, author=claire)
        finish_letter(by=claire, letter=letter, at=datetime.fromisoformat("2026-06-01T00:30:00+02:00"))
        assert household.documents.exists(), "its PDF is filed among the documents all the same"
        assert last_contacts([household])[household.pk].label == "Ouverture du dossier"
        assert set(silent_since(Household.objects.all(), date(2026, 5, 31))) == {household}

    def test_the_list_costs_the_same_for_two_files_or_twenty(
        self, claire: User, login: Login, django_assert_max_num_queries
    ) -> None:
        client = login(claire)
        counts = []
        for count in (2, 18):
            for _ in range(count):
                followed(claire, opened_on=date(2025, 1, 6))
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("households:dormant"))
            assert page.status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
        # One for each source of contacts, besides the page's own.
        assert counts[0] <= 12 + len(list(registry.contacts))

    def test_each_sees_their_own_and_the_direction_everybody_s(
        self, claire: User, mehdi: User, isabelle: User, login: Login
    ) -> None:
        followed(claire, opened_on=date(2025, 1, 6))
        followed(mehdi, opened_on=date(2025, 1, 6))
        page = reverse("households:dormant")
        assert login(claire).get(page).context["page"].paginator.count == 1
        assert login(isabelle).get(page).context["page"].paginator.count == 2
        assert login(isabelle).get(page, {"mois": "36"}).context["page"].paginator.count == 0
        assert [load.dormant for load in caseload(isabelle, TODAY, 6).loads] == [1, 1]


class TestClosing:
    def test_what_runs_is_ended_first_or_closed_over_knowingly(self, claire: User, login: Login) -> None:
        household = followed(claire)
        stay = StayFactory(household=household, referent=claire)
        RightsFileFactory(household=household, agent=claire)
        page = reverse("households:close", args=[household.pk])
        values = {"on": "24/11/2026", "reason": "moved", "outcome": "reached"}
        client = login(claire)
        assert list(client.post(page, values).context["form"].errors) == ["anyway"]
        blocked = client.post(page, {**values, "anyway": "on"}).context["form"].errors
        assert "Séjour en cours" in blocked["on"][0]
        stay.delete()
        assert client.post(page, {**values, "anyway": "on"}).status_code == 302
        household.refresh_from_db()
        assert (household.closing_reason, household.closing_outcome) == ("moved", "reached")

    def test_several_at_once_and_undone(self, claire: User, isabelle: User) -> None:
        ready, housed = followed(claire), followed(claire)
        StayFactory(household=housed)
        closure = Closure(on=TODAY, reason="no_news", outcome="no_follow_up", note="Trois courriers.")
        batch, blocked = close_households(by=isabelle, households=[ready, housed], closure=closure)
        assert batch is not None
        assert [row.household for row in blocked] == [housed]
        ready.refresh_from_db()
        assert ready.closed_on == TODAY
        assert undo_batch(by=isabelle, batch=batch) == []
        ready.refresh_from_db()
        assert (ready.closed_on, ready.closing_reason, ready.closing_note) == (None, "", "")
        assert not Reopening.objects.exists(), "an undone closure never was"

    def test_what_was_reopened_since_is_named(self, claire: User) -> None:
        household = followed(claire)
        batch, _blocked = close_households(
            by=claire, households=[household], closure=Closure(on=TODAY, reason="no_news")
        )
        assert batch is not None
        reopen_household(by=claire, household=household, reason="Appel")
        assert [move.household for move in undo_batch(by=claire, batch=batch)] == [household]

    def test_past_figures_do_not_move_when_a_file_comes_back(self, claire: User) -> None:
        household = followed(claire, opened_on=date(2025, 1, 6))
        close_household(
            by=claire, household=household, on=date(2025, 3, 3), reason="solved", outcome="reached"
        )

        def figures(code: str, period: Period) -> dict[tuple[str, ...], int]:
            rows = statistics[f"households.{code}"].compute(period, None)
            return {row.keys: row.count for row in rows}

        summer = Period(date(2025, 7, 1), date(2025, 8, 31))
        before = [figures("closing_outcomes", Period.year(2025)), figures("active", summer)]
        reopen_household(by=claire, household=household, reason="Nouvelle demande")
        assert [figures("closing_outcomes", Period.year(2025)), figures("active", summer)] == before
        assert before == [{("solved", "reached"): 1}, {}]
        told = [item.title for item in collect_timeline(household, claire)]
        assert "Dossier rouvert" in told
        assert "Dossier clos" in told

    def test_the_ticked_files_are_looked_at_before(self, claire: User, mehdi: User, login: Login) -> None:
        mine, other = followed(claire), followed(mehdi)
        page = reverse("households:close_many")
        client = login(claire)
        chosen = {"menage": [mine.pk, other.pk]}
        preview = client.post(page, chosen)
        assert [row.household for row in preview.context["ready"]] == [mine], "one's own only"
        missing = client.post(page, {**chosen, "confirm": "1"})
        assert set(missing.context["form"].errors) == {"reason", "outcome"}
        values = {"confirm": "1", "reason": "no_news", "outcome": "no_follow_up"}
        assert client.post(page, {**chosen, **values}, follow=True).context["batch"].files == 1
        other.refresh_from_db()
        assert other.closed_on is None


def test_tasks_move_by_choice_at_a_hand_over(claire: User, mehdi: User, isabelle: User, login: Login) -> None:
    household = followed(claire)
    moved, left = TaskFactory.create_batch(2, household=household, agent=claire)
    page = reverse("households:referent", args=[household.pk])
    shown = login(isabelle).get(page)
    assert set(shown.context["form"].fields["tasks"].queryset) == {moved, left}
    values = {"role": "main", "agent": mehdi.pk, "on": "24/11/2026", "tasks": [moved.pk]}
    assert login(isabelle).post(page, values).status_code == 302
    moved.refresh_from_db()
    left.refresh_from_db()
    assert (moved.agent, left.agent) == (mehdi, claire)
    hand_over(by=isabelle, household=household, agent=claire, on=TODAY, tasks=[moved])
    moved.refresh_from_db()
    assert moved.agent == claire


def test_words_passed_on_are_not_told_at_the_desk(claire: User, nadege: User, login: Login) -> None:
    household = followed(claire)
    assign_referent(by=claire, household=household, agent=claire, on=TODAY, note="x")
    with time_machine.travel("2026-11-25T08:00:00+01:00"):
        assign_referent(
            by=claire,
            household=household,
            agent=AssignmentFactory().agent,
            on=date(2026, 11, 25),
            note="Canari",
        )
        close_household(
            by=claire, household=household, on=date(2026, 11, 25), reason="moved", note="Canari de fin"
        )
        for name in ("detail", "history", "composition"):
            page = login(nadege).get(reverse(f"households:{name}", args=[household.pk])).content.decode()
            assert "Canari" not in page, name
        assert (
            "Canari" in login(claire).get(reverse("households:detail", args=[household.pk])).content.decode()
        )
