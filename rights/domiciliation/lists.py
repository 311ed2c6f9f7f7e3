"""Which domiciliations wait for what: the lists of the page and of the work lists."""

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from cias.core.deadlines import add_months
from rights.domiciliation import rules
from rights.domiciliation.enums import ElectionState
from rights.domiciliation.states import LIVE
from rights.models import Election

ORDERS = {
    "a-decider": ("decision_due", "pk"),
    "en-retard": ("decision_due", "pk"),
    "en-cours": ("person__search_key", "pk"),
    "sans-nouvelles": ("absence_due_on", "pk"),
    "a-renouveler": ("until", "pk"),
    "echues": ("until", "pk"),
    "refusees": ("-requested", "pk"),
    "terminees": ("-requested", "pk"),
}


def select(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """The rows of one list, the most urgent first; `rows` come from with_facts()."""
    return rows.filter(condition(code, today)).order_by(*ORDERS[code])


def counts(rows: QuerySet[Any], today: date) -> dict[str, int]:
    """How many rows each list holds, in one query."""
    names = {f"in_{code.replace('-', '_')}": code for code in ORDERS}
    told = rows.order_by().annotate(
        **{
            name: ExpressionWrapper(condition(code, today), output_field=BooleanField())
            for name, code in names.items()
        }
    )
    found = told.aggregate(**{f"count_{name}": Count("pk", filter=Q(**{name: True})) for name in names})
    return {code: found[f"count_{name}"] for name, code in names.items()}


def condition(code: str, today: date) -> Q:
    """What puts a row in a list. Raises ValueError for a list that does not exist."""
    elections = Election.objects.filter(domiciliation=OuterRef("pk"))
    match code:
        case "a-decider":
            return Q(Exists(elections.pending()))
        case "en-retard":
            return Q(Exists(elections.pending().filter(decision_due_on__lt=today)))
        case "en-cours":
            return Q(Exists(elections.in_force(today)))
        case "sans-nouvelles":
            return Q(alert_on__lte=today)
        case "a-renouveler":
            rule = rules.sheet(today)
            last = add_months(today, rule.renewal_from_months or 0) if rule else today
            return _unanswered(ends_on__gte=today, ends_on__lte=last)
        case "echues":
            return _unanswered(ends_on__lt=today)
        case "refusees":
            return Q(latest_state=ElectionState.REFUSED)
        case "terminees":
            return Q(latest_state=ElectionState.ENDED)
    raise ValueError(code)


def _unanswered(**conditions: Any) -> Q:
    """An attestation that ends, and no renewal asked for yet: an agent renews it or says why it ends."""
    pending = Election.objects.pending().filter(domiciliation=OuterRef("pk"))
    return Q(granted(**conditions)) & ~Q(Exists(pending))


def granted(**conditions: Any) -> Exists:
    return Exists(
        Election.objects.filter(domiciliation=OuterRef("pk"), state=ElectionState.GRANTED, **conditions)
    )


def with_facts(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """What each line shows, in the same query."""
    labels = [When(latest_state=state.value, then=Value(state.label)) for state in ElectionState]
    elections = Election.objects.filter(domiciliation=OuterRef("pk"))
    # A renewal given up or refused does not hide the attestation that still runs, or has to be ended.
    live = Case(When(state__in=[state.value for state in LIVE], then=0), default=1)
    latest = elections.order_by(live, "-requested_on", "-created_at")
    attested = elections.filter(ends_on__isnull=False).order_by("-ends_on")
    return (
        rows.select_related("person", "household", "agent")
        .annotate(
            latest_state=Subquery(latest.values("state")[:1]),
            requested=Subquery(latest.values("requested_on")[:1]),
            commune_code=Subquery(latest.values("commune")[:1]),
            commune_name=Subquery(latest.values("commune__name")[:1]),
            decision_due=Subquery(elections.pending().values("decision_due_on")[:1]),
            until=Subquery(attested.values("last_day")[:1]),
            is_silent=Q(alert_on__lte=today) & Q(alert_on__isnull=False),
        )
        .annotate(state_label=Case(*labels, output_field=CharField()))
    )
