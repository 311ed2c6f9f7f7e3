"""Tasks: dates that shortcuts mean, who may read and do them, one signature when two people press the button."""

from datetime import date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from appointments.models import Appointment
from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core.registry import collect_open, find_origin
from cias.core.states import ForbiddenTransition
from households.enums import TaskState
from households.models import Household, Task
from households.rules import may_change_task, may_do, may_read_detail
from households.services import (
    TaskData,
    change_task,
    create_task,
    finish_task,
    mark_tasks_seen,
    postpone_task,
    postponed_date,
    shortcut_date,
    take_over_task,
    undo_task,
    write_note,
)
from households.team import own_work
from tests.appointments.racing import at_once
from tests.factories import AppointmentFactory, AssignmentFactory, TaskFactory

TODAY = date(2026, 11, 24)
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("today", "code", "due"),
    [
        (date(2026, 11, 24), "demain", date(2026, 11, 25)),
        (date(2026, 11, 27), "demain", date(2026, 11, 30)),  # a Friday
        (date(2026, 12, 24), "demain", date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 11, 24), "semaine", date(2026, 12, 1)),
        (date(2027, 1, 31), "mois", date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), "mois", date(2028, 2, 29)),
        (date(2026, 10, 25), "demain", date(2026, 10, 26)),  # the clocks change
    ],
)
def test_a_shortcut_means_a_working_day(today: date, code: str, due: date) -> None:
    assert shortcut_date(code, today) == due


@pytest.mark.parametrize(
    ("due", "days", "new"),
    [
        (date(2026, 11, 26), 1, date(2026, 11, 27)),
        (date(2026, 11, 2), 1, date(2026, 11, 25)),  # late for weeks: counted from today
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 7, date(2026, 12, 7)),
        (date(2027, 3, 26), 1, date(2027, 3, 30)),  # Easter Monday is 29 March
    ],
)
def test_one_postpones_from_the_due_date_or_from_today(due: date, days: int, new: date) -> None:
    assert postponed_date(due, days, TODAY) == new


pytestmark = pytest.mark.django_db


def asked(by: User, agent: User, household: Household | None = None, **more: object) -> Task:
    data = TaskData(title="Rappeler la caisse", due_on=TODAY, agent=agent, household=household, **more)  # type: ignore[arg-type]
    return create_task(by=by, data=data)


def test_a_life(claire: User, mehdi: User, family: Household) -> None:
    task = asked(claire, mehdi, family)
    assert task.is_new
    assert mark_tasks_seen(by=mehdi) == 1
    assert mark_tasks_seen(by=mehdi) == 0
    postpone_task(by=mehdi, task=task, until=date(2026, 12, 1), reason="La caisse est fermée.")
    postpone_task(by=mehdi, task=task, until=date(2026, 12, 3))
    with pytest.raises(ValidationError, match="à venir"):
        postpone_task(by=mehdi, task=task, until=TODAY)
    task.refresh_from_db()
    assert (task.due_on, task.postponements, task.postponing_reason) == (date(2026, 12, 3), 2, "")
    finish_task(by=mehdi, task=task)
    with pytest.raises(ValidationError, match="plus à faire"):
        postpone_task(by=mehdi, task=task, until=date(2026, 12, 9))
    with pytest.raises(ForbiddenTransition):
        finish_task(by=claire, task=task, state=TaskState.CANCELLED)
    assert finish_task(by=claire, task=task).state_by == mehdi, "who was first stays"
    undone = undo_task(by=mehdi, task=task)
    assert (undone.state, undone.state_at, undone.state_by) == (TaskState.TODO, None, None)
    assert take_over_task(by=claire, task=task).agent == claire


def test_what_is_given_again_is_news_again(claire: User, mehdi: User) -> None:
    task = asked(claire, claire)
    assert not task.is_new
    data = TaskData(title="Rappeler", due_on=TODAY, agent=mehdi)
    assert change_task(by=claire, task=task, data=data).is_new


@pytest.mark.parametrize("who", ["nadege", "francoise", "david", "armelle"])
def test_those_without_a_list_are_given_nothing(
    who: str, request: pytest.FixtureRequest, claire: User
) -> None:
    with pytest.raises(ValidationError, match="n’a pas de liste"):
        asked(claire, request.getfixturevalue(who))


READS = {
    # whose task, about a household or not: who reads it
    ("mehdi", "mehdi", True): {"claire", "mehdi", "isabelle"},
    ("mehdi", "mehdi", False): {"mehdi", "isabelle"},
    ("nadege", "mehdi", True): {"nadege", "claire", "mehdi", "isabelle"},
    ("hugo", "hugo", True): {"hugo"},
    ("claire", "hugo", True): {"claire", "hugo"},
    ("isabelle", "isabelle", False): {"isabelle"},
}


@pytest.mark.parametrize("case", READS, ids=str)
def test_who_reads_a_task(
    case: tuple[str, str, bool], request: pytest.FixtureRequest, family: Household
) -> None:
    names = ("nadege", "claire", "mehdi", "hugo", "isabelle", "francoise", "david", "armelle")
    people = {name: request.getfixturevalue(name) for name in names}
    author, agent, about = case
    AssignmentFactory(household=family, agent=people["hugo"], role="other")
    task = asked(people[author], people[agent], family if about else None)
    seen = {name for name, user in people.items() if Task.objects.for_user(user).filter(pk=task.pk).exists()}
    assert seen == READS[case]


