"""Which domiciliations wait for what: the lists of the page and of the work lists."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from cias.core.deadlines import add_months
from rights.domiciliation import rules
from rights.domiciliation.enums import ElectionState
from rights.models import Election

STATES_OF = {"refusees": (ElectionState.REFUSED,), "terminees": (ElectionState.ENDED,)}


def select(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """The rows of one list, the most urgent first."""
    elections = Election.objects.filter(domiciliation=OuterRef("pk"))
    match code:
        case "a-decider":
            return rows.filter(Exists(elections.pending())).order_by("decision_due", "pk")
        case "sans-nouvelles":
            return silent(rows, today).order_by("absence_due_on", "pk")
        case "a-renouveler":
            return renewable(rows, today).order_by("until", "pk")
        case "echues":
            return lapsed(rows, today).order_by("until", "pk")
        case "refusees" | "terminees":
            latest = Q(latest_state__in=[state.value for state in STATES_OF[code]])
            return rows.filter(latest).order_by("-requested", "pk")
    return rows.filter(Exists(elections.in_force(today))).order_by("person__search_key", "pk")


def silent(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Nothing heard for two months and a half."""
    return rows.filter(alert_on__lte=today)


def granted(**conditions: Any) -> Exists:
    return Exists(
        Election.objects.filter(domiciliation=OuterRef("pk"), state=ElectionState.GRANTED, **conditions)
    )


def renewable(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """In the last months of the attestation, and no renewal asked for yet."""
    rule = rules.sheet(today)
    last = add_months(today, rule.renewal_from_months or 0) if rule else today
    return rows.filter(granted(ends_on__gte=today, ends_on__lte=last)).exclude(
        Exists(Election.objects.pending().filter(domiciliation=OuterRef("pk")))
    )


def lapsed(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """The attestation is over; an agent has to renew it or say why it ends."""
    return rows.filter(granted(ends_on__lt=today)).exclude(
        Exists(Election.objects.pending().filter(domiciliation=OuterRef("pk")))
    )


def with_facts(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """What each line shows, in the same query."""
    elections = Election.objects.filter(domiciliation=OuterRef("pk"))
    latest = elections.order_by("-requested_on", "-created_at")
    attested = elections.filter(ends_on__isnull=False).order_by("-ends_on")
    return rows.select_related("person", "household", "agent").annotate(
        latest_state=Subquery(latest.values("state")[:1]),
        requested=Subquery(latest.values("requested_on")[:1]),
        commune_code=Subquery(latest.values("commune")[:1]),
        commune_name=Subquery(latest.values("commune__name")[:1]),
        decision_due=Subquery(elections.pending().values("decision_due_on")[:1]),
        until=Subquery(attested.values("last_day")[:1]),
        is_silent=Q(alert_on__lte=today) & Q(alert_on__isnull=False),
        limit=F("absence_due_on"),
    )
