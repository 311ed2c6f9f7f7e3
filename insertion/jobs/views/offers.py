"""Offers of partners, and who they may suit by criteria one reads."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import refuse
from insertion.jobs import services
from insertion.jobs.forms import OfferForm, OfferListForm, RuleForm
from insertion.jobs.matching import ranked
from insertion.jobs.views.access import back
from insertion.models import JobOffer, JobRule, JobSearch, JobStep

PAGE, MOST_CANDIDATES = 25, 30


@requires("insertion.overview")
@require_safe
def offers(request: AgentRequest) -> HttpResponse:
    """Open offers, the one that closes first on top. No person is named."""
    form = OfferListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    tried = Count("steps", filter=Q(steps__undone_at=None), distinct=True)
    rows = JobOffer.objects.select_related("partner", "commune").annotate(tried=tried)
    rows = rows.filter(closed_on__isnull=choice.get("etat") != "closes")
    if choice.get("domaine"):
        rows = rows.filter(domain=choice["domaine"])
    rows = rows.order_by(F("closes_on").asc(nulls_last=True), "-received_on", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "filtered": any(choice.values()), "today": timezone.localdate()}
    return render(request, "insertion/jobs/offers.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest) -> HttpResponse:
    return _edit(
        request, OfferForm(posted(request), initial={"received_on": timezone.localdate(), "positions": 1})
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, job_offer_id: UUID) -> HttpResponse:
    offer = get_object_or_404(JobOffer, pk=job_offer_id)
    return _edit(request, OfferForm(posted(request), instance=offer), offer)


def _edit(request: AgentRequest, form: OfferForm, offer: JobOffer | None = None) -> HttpResponse:
    if form.is_valid():
        try:
            saved = services.save_offer(by=request.user, offer=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "L’offre est enregistrée.")
            return redirect("insertion:job_offer", saved.pk)
    return render(request, "insertion/jobs/offer_form.html", {"form": form, "offer": offer})


@requires("insertion.overview")
@require_safe
def offer(request: AgentRequest, job_offer_id: UUID) -> HttpResponse:
    """One offer; social work sees the persons it may suit and those who tried, the direction the offer alone."""
    found = get_object_or_404(JobOffer.objects.select_related("partner", "commune"), pk=job_offer_id)
    names = request.user.scope("insertion.view") == Scope.ALL
    matches, steps = [], []
    if names:
        known = JobSearch.objects.for_user(request.user)
        searches = known.running().select_related("person", "household__commune", "agent")
        rule = services.rule_on(timezone.localdate())
        matches = ranked(searches, found, rule)
        tried = JobStep.objects.standing().filter(offer=found, search__in=known)
        steps = list(tried.select_related("search__person"))
        log_access(request, AccessAction.VIEW, found, candidates=min(len(matches), MOST_CANDIDATES))
    context = {
        "offer": found,
        "names": names,
        "matches": matches[:MOST_CANDIDATES],
        "more": max(len(matches) - MOST_CANDIDATES, 0),
        "steps": steps,
        "may_edit": request.user.has_perm("insertion.edit"),
        "today": timezone.localdate(),
    }
    return render(request, "insertion/jobs/offer.html", context)


@requires("insertion.edit")
@require_POST
def close(request: AgentRequest, job_offer_id: UUID) -> HttpResponse:
    """Close an offer, filled or not; or take that back."""
    found = get_object_or_404(JobOffer, pk=job_offer_id)
    if found.closed_on is not None:
        return back(
            request, lambda: services.reopen_offer(by=request.user, offer=found), "L’offre est de nouveau ouverte.",
            "insertion:job_offer", found.pk,
        )  # fmt: skip
    is_filled = "pourvue" in request.POST
    return back(
        request, lambda: services.close_offer(by=request.user, offer=found, is_filled=is_filled),
        "L’offre est pourvue." if is_filled else "L’offre est close.", "insertion:job_offer", found.pk,
    )  # fmt: skip


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: AgentRequest) -> HttpResponse:
    """What a lasting job is, and when its keeping is asked about."""
    known = list(JobRule.objects.all())
    corrected = next((row for row in known if str(row.pk) == request.GET.get("corriger")), None)
    initial = {} if corrected else {"valid_from": timezone.localdate()}
    form = RuleForm(posted(request), instance=corrected, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La règle est enregistrée.")
        return redirect("insertion:job_rules")
    return render(
        request, "insertion/jobs/rules.html", {"form": form, "rules": known, "corrected": corrected}
    )