def test_the_detail_opens_to_the_direction_with_a_reason(
    claire: User, mehdi: User, isabelle: User, hugo: User, family: Household
) -> None:
    task = asked(claire, mehdi, family, detail="Dette de loyer.")
    assert may_read_detail(mehdi, task)
    assert not may_read_detail(isabelle, task)
    state_reason(user=isabelle, subject_id=family.pk, reason="Appui")
    assert may_read_detail(isabelle, task)
    assert (may_do(claire, task), may_do(isabelle, task), may_change_task(isabelle, task)) == (
        True,
        False,
        True,
    )
    with pytest.raises(ValidationError, match="n’a pas accès à ce ménage"):
        asked(claire, hugo, family)
    AssignmentFactory(household=family, agent=hugo, role="other")
    sealed = asked(claire, hugo, family)
    assert (may_do(claire, sealed), may_change_task(claire, sealed)) == (False, True)


def test_a_closed_file_leaves_the_list_and_its_tasks_come_back(claire: User, family: Household) -> None:
    asked(claire, claire, family)
    assert [item.kind for item in own_work(claire, TODAY)] == ["task"]
    Household.objects.filter(pk=family.pk).update(closed_on=TODAY, closing_reason="moved")
    assert own_work(claire, TODAY) == []
    assert [item.kind for item in collect_open([family.pk])[family.pk]] == ["task"]


def test_a_task_says_what_it_follows_from(claire: User, isabelle: User, family: Household) -> None:
    note = write_note(author=claire, household=family, held_on=TODAY, means="office", text="Dit.")
    appointment: Appointment = AppointmentFactory(household=family, agent=claire)
    origin = find_origin("note", note.pk, claire)
    assert origin is not None
    assert origin.url == reverse("households:note", args=[note.pk])
    assert find_origin("note", note.pk, isabelle) is None, "she does not read notes without a reason"
    assert find_origin("appointment", appointment.pk, claire) is not None
    assert find_origin("elsewhere", note.pk, claire) is None


class TestPages:
    def test_one_line_on_the_household_s_page(self, family: Household, claire: User, login) -> None:
        client = login(claire)
        page = client.get(reverse("households:detail", args=[family.pk])).content.decode()
        assert 'name="echeance" value="semaine"' in page
        values = {"menage": family.pk, "number": family.number, "title": "Rappeler le bailleur"}
        back = reverse("households:detail", args=[family.pk])
        answer = client.post(
            reverse("households:task_create"), {**values, "echeance": "semaine", "next": back}
        )
        assert answer.url == back
        task = Task.objects.get()
        assert (task.due_on, task.agent, task.household) == (date(2026, 12, 1), claire, family)
        assert "Rappeler le bailleur" in client.get(back).content.decode()

    def test_what_is_missing_is_said_and_nothing_is_lost(
        self, family: Household, claire: User, login
    ) -> None:
        answer = login(claire).post(reverse("households:task_create"), {"title": "", "echeance": "demain"})
        assert list(answer.context["form"].errors) == ["title"]
        assert 'value="25/11/2026"' in answer.content.decode()
        past = {"title": "x", "due_on": "23/11/2026", "number": "M-1999-00001"}
        errors = login(claire).post(reverse("households:task_create"), past).context["form"].errors
        assert set(errors) == {"due_on", "number"}

    def test_reception_asks_and_reads_only_what_it_asked(
        self, family: Household, nadege: User, claire: User, login
    ) -> None:
        client = login(nadege)
        form = client.get(reverse("households:task_create"), {"menage": family.pk}).content.decode()
        assert 'name="detail"' not in form
        values = {
            "title": "Rappeler M. Kerbrat",
            "due_on": "25/11/2026",
            "agent": claire.pk,
            "number": family.number,
        }
        client.post(reverse("households:task_create"), {**values, "detail": "jamais"})
        task = Task.objects.get()
        assert task.detail == ""
        other = asked(claire, claire, family)
        assert client.get(reverse("households:task", args=[other.pk])).status_code == 404
        assert client.post(reverse("households:task_done", args=[task.pk])).status_code == 403
        given = client.get(reverse("households:tasks_given")).content.decode()
        assert "Rappeler M. Kerbrat" in given
        assert "pas encore vue" in given

    def test_done_and_undone_in_place_or_without_script(self, family: Household, claire: User, login) -> None:
        task = asked(claire, claire, family)
        client = login(claire)
        row = client.post(reverse("households:task_done", args=[task.pk]), headers=HTMX).content.decode()
        assert row.lstrip().startswith(f'<li id="tache-{task.pk}"')
        assert "Remettre à faire" in row
        again = client.post(reverse("households:task_undo", args=[task.pk]), {"next": "/a-faire/"})
        assert again.url == "/a-faire/"
        week = client.post(
            reverse("households:task_postpone", args=[task.pk]), {"jours": "7"}, headers=HTMX
        ).content.decode()
        assert "reportée" in week
        task.refresh_from_db()
        assert (task.due_on, task.state) == (date(2026, 12, 1), TaskState.TODO)
        late = {"until": "20/11/2026", "reason": "Attente"}
        refused = client.post(reverse("households:task_postpone", args=[task.pk]), late)
        assert list(refused.context["form"].errors) == ["until"]

    def test_a_read_is_not_a_write(self, family: Household, claire: User, mehdi: User, login) -> None:
        asked(claire, mehdi, family)
        client = login(mehdi)
        for _ in range(2):
            assert "nouveau" in client.get("/a-faire/").content.decode()
        assert client.post(reverse("households:tasks_seen"), headers=HTMX).status_code == 204
        assert "nouveau" not in client.get("/a-faire/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_done_twice_is_signed_once(claire: User, mehdi: User) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-24T10:21:00+01:00"), tick=True):
        task = TaskFactory(agent=claire, created_by=mehdi)
        results = at_once(
            [lambda: finish_task(by=claire, task=task), lambda: finish_task(by=mehdi, task=task)]
        )
    signatures = {result.state_by for result in results}
    assert len(signatures) == 1
    assert Task.objects.get().state_by in signatures
