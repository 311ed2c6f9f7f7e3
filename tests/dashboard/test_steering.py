"""S9: each number of the direction's dashboard is the number of rows of the list it leads to."""

import itertools
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import redis
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import time_fr
from cias.core.periods import Period
from cias.dashboard import kept as kept_figures
from cias.dashboard.kept import FRESH
from cias.dashboard.steering.figures import Figure
from cias.dashboard.steering.spans import Span
from cias.dashboard.steering.state import state_of
from cias.dashboard.tasks import keep_figures
from cias.schedule import BEAT_SCHEDULE
from households.enums import ProtectionReason
from households.models import Household, HouseholdProtection, NamedAccess
from tests.dashboard.test_work import work_of_every_kind
from tests.factories import (
    AidRequestFactory,
    AppointmentFactory,
    AssignmentFactory,
    EnergyFileFactory,
    EvictionFileFactory,
    HouseholdFactory,
    HousingApplicationFactory,
    LodgingRequestFactory,
    OrientationFactory,
    ReferralOutFactory,
    RightsFileFactory,
    StayFactory,
    TaskFactory,
    UserFactory,
)

PAGE = reverse("dashboard:steering")
COUNTED_NOW = {"maintenant": "1"}
pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def days(count: int) -> timedelta:
    return timedelta(days=count)


def service(claire: User, mehdi: User) -> None:
    """A service with something in each list, some of it late, and a protected file nobody of the direction opens."""
    for agent in (claire, mehdi):
        work_of_every_kind(agent)
    old = HouseholdFactory(opened_on=today() - days(900), commune=None)
    AssignmentFactory(household=old, agent=claire, start=today() - days(900))
    HouseholdFactory(commune=None)
    StayFactory(household=old, referent=claire, planned_end=today() - days(8))
    LodgingRequestFactory.create_batch(2)
    HousingApplicationFactory(
        agent=claire, renewal_due_on=today() - days(3), renewal_alert_on=today() - days(60)
    )
    EvictionFileFactory(agent=claire)
    EnergyFileFactory(agent=mehdi, state="visited_1", visited_on=today() - days(4))
    EnergyFileFactory(agent=mehdi, reported_on=today())
    OrientationFactory(referent=None, start=date(2026, 1, 5), notified_on=date(2026, 1, 5))
    ReferralOutFactory(due_on=today() - days(2))
    AidRequestFactory(granted=True)
    RightsFileFactory(agent=claire, transmitted=True)
    moment = timezone.now()
    for back, outcome in (
        (1, "missed"),
        (5, "honoured"),
        (6, "honoured"),
        (40, "missed"),
    ):
        AppointmentFactory(agent=claire, start=moment - days(back), **{outcome: True})
    hidden = HouseholdFactory(name="Caché", sort_key="cache", opened_on=today() - days(900))
    AssignmentFactory(household=hidden, agent=claire)
    TaskFactory(agent=claire, household=hidden, due_on=today() - days(1))
    RightsFileFactory(agent=claire, household=hidden)
    AppointmentFactory(agent=mehdi, household=hidden, start=moment - days(3), missed=True)
    HouseholdProtection.objects.create(household=hidden, reason=ProtectionReason.VIOLENCE, decided_by=claire)


def figures_of(context: Any) -> Iterator[Figure]:
    for group in [*context["late_groups"], *context["watched"]]:
        yield from group.figures
    for line in context["lines"]:
        yield from (line.files, line.dormant, line.tasks, line.late)
    for one in context["indicators"]:
        yield from one.parts
    for _label, share in [*context["absences"].lines, ("", context["absences"].total)]:
        yield from (share.top, share.bottom)
    for _group, _label, share in context["shares"]:
        yield from (share.top, share.bottom)


def rows_of(response: Any) -> int:
    """How many rows the list answers, whatever the page shows of them."""
    context = response.context
    if "ending" in context:
        return len(context["ending"])
    if "filters" in context and "count" in context:
        return context["page"].paginator.count if context["page"] else context["count"]
    return context["page"].paginator.count


