"""The timeline of the places, and the capacity month by month."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.periods import Period
from housing.lodging.capacity import capacity_of, years_of
from housing.lodging.dates import rules_on
from housing.lodging.forms.figures import YearForm
from housing.lodging.forms.places import OVERDUE, TimelineForm
from housing.lodging.nights import capacity_nights, occupied_nights
from housing.lodging.timeline import build_timeline
from housing.models import Place, Proposal, Stay, Unavailability


@requires("housing.view")
@require_safe
def occupancy(request: AgentRequest) -> HttpResponse:
    """The timeline: every place, month after month, with what ends soon and who a free place was proposed to."""
    today = timezone.localdate()
    form = TimelineForm({"mois": 12} | request.GET.dict())
    choice = form.cleaned_data if form.is_valid() else {}
    months, scheme = choice.get("mois") or 12, choice.get("dispositif") or ""
    first = (choice.get("debut") or add_months(today, -2)).replace(day=1)
    places = places_with_facts(request.user, first, add_months(first, months), scheme)
    rules = rules_on(today)
    timeline = build_timeline(
        places, first, months, today, soon=lambda code: rules[code].end_alert_days if code in rules else 0
    )
    year_to_date = Period(date(today.year, 1, 1), today)
    free, taken = capacity_nights(year_to_date, None), occupied_nights(year_to_date, None)
    known, overdue = Stay.objects.for_user(request.user), choice.get("fin") == OVERDUE
    stays = known.overdue(today) if overdue else known.ending(rules.values(), today)
    if scheme:
        stays = stays.filter(place__dwelling__scheme=scheme)
    log_access(request, AccessAction.VIEW, places=len(places))
    context = {
        "timeline": timeline,
        "form": form,
        "months": months,
        "previous": f"{add_months(first, -months):%Y-%m}",
        "next": f"{add_months(first, months):%Y-%m}",
        "today": today,
        "overdue": overdue,
        "ending": stays.select_related("household", "place__dwelling").order_by("planned_end", "pk"),
        **_counts(request.user, places, today),
        "rate": 100 * sum(taken.values()) / sum(free.values()) if sum(free.values()) else None,
        "may_propose": request.user.has_perm("lodging.decide"),
    }
    return render(request, "housing/lodging/occupancy.html", context)


def _counts(user: User, places: list[Place], today: date) -> dict[str, int]:
    """How many of the places shown are open today, lived in, or out of order."""
    is_open = [
        place for place in places if place.start <= today and (place.end is None or place.end >= today)
    ]

    def holds(rows: Any) -> bool:
        return any(row.start <= today and (row.end is None or row.end >= today) for row in rows)

    occupied = sum(holds(place.stays.all()) for place in is_open)
    off = sum(holds(place.unavailabilities.all()) for place in is_open)
    return {"capacity": len(is_open), "occupied": occupied, "off": off, "free": len(is_open) - occupied - off}


def places_with_facts(user: User, first: date, after: date, scheme: str = "") -> list[Place]:
    """The places open in the window, each with its stays, its unavailabilities and who it is proposed to: four queries.

    `left_on` is when the last household of before left: a gap is counted from there.
    """
    gone = Stay.objects.filter(place=OuterRef("pk"), end__lt=first).order_by("-end")
    places = (
        Place.objects.for_user(user)
        .filter(start__lt=after)
        .exclude(end__lt=first)
        .select_related("dwelling__commune")
        .annotate(left_on=Subquery(gone.values("end")[:1]))
    )
    if scheme:
        places = places.filter(dwelling__scheme=scheme)
    stays = Stay.objects.on_plan(user).exclude(end__lt=first).select_related("household").order_by("start")
    return list(
        places.prefetch_related(
            Prefetch("stays", stays),
            Prefetch("unavailabilities", Unavailability.objects.order_by("start")),
            Prefetch(
                "proposals",
                Proposal.objects.on_plan(user).select_related("request__household"),
                to_attr="held_proposals",
            ),
        )
    )


@requires("housing.view")
@require_safe
def capacity(request: AgentRequest) -> HttpResponse:
    """What the CIAS can house, month by month: places open, nights available, nights spent."""
    today = timezone.localdate()
    years = years_of(today)
    form = YearForm(request.GET, years=years)
    choice: dict[str, Any] = {"annee": today.year, "dispositif": ""}
    if form.is_valid():
        choice = form.cleaned_data
    log_access(request, AccessAction.VIEW, year=choice["annee"])
    context = {
        "capacity": capacity_of(choice["annee"], today, choice["dispositif"]),
        "form": YearForm(years=years, initial=choice),
        "year": str(choice["annee"]),
    }
    return render(request, "housing/lodging/capacity.html", context)
