"""Which files wait for what: the filters of the overview, the work lists and the alerts say it the same way."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from cias.core.deadlines import add_months
from housing.energy.enums import EnergyState
from housing.energy.rules import energy_rules, rule_on
from housing.energy.states import TO_CONTACT, TO_VISIT
from housing.models import EnergyFile, EnergyRule, EnergyVisit, FollowUpCall

S = EnergyState
FOLLOWED = (S.VISITED_1, S.VISITED_2, S.SUPPORT, S.FOLLOW_UP)


def not_called() -> Q:
    """Nobody reached the household since its last visit."""
    calls = FollowUpCall.objects.filter(file=OuterRef("pk"), is_reached=True, on__gte=OuterRef("visited_on"))
    return Q(~Exists(calls))


def to_call(today: date, known: Sequence[EnergyRule] | None = None) -> Q:
    """Visited long enough ago for the follow-up call, and not called yet; `known`: see `contact_due`."""
    since = add_months(today, -rule_on(today, known).follow_from_months)
    return Q(state__in=FOLLOWED, visited_on__lte=since) & not_called()


def contact_late(today: date, known: Sequence[EnergyRule] | None = None) -> Q:
    """Reported longer ago than the delay in force that day, and nobody has called yet (see `contact_due`)."""
    rules, late, until = energy_rules() if known is None else known, Q(pk__in=[]), None
    for rule in rules:
        held = Q(reported_on__lt=today - timedelta(days=rule.contact_days))
        if until is not None:
            held &= Q(reported_on__lt=until)
        # The first version also holds for the days before it.
        if rule is not rules[-1]:
            held &= Q(reported_on__gte=rule.valid_from)
        late, until = late | held, rule.valid_from
    return Q(state=S.REPORTED) & late


def conditions(today: date) -> dict[str, Q]:
    """What puts a file in each filter, by the codes of forms.WAITS."""
    known = energy_rules()
    return {
        "": ~Q(state=S.CLOSED),
        "a-contacter": Q(state__in=TO_CONTACT),
        "en-retard": contact_late(today, known),
        "a-visiter": Q(state__in=TO_VISIT),
        "a-orienter": Q(state__in=(S.VISITED_1, S.VISITED_2)),
        "a-rappeler": to_call(today, known),
        "clos": Q(state=S.CLOSED),
    }


def contact_due(file: EnergyFile, known: Sequence[EnergyRule] | None = None) -> date:
    """The last day to call the household; `known` are the rules `energy_rules()` gave, when many files are read."""
    return file.reported_on + timedelta(days=rule_on(file.reported_on, known).contact_days)


def with_facts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """What each line of the overview shows, in the same query."""
    planned = EnergyVisit.objects.filter(file=OuterRef("pk"), done_on__isnull=True, appointment__isnull=False)
    return rows.select_related("household__commune", "agent").annotate(
        attempts=Count("contacts", distinct=True),
        last_contact=Max("contacts__on"),
        visit_at=Subquery(planned.values("appointment__start")[:1]),
    )