@pytest.mark.parametrize("period", ["mois-0", "annee-0"])
def test_each_number_is_that_of_the_list_it_leads_to(
    login, isabelle: User, claire: User, mehdi: User, period: str
) -> None:
    service(claire, mehdi)
    client = login(isabelle)
    response = client.get(PAGE, {"periode": period})
    page = response.content.decode()
    found = list(figures_of(response.context))
    wrong = {}
    for figure in found:
        assert f'href="{figure.url.replace("&", "&amp;")}"' in page, figure.label
        behind = client.get(figure.url, follow=True)
        if (rows := rows_of(behind)) != figure.count:
            wrong[figure.url] = (figure.label, figure.count, rows)
    assert wrong == {}
    # Not by all of them being empty.
    if period == "mois-0":
        empty = {one.label for one in found if not one.count}
        assert len([one for one in found if one.count]) > 25, empty


def test_each_late_number_counts_what_is_late(login, isabelle: User, claire: User, mehdi: User) -> None:
    service(claire, mehdi)
    response = login(isabelle).get(PAGE)
    late = {one.label: one.count for group in response.context["late_groups"] for one in group.figures}
    assert late["Dossiers de droits"] >= 2
    assert late["Demandes de logement social non renouvelées"] == 1
    assert late["Contrats d’hébergement échus"] == 3
    assert late["Ménages à contacter (SLIME)"] == 2
    assert late["Premiers rendez-vous à donner"] == 3
    assert late["Orientations sans réponse"] == 1


def test_a_protected_file_is_in_no_number(login, isabelle: User, claire: User, mehdi: User) -> None:
    service(claire, mehdi)
    client = login(isabelle)
    before = [(one.label, one.count) for one in figures_of(client.get(PAGE, COUNTED_NOW).context)]
    Household.objects.filter(name="Caché").get().tasks.all().delete()
    assert [(one.label, one.count) for one in figures_of(client.get(PAGE, COUNTED_NOW).context)] == before
    assert "Caché" not in client.get(PAGE).content.decode()


def test_a_period_made_up_in_the_address_is_the_running_month(login, isabelle: User) -> None:
    client = login(isabelle)
    for made_up in ("zzz", "mois-99", "annee-", "trimestre-x", "-"):
        assert client.get(PAGE, {"periode": made_up}).context["span"].whole.first.day == 1
    assert client.get(PAGE, {"periode": "zzz"}).context["span"] == Span.of("mois", 0, today())


def test_it_is_the_direction_s_alone(login, claire: User, nadege: User, francoise: User, hugo: User) -> None:
    for user in (claire, nadege, francoise, hugo):
        assert login(user).get(PAGE).status_code == 403


def test_the_page_asks_as_much_for_two_agents_as_for_twelve(
    login, isabelle: User, claire: User, mehdi: User
) -> None:
    client = login(isabelle)
    service(claire, mehdi)
    costs, kept = [], []
    for _ in range(2):
        with CaptureQueriesContext(connection) as page:
            client.get(PAGE, COUNTED_NOW)
        costs.append(len(page))
        with CaptureQueriesContext(connection) as page:
            client.get(PAGE)
        kept.append(len(page))
        for agent in UserFactory.create_batch(10, role="ts", has_agenda=True):
            work_of_every_kind(agent)
    assert costs[0] == costs[1] <= 40
    # Session, user, agents, read log and structure.
    assert kept == [5, 5]


