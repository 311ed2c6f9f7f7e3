"""Orientations of a household: received, sent, answered (H13)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.referrals import AnswerForm, DueForm, ReferralInForm, ReferralOutForm
from households.models import Household, Letter, ReferralIn, ReferralOut
from households.services import referrals as services
from households.views.pages import form_page

TAB = "orientations"
RIGHT = "referrals.view"


def tab_url(household: Household) -> str:
    return reverse("households:referrals", args=[household.pk])


@requires("referrals.overview", "referrals.receive")
@require_safe
def referrals_tab(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Where the household came from and where it was sent: as much of it as the reader may know."""
    household = get_household(request, household_id)
    reads = may_read_content(request.user, household, RIGHT)
    follows = request.user.has_perm("referrals.overview")
    sent = ReferralOut.objects.followed_by(request.user).filter(household=household)
    letters = Letter.objects.for_user(request.user, household.pk).select_related("author")
    context = file_context(
        request,
        household,
        TAB,
        reads=reads,
        follows=follows,
        received=household.referrals_in.select_related("partner", "received_by"),
        sent=sent.select_related("partner", "person", "sent_by", "sharing") if follows else [],
        letters=letters.order_by(F("finished_at").desc(nulls_first=True), "pk"),
        reads_letters=may_read_content(request.user, household, "letters.view"),
        today=timezone.localdate(),
    )
    return render(request, "households/referrals.html", context)


@requires("referrals.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_in_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Who sent the household; the light step right after opening a file, or later."""
    household = get_household(request, household_id)
    opening = "ouverture" in request.GET
    form = ReferralInForm(
        posted(request),
        instance=ReferralIn(household=household),
        initial={"received_on": household.opened_on if opening else timezone.localdate()},
    )
    back = reverse("households:detail", args=[household.pk]) if opening else tab_url(household)
    if form.is_valid() and _received(request, form):
        messages.success(request, "L’orientation est notée.")
        return redirect(back)
    return _received_form(request, household, form, "Qui a orienté ce ménage ?", back, opening=opening)


@requires("referrals.write")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_in_edit(request: AgentRequest, referral_in_id: UUID) -> HttpResponse:
    """Correct or complete what was noted; the former words stay in the history."""
    referral = get_object_or_404(ReferralIn.objects.select_related("partner"), pk=referral_in_id)
    household = get_household(request, referral.household_id)
    form = ReferralInForm(posted(request), instance=referral)
    if form.is_valid() and _received(request, form):
        messages.success(request, "L’orientation est corrigée.")
        return redirect(tab_url(household))
    return _received_form(request, household, form, "Corriger l’orientation reçue", tab_url(household))


def _received(request: AgentRequest, form: ReferralInForm) -> bool:
    try:
        services.receive_referral(by=request.user, referral=form.instance)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _received_form(
    request: AgentRequest,
    household: Household,
    form: ReferralInForm,
    title: str,
    back: str,
    *,
    opening: bool = False,
) -> HttpResponse:
    context = file_context(request, household, TAB, form=form, title=title, back=back, opening=opening)
    return render(request, "households/referral_in_form.html", context)


@requires("referrals.write")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_out_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Send the household, or one person, to a partner."""
    household = get_household(request, household_id)
    today = timezone.localdate()
    initial: dict[str, Any] = {"sent_on": today, "consent_on": today}
    form = ReferralOutForm(posted(request), household=household, initial=initial)
    if form.is_valid():
        try:
            referral = _send(request, household, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            expected = date_short(referral.due_on)
            messages.success(
                request,
                f"Orientation notée\u00a0: réponse attendue le {expected}. Il reste à écrire le courrier.",
            )
            return redirect("households:referral_out", referral.pk)
    context = file_context(request, household, TAB, form=form, back=tab_url(household))
    return render(request, "households/referral_out_form.html", context)


def _send(request: AgentRequest, household: Household, form: ReferralOutForm) -> ReferralOut:
    values = form.cleaned_data
    return services.send_referral(
        by=request.user,
        household=household,
        partner=values["partner"],
        person=values["person"],
        purpose=values["purpose"],
        sent_on=values["sent_on"],
        due_on=values["due_on"],
        sharing=form.sharing_data(),
    )


@requires("referrals.view")
@require_safe
def referral_out(request: AgentRequest, referral_out_id: UUID) -> HttpResponse:
    """One orientation: what was asked, on what footing, what was answered."""
    bare = get_object_or_404(ReferralOut.objects.followed_by(request.user), pk=referral_out_id)
    household = get_household(request, bare.household_id)
    if not may_read_content(request.user, household, RIGHT):
        return ask_reason(request, household, TAB)
    rows = ReferralOut.objects.for_user(request.user, household.pk)
    referral = get_object_or_404(
        rows.select_related("partner", "person", "sent_by", "sharing"), pk=referral_out_id
    )
    context = file_context(request, household, TAB, referral=referral, today=timezone.localdate())
    return render(request, "households/referral_out.html", context)


def _referral(request: AgentRequest, referral_out_id: UUID) -> tuple[ReferralOut, Household]:
    rows = ReferralOut.objects.for_user(request.user).select_related("partner")
    referral = get_object_or_404(rows, pk=referral_out_id)
    return referral, get_household(request, referral.household_id)


@requires("referrals.write")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_answer(request: AgentRequest, referral_out_id: UUID) -> HttpResponse:
    """The partner's answer, and what came of it."""
    referral, household = _referral(request, referral_out_id)
    form = AnswerForm(posted(request), instance=referral)
    if form.is_valid():
        try:
            services.answer_referral(by=request.user, referral=referral, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La réponse est notée.")
            return redirect("households:referral_out", referral.pk)
    return form_page(
        request,
        household,
        TAB,
        form,
        title=f"Réponse de {referral.partner}",
        intro=f"Orientation envoyée le {date_short(referral.sent_on)}\u00a0: {referral.purpose}",
        submit="Enregistrer la réponse",
        back=reverse("households:referral_out", args=[referral.pk]),
    )


@requires("referrals.write")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_reminded(request: AgentRequest, referral_out_id: UUID) -> HttpResponse:
    """The partner was called again: the answer is expected later."""
    referral, household = _referral(request, referral_out_id)
    later = timezone.localdate() + (referral.due_on - referral.sent_on)
    form = DueForm(posted(request), initial={"due_on": later})
    if form.is_valid():
        due_on: date = form.cleaned_data["due_on"]
        services.expect_later(by=request.user, referral=referral, due_on=due_on)
        messages.success(request, f"Réponse attendue le {date_short(due_on)}.")
        return redirect("households:referral_out", referral.pk)
    return form_page(
        request,
        household,
        TAB,
        form,
        title=f"Relancer {referral.partner}",
        intro="Après la relance, choisissez quand la réponse est attendue.",
        submit="Enregistrer",
        back=reverse("households:referral_out", args=[referral.pk]),
    )
