"""The list "À faire": filters and counts, folding, what the direction sees of others, a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cias.accounts.models import User
from cias.dashboard.work import FOLD
from households.enums import ProtectionReason
from households.models import Household, HouseholdProtection, NamedAccess, NoteDraft
from households.team import Team, tallies, work_of_team
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    AssignmentFactory,
    DocumentFactory,
    EnergyFileFactory,
    HouseholdFactory,
    HousingApplicationFactory,
    MessageFactory,
    OrientationFactory,
    ReferralOutFactory,
    RightsFileFactory,
    StayFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def test_filters_stand_in_the_address_with_their_counts(login, claire: User) -> None:
    TaskFactory(agent=claire, due_on=today(), domain="logement", title="Appeler le bailleur")
    TaskFactory(agent=claire, due_on=today(), title="Ranger")
    MessageFactory(agent=claire, caller_name="Mme Petit")
    client = login(claire)
    page = client.get("/a-faire/")
    assert {one.code: one.count for one in page.context["filters"].kinds} == {"task": 2, "message": 1}
    housing = client.get("/a-faire/", {"domaine": "logement"}).content.decode()
    assert "Appeler le bailleur" in housing
    assert "Ranger" not in housing
    messages = client.get("/a-faire/", {"nature": "message"}).content.decode()
    assert "Mme Petit" in messages
    assert "Ranger" not in messages
    assert client.get("/a-faire/", {"domaine": "zzz", "nature": "zzz"}).context["count"] == 3


def test_a_long_group_is_folded_and_paged(login, claire: User) -> None:
    TaskFactory.create_batch(FOLD + 40, agent=claire, due_on=today() - timedelta(days=2))
    client = login(claire)
    ((code, _title, rows, total),) = client.get("/a-faire/").context["groups"]
    assert (code, len(rows), total) == ("late", FOLD, FOLD + 40)
    second = client.get("/a-faire/", {"groupe": "late", "page": "2"})
    assert len(second.context["groups"][0][2]) == FOLD + 40 - 50
    assert "Page 2 sur 2" in second.content.decode()


def test_the_direction_looks_at_anybody_s_list_and_acts_on_none(
    login, isabelle: User, claire: User, hugo: User
) -> None:
    household = HouseholdFactory(name="Petit", sort_key="petit")
    task = TaskFactory(agent=claire, household=household, title="Relancer", detail="Canari", due_on=today())
    AssignmentFactory(household=household, agent=hugo, role="other")
    TaskFactory(agent=hugo, title="Secret", household=household, due_on=today())
    client = login(isabelle)
    page = client.get("/a-faire/", {"agent": claire.pk}).content.decode()
    assert "Relancer" in page
    assert "Petit" in page
    assert "Canari" not in page
    assert f"/menages/taches/{task.pk}/faite/" not in page
    sealed = client.get("/a-faire/", {"agent": hugo.pk}).content.decode()
    assert "Secret" not in sealed
    assert "Tâche" in sealed
    assert "Petit" not in sealed
    assert login(claire).get("/a-faire/", {"agent": hugo.pk}).status_code == 403
    service = client.get("/a-faire/service/").content.decode()
    assert "Claire Vasseur" in service
    assert "Petit" not in service
    assert login(claire).get("/a-faire/service/").status_code == 403


def test_the_page_asks_the_same_whatever_the_list_and_only_who_has_something_to_say(
    login, claire: User
) -> None:
    client = login(claire)
    costs = []
    for count in (1, 30):
        for _ in range(count):
            household = HouseholdFactory()
            AssignmentFactory(household=household, agent=claire)
            TaskFactory(agent=claire, household=household, due_on=today() - timedelta(days=1))
        with CaptureQueriesContext(connection) as page:
            client.get("/a-faire/")
        costs.append(len(page))
    assert costs[0] == costs[1] <= 14


def test_a_long_absence_leads_to_its_substitute(login, isabelle: User, claire: User, mehdi: User) -> None:
    start = timezone.now().replace(hour=0, minute=0) + timedelta(days=3)
    absence = AbsenceFactory(agent=claire, start=start, end=start + timedelta(days=5))
    AbsenceFactory(agent=mehdi, start=start, end=start + timedelta(hours=3))
    client = login(isabelle)
    assert client.get("/a-faire/remplacements/").context["absences"] == [absence]
    form = client.get("/a-faire/remplacements/", {"absence": absence.pk}).context["form"]
    assert form.initial["agent"] == claire.pk
    assert form.initial["start"] == timezone.localdate(start)


def work_of_every_kind(agent: User) -> Household:
    """A little of what each app puts in a list, on files of the agent's own."""
    household = HouseholdFactory()
    AssignmentFactory(household=household, agent=agent)
    late = today() - timedelta(days=3)
    TaskFactory(agent=agent, household=household, due_on=late)
    MessageFactory(agent=agent, household=household)
    NoteDraft.objects.create(author=agent, household=household, values={})
    DocumentFactory(household=household, author=agent, expires_on=late)
    RightsFileFactory(agent=agent, household=household)
    EnergyFileFactory(agent=agent, household=household, reported_on=today() - timedelta(days=60))
    StayFactory(referent=agent, household=household, planned_end=late)
    OrientationFactory(referent=agent, start=date(2026, 1, 5), notified_on=date(2026, 1, 5))
    AppointmentFactory(agent=agent, start=timezone.now() - timedelta(days=2))
    return household


