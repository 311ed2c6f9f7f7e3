"""Apps that have nothing to say are not asked: what is shown stays the same."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import presence
from cias.core.presence import belongings, holdings, kept, look_into, may_hold
from cias.core.providers import Registry
from cias.core.registry import collect_panels, collect_timeline, timeline, worklist
from households.models import Household
from households.registrations.documents import NOTICE
from households.team import Team, own_work, work_of_team
from tests.access.world import build_world
from tests.factories import (
    AssignmentFactory,
    DocumentFactory,
    HouseholdFactory,
    ReferralOutFactory,
    TaskFactory,
)

TODAY = date(2026, 11, 23)


def names(*kinds: dict[str, frozenset[str]]) -> set[str]:
    return {name for kind in kinds for found in kind.values() for name in found}


def test_each_name_leads_to_a_household_or_to_an_agent() -> None:
    for wanted, told, default in (
        (Household, presence._about(), "household"),
        (User, presence._owned(), ""),
    ):
        assert told
        for name in told - presence.rows_of_agents.keys():
            label, model, *field = name.split(".")
            meta = apps.get_model(label, model)._meta
            column = meta.get_field(field[0] if field else default)
            assert column.related_model is wanted, name
            # The question costs nothing where the key is indexed.
            leading = {index.fields[0].lstrip("-") for index in meta.indexes if index.fields}
            assert column.db_index or column.name in leading, name


def test_what_concerns_agents_otherwise_is_asked_in_the_same_query(claire: User, mehdi: User) -> None:
    household, today = HouseholdFactory(), timezone.localdate()
    AssignmentFactory(household=household, agent=claire, start=today - timedelta(days=90))
    name = "households.Document, expiring"
    document = DocumentFactory(
        household=household, author=mehdi, expires_on=today + NOTICE + timedelta(days=1)
    )
    assert name not in belongings([claire])
    with CaptureQueriesContext(connection) as queries:
        assert name in belongings([claire, mehdi], today + timedelta(days=1))
    assert len(queries) == 1
    type(document).objects.update(expires_on=today + NOTICE)
    assert name in belongings([mehdi, claire])
    assert name not in belongings([mehdi]), "who follows nothing"
    assert name in holdings(household, claire)


def test_an_answer_due_is_asked_for_who_sent_and_who_follows(claire: User, mehdi: User, hugo: User) -> None:
    today, name = timezone.localdate(), "households.ReferralOut, due"
    household = HouseholdFactory()
    AssignmentFactory(household=household, agent=claire, start=today - timedelta(days=90))
    sent = ReferralOutFactory(
        household=household, sent_by=mehdi, sent_on=today, due_on=today + timedelta(days=8)
    )
    assert name not in belongings([claire, mehdi])
    type(sent).objects.update(due_on=today + timedelta(days=7))
    assert [name in belongings([one]) for one in (claire, mehdi, hugo)] == [True, True, False]
    type(sent).objects.update(answer="accepted", answered_on=today)
    assert name not in belongings([claire, mehdi])


def test_what_a_file_holds_is_one_query(claire: User) -> None:
    household, other = HouseholdFactory(), HouseholdFactory()
    TaskFactory(household=household, agent=claire)
    with CaptureQueriesContext(connection) as queries:
        assert holdings(household) == {"households.Task"}
        assert holdings(other) == set()
    assert len(queries) == 2


def test_what_a_page_found_spares_the_questions_of_what_it_shows(claire: User) -> None:
    household, other = HouseholdFactory(), HouseholdFactory()
    TaskFactory(household=household, agent=claire)
    assert may_hold(other, "households.Task"), "nobody looked"
    with CaptureQueriesContext(connection) as queries:
        assert look_into(household, claire) == {"households.Task", "households.Task.agent"}
        assert look_into(other, claire) == {"households.Task.agent"}
    assert len(queries) == 2
    assert (may_hold(household, "households.Task"), may_hold(other, "households.Task")) == (True, False)
    assert may_hold(other, "households.Household"), "a table that is not asked about"


def test_a_page_asks_once_what_several_show(claire: User) -> None:
    household, other = HouseholdFactory(), HouseholdFactory()
    look_into(household)
    answers = iter(range(9))
    assert [kept(household, "rank", lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
    assert kept(household, "another", lambda: next(answers)) == 1
    assert [kept(other, "rank", lambda: next(answers)) for _ in range(3)] == [2, 3, 4]


def test_what_belongs_to_agents(claire: User, mehdi: User) -> None:
    assert belongings([claire, mehdi]) == set()
    world = build_world()
    assert belongings([world.agents[Role.SOCIAL_WORKER]])


def test_who_speaks() -> None:
    registry: Registry[str] = Registry("test")
    registry.register("always", "a")
    registry.register("energy", "e", about=("housing.EnergyFile",), owned=("housing.EnergyFile.agent",))
    assert list(registry.speaking(None)) == ["always", "energy"]
    assert list(registry.speaking(())) == ["always"]
    assert list(registry.speaking({"housing.EnergyFile"})) == ["always", "energy"]
    assert list(registry.busy(())) == ["always"]
    assert list(registry.busy({"housing.EnergyFile.agent"})) == ["always", "energy"]


@pytest.mark.django_db
def test_a_full_file_tells_the_same() -> None:
    """Most apps have rows of this household: asked through what it holds, nothing is lost."""
    world = build_world()
    household = world.household
    found = holdings(household)
    assert len(found) >= 15, sorted(names(timeline.about, worklist.about) - found)
    for agent in world.agents.values():
        found = holdings(household, agent)
        assert collect_timeline(household, agent, found) == collect_timeline(household, agent)
        assert len(collect_panels(household, agent, found)) == len(collect_panels(household, agent))
        steps = [item for item in own_work(agent, TODAY) if item.subject_id == household.pk]
        about = own_work(agent, TODAY, found, about=household)
        assert [item for item in about if item.subject_id == household.pk] == steps


@pytest.mark.django_db
def test_a_work_list_is_the_same_asked_of_all_or_of_the_busy() -> None:
    world = build_world()
    everybody = list(User.objects.filter(role=Role.SOCIAL_WORKER))
    # A team with somebody who steers asks every app.
    mixed = work_of_team(Team([*everybody, world.agents[Role.DIRECTOR]], TODAY))
    for agent in everybody:
        alone = work_of_team(Team([agent], TODAY))[agent.pk]
        assert sorted(item.title for item in alone) == sorted(item.title for item in mixed[agent.pk])
    assert any(mixed[agent.pk] for agent in everybody)