class TestKept:
    """Figures counted a quarter of an hour ago at most, as the page says."""

    def test_they_are_those_of_their_moment_until_they_are_asked_for(
        self, login, isabelle: User, claire: User
    ) -> None:
        noon = datetime(2026, 11, 24, 11, tzinfo=UTC)
        with time_machine.travel(noon, tick=False) as clock:
            client = login(isabelle)
            first = client.get(PAGE)
            assert not followed(first)
            assert f"comptés à {time_fr(noon)}" in first.content.decode()
            AssignmentFactory(agent=claire)
            clock.move_to(noon + timedelta(minutes=5), tick=False)
            again = client.get(PAGE)
            assert not followed(again)
            assert f"comptés à {time_fr(noon)}" in again.content.decode()
            asked = client.get(PAGE + again.context["again"])
            assert followed(asked) == 1
            assert f"comptés à {time_fr(noon + timedelta(minutes=5))}" in asked.content.decode()
            # What was counted for one who asked is what the next page tells.
            assert followed(client.get(PAGE)) == 1

    def test_a_period_has_its_own(self, login, isabelle: User) -> None:
        client = login(isabelle)
        month, year = client.get(PAGE), client.get(PAGE, {"periode": "annee-0"})
        assert (month.context["absences"].head, year.context["absences"].head) == ("Semaine", "Mois")

    def test_each_reader_has_those_of_the_files_open_to_them(
        self, login, isabelle: User, claire: User
    ) -> None:
        other = UserFactory(role="direction")
        hidden = HouseholdFactory()
        AssignmentFactory(household=hidden, agent=claire)
        protection = HouseholdProtection.objects.create(
            household=hidden, reason=ProtectionReason.VIOLENCE, decided_by=other
        )
        NamedAccess.objects.create(protection=protection, agent=other, given_by=other)
        assert followed(login(other).get(PAGE)) == 1
        assert not followed(login(isabelle).get(PAGE))

    def test_the_worker_has_them_ready(self, login, isabelle: User, claire: User) -> None:
        AssignmentFactory(agent=claire)
        keep_figures()
        client = login(isabelle)
        with CaptureQueriesContext(connection) as page:
            assert followed(client.get(PAGE)) == 1
        assert len(page) <= 6
        with CaptureQueriesContext(connection) as page:
            client.get(reverse("dashboard:service"))
        assert len(page) <= 6

    def test_the_schedule_names_it_more_often_than_they_go_stale(self) -> None:
        entry = BEAT_SCHEDULE["dashboard-keep-figures"]
        assert entry["task"] == keep_figures.name
        assert max(entry["schedule"].minute) == 50
        assert timedelta(minutes=10) < FRESH

    def test_without_the_cache_each_page_counts(
        self, login, isabelle: User, claire: User, monkeypatch
    ) -> None:
        def lost(*args: object, **kwargs: object) -> None:
            raise redis.ConnectionError

        client = login(isabelle)
        client.get(PAGE)
        AssignmentFactory(agent=claire)
        monkeypatch.setattr(kept_figures.cache, "get", lost)
        monkeypatch.setattr(kept_figures.cache, "set", lost)
        assert followed(client.get(PAGE)) == 1

    def test_no_name_is_kept(self, isabelle: User, claire: User) -> None:
        AssignmentFactory(agent=claire, household__name="Canari")
        span = Span.of("mois", 0, today())
        kept = pickle.dumps(state_of(isabelle, span, today()))
        assert claire.last_name.encode() not in kept
        assert b"Canari" not in kept
        assert claire.email.encode() not in kept


def followed(response: Any) -> int:
    """How many files the agents follow, as the page says."""
    return response.context["sums"]["files"]


class TestPeriods:
    def test_a_running_period_is_compared_with_as_many_days(self) -> None:
        span = Span.of("mois", 0, date(2026, 11, 27))
        assert span.period == Period(date(2026, 11, 1), date(2026, 11, 27))
        assert span.before == Period(date(2026, 10, 1), date(2026, 10, 27))
        quarter = Span.of("trimestre", 0, date(2026, 11, 27))
        assert quarter.before == Period(date(2026, 7, 1), date(2026, 8, 27))

    def test_a_longer_month_is_not_compared_past_the_end_of_the_shorter(self) -> None:
        assert Span.of("mois", 0, date(2026, 3, 30)).before == Period(date(2026, 2, 1), date(2026, 2, 28))

    def test_a_past_period_is_whole(self) -> None:
        assert Span.of("annee", 1, date(2026, 11, 27)).period == Period.year(2025)
        assert Span.of("trimestre", 2, date(2026, 2, 3)).period == Period.quarter(2025, 3)

    def test_the_parts_of_a_period_cover_it_once(self) -> None:
        for kind in ("mois", "trimestre", "annee"):
            span = Span.of(kind, 1, date(2026, 11, 27))
            parts = span.buckets
            assert parts[0].first == span.period.first
            assert parts[-1].last == span.period.last
            assert all(a.last + timedelta(days=1) == b.first for a, b in itertools.pairwise(parts))
