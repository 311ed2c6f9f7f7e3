"""Somebody leaves: what they hold is counted by kind, given to colleagues, and none of it is lost (C11)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from appointments.models import Appointment, Message, WaitingEntry
from appointments.services import book
from cias.accounts import departures
from cias.accounts.enums import Role
from cias.accounts.models import Departure, User
from cias.core import registry
from cias.core.periods import PARIS
from households.enums import AssignmentRole, TaskState
from households.models import Assignment, Task
from households.rules import without_referent
from households.services import protect_household
from tests.appointments.racing import at_once, outcome
from tests.factories import (
    AidRequestFactory,
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    MessageFactory,
    NoteFactory,
    PresenceFactory,
    ReasonFactory,
    UserFactory,
    WaitingEntryFactory,
)

BASE = "/administration/comptes/"
SOON = datetime(2027, 3, 2, 9, tzinfo=PARIS)  # a Tuesday


def page_of(response: Any) -> str:
    return response.content.decode()


def kinds(user: User) -> dict[str, int]:
    return {held.kind: held.count for held in departures.held_by(user)}


def all_to(user: User, to: User | None) -> dict[str, User | None]:
    return {held.kind: to for held in departures.to_give(user)}


@pytest.fixture
def caseload(claire: User) -> Any:
    """Claire looks after a household, with a task, an appointment, a message, a request and somebody who waits."""
    household = HouseholdFactory()
    AssignmentFactory(household=household, agent=claire, start=date(2026, 1, 5))
    Task.objects.create(
        title="Rappeler", due_on=date(2027, 1, 4), household=household, agent=claire, created_by=claire
    )
    AppointmentFactory(agent=claire, household=household, start=SOON, room=None)
    MessageFactory(agent=claire)
    WaitingEntryFactory(agent=claire, household=household)
    AidRequestFactory(agent=claire, household=household)
    return household


@pytest.mark.django_db
class TestHandingOver:
    def test_what_somebody_holds_is_counted_by_kind(self, caseload: Any, claire: User) -> None:
        expected = {"files": 1, "tasks": 1, "appointments": 1, "messages": 1, "waiting": 1, "aids": 1}
        assert kinds(claire) == expected

    def test_all_of_it_goes_to_a_colleague_and_the_account_is_closed(
        self, caseload: Any, claire: User, mehdi: User, armelle: User, login: Callable[..., Any]
    ) -> None:
        at_work = login(claire)
        done = departures.hand_over(account=claire, by=armelle, choices=all_to(claire, mehdi), close=True)
        claire.refresh_from_db()
        assert not claire.is_active
        assert kinds(claire) == {}
        assert {line.kind: (line.to, line.moved, line.left) for line in done.lines.all()} == dict.fromkeys(
            ("files", "tasks", "appointments", "messages", "waiting", "aids"), (mehdi, 1, 0)
        )
        today = timezone.localdate()
        given = Assignment.objects.get(household=caseload, agent=mehdi)
        assert (given.start, given.end, given.role) == (today, None, AssignmentRole.MAIN)
        assert Assignment.objects.get(household=caseload, agent=claire).end == today - timedelta(days=1)
        assert Appointment.objects.get().agent == mehdi
        assert Message.objects.get().agent == mehdi
        assert WaitingEntry.objects.get().agent == mehdi
        task = Task.objects.get()
        assert (task.agent, task.seen_at) == (mehdi, None)
        assert at_work.get("/compte/").status_code == 302

    def test_the_history_says_who_handed_over(
        self, caseload: Any, claire: User, mehdi: User, armelle: User
    ) -> None:
        departures.hand_over(account=claire, by=armelle, choices=all_to(claire, mehdi))
        row = Task.pgh_event_model.objects.filter(pgh_label="update").latest("pgh_created_at")
        assert (
            row.pgh_context["metadata"]["user"] == str(armelle.pk)
            if isinstance(row.pgh_context, dict)
            else (row.pgh_context.metadata["user"] == str(armelle.pk))
        )

    def test_different_colleagues_and_nobody(
        self, caseload: Any, claire: User, mehdi: User, armelle: User
    ) -> None:
        other = UserFactory(role=Role.SOCIAL_WORKER, has_agenda=True)
        choices = {**all_to(claire, mehdi), "files": None, "aids": other, "waiting": None, "messages": None}
        departures.hand_over(account=claire, by=armelle, choices=choices, close=True)
        assert caseload in without_referent(timezone.localdate())
        assert WaitingEntry.objects.get().agent is None
        # What cannot be without an agent stays with the closed account, where the direction sees it.
        assert kinds(claire) == {"messages": 1}
        ((account, left),) = departures.left_behind()
        assert (account, [(one.kind, one.count) for one in left]) == (claire, [("messages", 1)])

    def test_twice_does_nothing_more(self, caseload: Any, claire: User, mehdi: User, armelle: User) -> None:
        choices = all_to(claire, mehdi)
        departures.hand_over(account=claire, by=armelle, choices=choices, close=True)
        before = Assignment.objects.count()
        again = departures.hand_over(account=claire, by=armelle, choices=choices, close=True)
        assert not again.lines.exists()
        assert Assignment.objects.count() == before

    def test_work_that_came_meanwhile_is_not_left_out(
        self, caseload: Any, claire: User, mehdi: User, armelle: User
    ) -> None:
        choices = {kind: to for kind, to in all_to(claire, mehdi).items() if kind != "tasks"}
        with pytest.raises(ValidationError) as refused:
            departures.hand_over(account=claire, by=armelle, choices=choices, close=True)
        assert refused.value.code == "incomplete"
        claire.refresh_from_db()
        assert claire.is_active
        assert kinds(claire)["files"] == 1  # nothing was given: all or nothing

    def test_only_to_who_may_take_it(self, caseload: Any, claire: User, hugo: User, armelle: User) -> None:
        with pytest.raises(ValidationError) as refused:
            departures.hand_over(account=claire, by=armelle, choices=all_to(claire, hugo))
        assert refused.value.code == "not_a_receiver"

    def test_not_to_somebody_who_left_too(
        self, caseload: Any, claire: User, mehdi: User, armelle: User
    ) -> None:
        choices = all_to(claire, mehdi)
        User.objects.filter(pk=mehdi.pk).update(is_active=False)
        with pytest.raises(ValidationError):
            departures.hand_over(account=claire, by=armelle, choices=choices)

    def test_nobody_hands_over_their_own_work(self, armelle: User) -> None:
        with pytest.raises(ValidationError):
            departures.hand_over(account=armelle, by=armelle, choices={})

    def test_a_protected_file_goes_to_nobody_who_is_not_named(
        self, caseload: Any, claire: User, mehdi: User, armelle: User, isabelle: User
    ) -> None:
        protect_household(by=isabelle, household=caseload, reason="relative", agents=[claire])
        departures.hand_over(account=claire, by=armelle, choices=all_to(claire, mehdi), close=True)
        assert kinds(claire) == {"files": 1, "tasks": 1, "appointments": 1, "waiting": 1, "aids": 1}
        assert Message.objects.get().agent == mehdi

    def test_an_appointment_the_colleague_cannot_keep_stays_to_be_moved(
        self, caseload: Any, claire: User, mehdi: User, armelle: User, nadege: User, login: Callable[..., Any]
    ) -> None:
        AppointmentFactory(agent=mehdi, start=SOON, room=None)
        departures.hand_over(account=claire, by=armelle, choices=all_to(claire, mehdi), close=True)
        assert kinds(claire) == {"appointments": 1}
        page = page_of(login(nadege).get("/agenda/presences/a-deplacer/"))
        assert "Claire Vasseur" in page

    def test_a_day_that_began_with_a_new_referent(self, claire: User, mehdi: User, armelle: User) -> None:
        household = HouseholdFactory()
        AssignmentFactory(household=household, agent=claire, start=timezone.localdate())
        departures.hand_over(account=claire, by=armelle, choices={"files": mehdi})
        assert Assignment.objects.get(household=household).agent == mehdi

    def test_places_beside_others_go_to_who_may_hold_them_whatever_the_leaver_has_become(
        self, claire: User, mehdi: User, nadege: User, armelle: User
    ) -> None:
        household = HouseholdFactory()
        AssignmentFactory(
            household=household, agent=claire, role=AssignmentRole.OTHER, start=date(2026, 1, 5)
        )
        User.objects.filter(pk=claire.pk).update(role=Role.RECEPTION, has_agenda=False)
        claire.refresh_from_db()
        (held,) = departures.to_give(claire)
        assert mehdi in held.receivers
        assert nadege not in held.receivers
        departures.hand_over(account=claire, by=armelle, choices={"places": mehdi})
        assert kinds(claire) == {}

    def test_every_draft_is_told(self, claire: User) -> None:
        """What only its author reads goes to nobody: it is said before the account closes."""
        told = {kind for kind, holding in registry.holdings.items() if holding.kept}
        assert told == {"note_drafts", "budget_drafts", "chapter_drafts", "sealed_drafts", "inventory_drafts"}

    def test_what_is_done_or_past_stays_under_its_author(
        self, claire: User, mehdi: User, armelle: User
    ) -> None:
        note = NoteFactory(author=claire)
        AppointmentFactory(agent=claire, start=timezone.now() - timedelta(days=3))
        Task.objects.create(
            title="Fait", due_on=date(2026, 1, 4), agent=claire, created_by=claire, state=TaskState.DONE,
            state_at=timezone.now(), state_by=claire,
        )  # fmt: skip
        assert departures.to_give(claire) == []
        note.refresh_from_db()
        assert note.author == claire


@pytest.mark.django_db
def test_every_kind_counts_many_agents_in_one_query(django_assert_num_queries: Any) -> None:
    agents = [UserFactory() for _ in range(3)]
    for kind, holding in registry.holdings.items():
        with django_assert_num_queries(2 if kind == "appointments" else 1):
            assert dict(holding.held([agent.pk for agent in agents])) == {}, kind


@pytest.mark.django_db
class TestPage:
    def test_kinds_are_counted_and_no_household_is_named(
        self, caseload: Any, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        page = page_of(login(armelle).get(f"{BASE}{claire.pk}/depart/"))
        assert "1\u00a0ménage suivi comme référent" in page
        assert caseload.name not in page
        assert "Fermer le compte" in page

    def test_nothing_is_chosen_in_advance(
        self, caseload: Any, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        page = page_of(login(armelle).post(f"{BASE}{claire.pk}/depart/", {"close": "on"}))
        assert "Choisissez qui reprend ce travail" in page
        claire.refresh_from_db()
        assert claire.is_active

    def test_it_is_done_from_the_page(
        self, caseload: Any, login: Callable[..., Any], claire: User, mehdi: User, armelle: User
    ) -> None:
        fields = {**dict.fromkeys(all_to(claire, mehdi), str(mehdi.pk)), "close": "on"}
        page = page_of(login(armelle).post(f"{BASE}{claire.pk}/depart/", fields, follow=True))
        assert "Le travail est remis" in page
        assert "en fermant le compte" in page
        assert Departure.objects.get().by == armelle

    def test_what_was_left_on_purpose_is_not_said_to_have_failed(
        self, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        MessageFactory(agent=claire)
        page = page_of(
            login(armelle).post(f"{BASE}{claire.pk}/depart/", {"messages": "personne"}, follow=True)
        )
        assert "1\u00a0élément reste à ce compte" in page

    def test_closing_leads_there_as_long_as_work_is_held(
        self, caseload: Any, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        response = login(armelle).post(f"{BASE}{claire.pk}/fermer/")
        assert response.url == f"{BASE}{claire.pk}/depart/"
        claire.refresh_from_db()
        assert claire.is_active

    def test_the_direction_hands_over_and_closes_nothing(
        self, caseload: Any, login: Callable[..., Any], claire: User, mehdi: User, isabelle: User
    ) -> None:
        fields = {**dict.fromkeys(all_to(claire, mehdi), str(mehdi.pk)), "close": "on"}
        login(isabelle).post(f"{BASE}{claire.pk}/depart/", fields)
        claire.refresh_from_db()
        assert claire.is_active
        assert kinds(claire) == {}

    def test_what_stayed_has_its_list(
        self, caseload: Any, login: Callable[..., Any], claire: User, isabelle: User
    ) -> None:
        claire.is_active = False
        claire.save()
        page = page_of(login(isabelle).get("/administration/travail-sans-titulaire/"))
        assert "1 demande d’aide suivie" in page.replace("\u00a0", " ")
        assert f"{BASE}{claire.pk}/depart/" in page


class TestRaces:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.mark.parametrize("_round", range(3))
    def test_an_appointment_booked_for_the_leaver_during_the_handover(
        self, _round: int, claire: User, mehdi: User, nadege: User, armelle: User
    ) -> None:
        """It is either booked first, and handed over or kept to be moved, or refused: never lost with who left."""
        reason = ReasonFactory()
        AppointmentFactory(agent=claire, start=SOON + timedelta(days=7), room=None)
        for agent in (claire, mehdi):
            PresenceFactory(agent=agent, weekday=SOON.weekday())
        choices = {"appointments": mehdi}
        booking = partial(
            book,
            by=nadege,
            agent=claire,
            start=SOON,
            reason=reason,
            caller_name="Mme Test",
            accepts=("off_hours",),
        )
        leaving = partial(departures.hand_over, account=claire, by=armelle, choices=choices, close=True)
        booked, left = at_once([booking, leaving])
        assert isinstance(left, Departure), left
        claire.refresh_from_db()
        assert not claire.is_active
        assert isinstance(booked, Appointment) or getattr(booked, "code", "") == "agent_left", booked
        assert kinds(claire) == {}
        expected = 2 if isinstance(booked, Appointment) else 1
        assert Appointment.objects.filter(agent=mehdi).count() == expected

    def test_two_administrators_at_once(
        self, claire: User, mehdi: User, armelle: User, isabelle: User
    ) -> None:
        for _ in range(5):
            AssignmentFactory(agent=claire, start=date(2026, 1, 5))
        act = [
            partial(departures.hand_over, account=claire, by=by, choices={"files": mehdi}, close=True)
            for by in (armelle, isabelle)
        ]
        assert outcome(at_once(act)) == {"Departure": 2}
        today = timezone.localdate()
        assert Assignment.objects.filter(agent=mehdi, start=today, role=AssignmentRole.MAIN).count() == 5
        assert not Assignment.objects.filter(agent=claire, end__isnull=True).exists()
