"""Merge two persons or two households: find the other, compare, rehearse, confirm; and undo (H6)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import merging
from cias.core.access import requires
from cias.core.http import posted
from cias.core.presence import may_hold
from cias.core.reauthentication import dangerous
from households import services
from households.comparison import ABSORBED, SURVIVOR, Line, compare, facts_of, spare_phone
from households.merge_warnings import warnings_about
from households.models import Household, Membership, Merge, Person
from households.models.files import on_day
from households.search import data_of, duplicates, homes_of, search
from households.services.merging import Mergeable, fingerprint, told

PER_PAGE = 25


def _person(request: AgentRequest, key: UUID) -> Person:
    return get_object_or_404(Person.objects.for_user(request.user), pk=key)


def _household(request: AgentRequest, key: UUID) -> Household:
    return get_object_or_404(Household.objects.for_user(request.user).select_related("commune"), pk=key)


def _find(request: AgentRequest, row: Mergeable) -> dict[str, Any]:
    """What was searched, and the hits that are somebody else."""
    data = posted(request)
    query = (data.get("q") or "").strip() if data is not None else ""
    hits = search(query, request.user, limit=12)
    log_access(request, AccessAction.SEARCH if query else AccessAction.VIEW, row, results=len(hits))
    return {"query": query, "hits": hits}


@requires("files.merge")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def person_merge(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Choose the other file of the same person: those that look like it, or anybody found."""
    person = _person(request, person_id)
    found = _find(request, person)
    hits = [hit for hit in found["hits"] if hit.person != person]
    matches = [
        match for match in duplicates(data_of(person), request.user, limit=6) if match.person != person
    ]
    homes = homes_of([match.person for match in matches], request.user)
    near = [(match, homes.get(match.person.pk)) for match in matches]
    context = {"person": person, **found, "hits": hits, "near": near}
    return render(request, "households/merge_person.html", context)