def test_the_service_s_page_asks_as_much_for_two_agents_as_for_twelve(
    login, isabelle: User, claire: User, mehdi: User
) -> None:
    client = login(isabelle)
    costs, kept = [], []
    for more in (0, 10):
        agents = [claire, mehdi] if not more else UserFactory.create_batch(more, role="ts", has_agenda=True)
        for agent in agents:
            work_of_every_kind(agent)
        with CaptureQueriesContext(connection) as page:
            response = client.get("/a-faire/service/", {"maintenant": "1"})
        costs.append(len(page))
        with CaptureQueriesContext(connection) as page:
            client.get("/a-faire/service/")
        kept.append(len(page))
    assert costs[0] == costs[1] <= 68
    # Session, user, agents, read log and structure.
    assert kept == [5, 5]
    assert response.context["totals"]["late"] >= 12 * 7


def test_the_direction_s_own_list_asks_as_much_for_one_agent_s_work_as_for_five(
    login, isabelle: User, claire: User
) -> None:
    client = login(isabelle)
    costs = []
    for agents in ([claire], UserFactory.create_batch(4, role="ts", has_agenda=True)):
        for agent in agents:
            work_of_every_kind(agent)
            HousingApplicationFactory(agent=agent, renewal_due_on=today() - timedelta(days=1))
            ReferralOutFactory(due_on=today() - timedelta(days=1))
        with CaptureQueriesContext(connection) as page:
            response = client.get("/a-faire/")
        costs.append(len(page))
    assert costs[0] == costs[1] <= 36
    text = response.content.decode().replace("\u00a0", " ")
    assert "5 dossiers de droits en retard" in text
    assert "5 demandes de logement social non renouvelées" in text
    assert "5 orientations sans réponse" in text


def test_what_the_direction_is_told_the_number_of_is_counted_in_one_query(
    isabelle: User, claire: User, django_assert_num_queries
) -> None:
    RightsFileFactory.create_batch(2, agent=claire)
    team = Team([isabelle], today())
    with django_assert_num_queries(1):
        told = list(team.told(tally(team) for tally in tallies))
    assert {key for key, _item in told} == {isabelle.pk}
    assert "2 dossiers de droits en retard" in [item.title.replace("\u00a0", " ") for _key, item in told]


def test_a_list_is_the_same_alone_and_in_the_team(
    claire: User, mehdi: User, hugo: User, isabelle: User
) -> None:
    agents = [claire, mehdi, hugo, isabelle]
    for agent in agents[:2]:
        work_of_every_kind(agent)
    hidden = HouseholdFactory(name="Caché", sort_key="cache")
    for agent in agents:
        TaskFactory(agent=agent, household=hidden, due_on=today())
    protection = HouseholdProtection.objects.create(
        household=hidden, reason=ProtectionReason.VIOLENCE, decided_by=mehdi
    )
    NamedAccess.objects.create(protection=protection, agent=mehdi, given_by=mehdi)
    together = work_of_team(Team(agents, today()))
    for agent in agents:
        alone = work_of_team(Team([agent], today()))[agent.pk]
        assert [item.title for item in together[agent.pk]] == [item.title for item in alone]
    assert {agent for agent in agents if "Caché" in str(together[agent.pk])} == {mehdi}


def test_a_protected_file_nobody_opens_any_more_reaches_the_direction_s_page_by_its_number(
    login, isabelle: User, claire: User
) -> None:
    household = HouseholdFactory(name="Caché", sort_key="cache")
    HouseholdProtection.objects.create(
        household=household, reason=ProtectionReason.VIOLENCE, decided_by=claire
    )
    page = login(isabelle).get("/a-faire/").content.decode()
    assert "Nommer un agent sur un dossier protégé" in page
    assert household.number in page
    assert "Caché" not in page
