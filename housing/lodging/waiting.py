"""The waiting list: who waits, for what, in which order."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from cias.accounts.models import User
from housing.lodging.enums import RequestState
from housing.lodging.score import Ranked, ranked
from housing.models import LodgingRequest, ScoreRule

S = RequestState
# Codes of the page's lists, with the states they show.
LISTS: dict[str, tuple[str, tuple[RequestState, ...]]] = {
    "en-attente": ("En attente", (S.WAITING,)),
    "proposees": ("Place proposée", (S.PROPOSED, S.ACCEPTED)),
    "entres": ("Entrés", (S.HOUSED,)),
    "refusees": ("Refusées", (S.REFUSED, S.DECLINED)),
    "retirees": ("Retirées", (S.WITHDRAWN,)),
}
DEFAULT = "en-attente"


def with_facts(rows: QuerySet[LodgingRequest]) -> QuerySet[LodgingRequest]:
    """What a line shows, in three queries whatever the number of lines."""
    return rows.select_related("household__commune", "agent", "stay__place__dwelling").prefetch_related(
        "criteria", "wishes__commune"
    )


def narrowed(rows: QuerySet[LodgingRequest], choice: dict[str, Any], user: User) -> QuerySet[LodgingRequest]:
    """Those who would take what is asked: who wished nothing in particular would take anything."""
    if scheme := choice.get("dispositif"):
        rows = rows.filter(scheme__in=(scheme, ""))
    if dwelling_type := choice.get("type"):
        rows = rows.filter(least_type=dwelling_type)
    if commune := choice.get("commune"):
        anywhere = ~Q(pk__in=LodgingRequest.objects.filter(wishes__isnull=False).values("pk"))
        rows = rows.filter(Q(wishes__commune=commune) | anywhere)
    return rows.filter(agent=user) if choice.get("agent") else rows


def counts(rows: QuerySet[LodgingRequest]) -> dict[str, int]:
    """How many requests each list holds, in one query."""
    names = {f"n{rank}": (code, states) for rank, (code, (_label, states)) in enumerate(LISTS.items())}
    found = rows.order_by().aggregate(
        **{
            name: Count("pk", filter=Q(state__in=states), distinct=True)
            for name, (_, states) in names.items()
        }
    )
    return {code: found[name] for name, (code, _states) in names.items()}


def waiting_list(shown: QuerySet[LodgingRequest], rule: ScoreRule | None, today: date) -> list[Ranked]:
    """The households of `shown` that still wait, each with its true rank.

    All are ranked together: neither a filter nor a protected file changes anybody's rank.
    """
    everybody = ranked(list(with_facts(LodgingRequest.objects.filter(state=S.WAITING))), rule, today)
    kept = set(shown.filter(state=S.WAITING).values_list("pk", flat=True))
    return [one for one in everybody if one.request.pk in kept]


def rank_of(request: LodgingRequest, rule: ScoreRule | None, today: date) -> int | None:
    """Its place on the list; None once it does not wait any more."""
    if request.state != S.WAITING:
        return None
    found = waiting_list(LodgingRequest.objects.filter(pk=request.pk), rule, today)
    return found[0].rank if found else None