@requires("files.merge")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def household_merge(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Choose the other file of the same household, found by its number or one of its members."""
    household = _household(request, household_id)
    found = _find(request, household)
    hits = {hit.household.pk: hit for hit in found["hits"] if hit.household not in (None, household)}
    members = Person.objects.filter(memberships__household=household)
    shared = Household.objects.for_user(request.user).filter(memberships__person__in=members)
    near = shared.exclude(pk=household.pk).select_related("commune").distinct()[:6]
    context = {"household": household, **found, "hits": list(hits.values()), "near": near}
    return render(request, "households/merge_household.html", context)


@requires("files.merge")
@require_http_methods(["GET", "HEAD", "POST"])
def person_compare(request: AgentRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Two persons side by side: the first is kept."""
    survivor, absorbed = _person(request, person_id), _person(request, other_id)
    swap = reverse("households:person_compare", args=[absorbed.pk, survivor.pk])
    return _compare(request, survivor, absorbed, swap, reverse("households:person", args=[survivor.pk]))


@requires("files.merge")
@require_http_methods(["GET", "HEAD", "POST"])
def household_compare(request: AgentRequest, household_id: UUID, other_household_id: UUID) -> HttpResponse:
    """Two households side by side: the first is kept."""
    survivor, absorbed = _household(request, household_id), _household(request, other_household_id)
    swap = reverse("households:household_compare", args=[absorbed.pk, survivor.pk])
    return _compare(request, survivor, absorbed, swap, reverse("households:detail", args=[survivor.pk]))


def _compare(
    request: AgentRequest, survivor: Mergeable, absorbed: Mergeable, swap: str, back: str
) -> HttpResponse:
    """Compare, then (POST) rehearse, then merge; a refusal comes back to the comparison with its reason."""
    if survivor.pk == absorbed.pk:
        raise Http404
    choices, step = _choices(request, survivor), request.POST.get("step", "")
    refusal, report = "", None
    try:
        if step == "confirm":
            seen = request.POST.get("seen", "")
            done = services.merge(
                by=request.user, survivor=survivor, absorbed=absorbed, choices=choices, seen=seen
            )
            messages.success(request, "La fusion est faite.")
            return redirect("households:merge_detail", done.pk)
        if step == "preview":
            report = services.rehearse(by=request.user, survivor=survivor, absorbed=absorbed, choices=choices)
            survivor.refresh_from_db()
    except ValidationError as error:
        refusal = " ".join(error.messages)
    for row in (survivor, absorbed):
        log_access(request, AccessAction.VIEW, row, tab="fusion")
    compared = compare(survivor, absorbed, choices)
    lines = _readable(request.user, compared)
    context = {
        "survivor": survivor, "absorbed": absorbed, "is_person": isinstance(survivor, Person), "swap": swap,
        "back": back, "heads": [_head(row, request.user) for row in (survivor, absorbed)], "lines": lines,
        "differing": [line for line in lines if line.differs],
        "same": [line for line in lines if not line.differs and line.survivor],
        "counts": merging.counts(absorbed), "warnings": warnings_about(survivor, absorbed, request.user),
        "spare_phone": spare_phone(survivor, absorbed, compared), "refusal": refusal, "report": report,
        "seen": fingerprint(survivor, absorbed),
        "undo_days": settings.MERGE_UNDO_DAYS,
    }  # fmt: skip
    template = "households/merge_preview.html" if report else "households/merge_compare.html"
    return render(request, template, context)


def _head(row: Mergeable, user: User) -> dict[str, Any]:
    """What tells one of the two from the other at a glance: name, number, and who lives there or where they live."""
    if isinstance(row, Person):
        home = homes_of([row], user).get(row.pk)
        return {
            "row": row,
            "name": row.full_name,
            "household": home.household if home else None,
            "members": [],
        }
    members = row.memberships.filter(on_day(timezone.localdate())).select_related("person")
    names = [membership.person.full_name for membership in members]
    return {"row": row, "name": str(row), "household": row, "members": names}


def _choices(request: AgentRequest, row: Mergeable) -> dict[str, str]:
    """The sides asked for, of the facts the agent may read."""
    facts = [fact for fact in facts_of(type(row)) if not fact.social or _reads_social(request.user)]
    asked = {fact.code: request.POST.get(fact.code, "") for fact in facts}
    return {code: side for code, side in asked.items() if side in (SURVIVOR, ABSORBED)}


def _readable(user: User, lines: list[Line]) -> list[Line]:
    return [line for line in lines if not line.fact.social or _reads_social(user)]


def _reads_social(user: User) -> bool:
    return user.has_perm("situation.edit")


@requires("files.merge")
@require_safe
def merges(request: AgentRequest) -> HttpResponse:
    """The recent merges, those that can be undone first to be seen."""
    rows = Merge.objects.for_user(request.user).select_related(
        "person", "absorbed_person", "household", "absorbed_household", "by", "undone_by"
    )
    page = Paginator(rows.defer("steps", "before"), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, merges=len(page.object_list))
    return render(request, "households/merges.html", {"page": page, "undo_days": settings.MERGE_UNDO_DAYS})


@requires("files.merge")
@require_safe
def merge_detail(request: AgentRequest, merge_id: UUID) -> HttpResponse:
    """What one merge did, what may follow it, and how to undo it."""
    merge = _merge(request, merge_id)
    log_access(request, AccessAction.VIEW, merge.survivor, tab="fusion")
    taken = [
        fact.label for fact in facts_of(type(merge.survivor)) if merge.choices.get(fact.code) == ABSORBED
    ]
    context = {
        "merge": merge, "report": told(merge), "taken": taken, "is_person": merge.person is not None,
        "homes": _two_homes(merge, request.user),
    }  # fmt: skip
    return render(request, "households/merge_detail.html", context)


def _two_homes(merge: Merge, user: User) -> list[Household]:
    """The households of one person who was two, when they are still two: perhaps one household entered twice."""
    if merge.person is None or merge.undone_at:
        return []
    homes = {
        step["row"]["household_id"]
        for step in merge.steps
        if (step["do"], step["model"]) == (merging.SET_ASIDE, Membership._meta.label)
    }
    lives_in = merge.person.memberships.filter(on_day(timezone.localdate())).values("household")
    rows = Household.objects.for_user(user).filter(Q(pk__in=homes) | Q(pk__in=lives_in))
    two = list(rows.distinct().order_by("opened_on", "number")[:2])
    return two if len(two) == 2 else []


def _merge(request: AgentRequest, key: UUID) -> Merge:
    rows = Merge.objects.for_user(request.user).select_related(
        "person", "absorbed_person", "household", "absorbed_household", "by", "undone_by"
    )
    return get_object_or_404(rows, pk=key)


@requires("files.merge")
@require_POST
@dangerous
def merge_undo(request: AgentRequest, merge_id: UUID) -> HttpResponse:
    """Both come back as they were; what was added since stays with the one that was kept."""
    merge = _merge(request, merge_id)
    try:
        left = services.undo_merge(by=request.user, merge=merge)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("households:merge_detail", merge.pk)
    said = "La fusion est annulée\u00a0: les deux fiches sont revenues."
    if left:
        said += " Ce qui a été modifié ou retiré depuis la fusion a été laissé tel quel."
    messages.success(request, said)
    return redirect("households:merge_detail", merge.pk)


def undoable_of(user: User, row: Mergeable) -> list[Merge]:
    """The merges of this person or household that can still be undone, for who may."""
    if not user.has_perm("files.merge") or not may_hold(row, "households.Merge"):
        return []
    key = "person" if isinstance(row, Person) else "household"
    rows = Merge.objects.undoable(timezone.now()).filter(**{key: row.pk})
    return list(rows.select_related("absorbed_person", "absorbed_household").defer("steps", "before"))
