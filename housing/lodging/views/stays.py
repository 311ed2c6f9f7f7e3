"""A stay: its page, the entry, and each thing that happens until the household leaves."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.french import date_short, lower_first
from cias.core.http import posted
from cias.core.refusals import sentence
from households.file import file_context, get_household, may_read_content
from households.models import Budget, Household
from housing.lodging import services
from housing.lodging.contributions import latest_budget
from housing.lodging.dates import dates_of, next_exam, rules_on
from housing.lodging.forms import refuse
from housing.lodging.forms.stays import (
    AdmitForm,
    CancelForm,
    CorrectForm,
    ExamForm,
    ExitForm,
    InsuranceForm,
    RenewForm,
    SignForm,
    usual_share,
)
from housing.lodging.views.access import TAB, get_stay
from housing.models import LodgingRequest, Place, Stay, StayContract, StayExam
from housing.sections import collect_stay_sections


def readable_budget(user: User, household: Household) -> Budget | None:
    """The budget a share can be taken from, for who may read it."""
    return latest_budget(household) if may_read_content(user, household, "situation.view") else None


def _scheme_share(scheme: str) -> Decimal | None:
    return usual_share(rules_on(timezone.localdate()).get(scheme))


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Let a household into a place; its request for lodging, and the place it was proposed, fill the form in."""
    household = get_household(request, household_id)
    today = timezone.localdate()
    waiting = LodgingRequest.objects.for_user(request.user).open().filter(household=household).first()
    held = services.held_proposal(waiting) if waiting else None
    place = _asked_place(request) or (held.place if held else None)
    budget = readable_budget(request.user, household)
    share = _scheme_share(place.dwelling.scheme) if place else None
    initial: dict[str, Any] = {
        "place": place.pk if place else None,
        "start": parse_date(request.GET.get("du", "")) or max(today, held.available_on if held else today),
        "referent": waiting.agent_id if waiting else request.user.pk,
        "share": share if budget is not None else None,
    }
    form = AdmitForm(
        posted(request), user=request.user, today=today, budget=budget, share=share, initial=initial
    )
    if form.is_valid():
        try:
            stay = services.admit(household=household, by=request.user, request=waiting, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error, "place")
        else:
            messages.success(request, f"Entrée enregistrée, contrat jusqu’au {stay.planned_end:%d/%m/%Y}.")
            return redirect("housing:stay", stay.pk)
    context = file_context(request, household, TAB, form=form, waiting=waiting, held=held, budget=budget)
    return render(request, "housing/lodging/admit.html", context)


def _asked_place(request: AgentRequest) -> Place | None:
    """The place named in the address, when there is such a one."""
    try:
        key = UUID(request.GET.get("place", ""))
    except ValueError:
        return None
    return Place.objects.for_user(request.user).select_related("dwelling").filter(pk=key).first()


@requires("housing.view")
@require_safe
def stay(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay, today = get_stay(request, stay_id), timezone.localdate()
    household = get_household(request, stay.household_id)
    contracts, exams = list(stay.contracts.order_by("start", "pk")), list(stay.exams.all())
    dates = dates_of(stay, rules_on(today), exams)
    origin = LodgingRequest.objects.for_user(request.user).filter(stay=stay).first()
    context = {
        "stay": stay,
        "contracts": contracts,
        "exams": exams,
        "dates": dates,
        "alerts": [one for one in dates if one.alert_on <= today],
        "unsigned": [one for one in contracts if one.signed_on is None],
        "with_resources": may_read_content(request.user, household, "situation.view"),
        "origin": origin,
        "today": today,
        "sections": collect_stay_sections(stay, request.user),
    }
    return render(request, "housing/lodging/stay.html", file_context(request, household, TAB, **context))


@requires("housing.view")
@require_safe
def stay_history(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    stay = get_stay(request, stay_id)
    household = get_household(request, stay.household_id)
    changes = changes_of(stay, *stay.contracts.all(), *stay.exams.all())
    return render(
        request,
        "housing/lodging/stay_history.html",
        file_context(request, household, TAB, stay=stay, changes=changes),
    )


def _step(
    request: AgentRequest,
    stay: Stay,
    form: BaseForm,
    title: str,
    save: Callable[..., str],
    *,
    intro: str = "",
    default: str | None = None,
    submit: str = "Enregistrer",
    facts: Any = None,
) -> HttpResponse:
    """The page of a step: its form on the household's file; `save` does it and says what it did."""
    if form.is_valid():
        try:
            done = save(**form.cleaned_data)
        except ValidationError as error:
            refuse(form, error, default)
        else:
            messages.success(request, done)
            return redirect("housing:stay", stay.pk)
    household = get_household(request, stay.household_id)
    context = {
        "stay": stay, "form": form, "title": title, "intro": intro, "submit": submit, "facts": facts or [],
    }  # fmt: skip
    return render(request, "housing/lodging/stay_step.html", file_context(request, household, TAB, **context))


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_renew(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """An amendment; what the scheme still allows is said above the form."""
    stay = get_stay(request, stay_id)
    share = _scheme_share(stay.scheme)
    form = RenewForm(posted(request), budget=readable_budget(request.user, stay.household), share=share)

    def save(**values: Any) -> str:
        contract = services.renew(stay=stay, by=request.user, **values)
        return f"Contrat renouvelé jusqu’au {contract.end:%d/%m/%Y}."

    return _step(
        request, stay, form, "Renouveler le contrat", save, intro=_renewal_words(stay), submit="Renouveler"
    )


def _renewal_words(stay: Stay) -> str:
    try:
        rule = services.rule_for(stay.scheme, stay.planned_end)
    except ValidationError:
        return ""
    usual = services.contract_end(stay.planned_end, rule.renewal_months)
    beyond = services.beyond_rule(stay, rule, usual)
    if beyond:
        return f"{beyond} Une dérogation motivée est nécessaire."
    return (
        f"Le contrat en cours va jusqu’au {date_short(stay.planned_end)}. La règle du dispositif propose "
        f"{rule.renewal_months}\u00a0mois de plus."
    )


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_exit(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)
    form = ExitForm(posted(request), initial={"day": timezone.localdate()})

    def save(**values: Any) -> str:
        services.end_stay(stay=stay, **values)
        return f"Sortie enregistrée\u00a0: la place {stay.place} se libère."

    facts = [f"Entrée le {date_short(stay.start)}, contrat jusqu’au {date_short(stay.planned_end)}."]
    if stay.deposit:
        facts.append("Un dépôt de garantie est à rendre ou à régler.")
    if stay.contracts.filter(signed_on__isnull=True).exists():
        facts.append("Un contrat n’est pas noté comme signé.")
    return _step(
        request, stay, form, "Enregistrer la sortie", save, default="day", submit="Enregistrer la sortie",
        facts=facts,
    )  # fmt: skip


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_insurance(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)

    def save(**values: Any) -> str:
        services.insure(stay=stay, **values)
        return f"Assurance notée jusqu’au {date_short(values['until'])}."

    return _step(request, stay, InsuranceForm(posted(request)), "Nouvelle attestation d’assurance", save)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_exam(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """The examination under way of a bail glissant; sent back when the scheme has none."""
    stay = get_stay(request, stay_id)
    rule, exams = rules_on(timezone.localdate()).get(stay.scheme), list(stay.exams.all())
    due = next_exam(stay, rule, exams) if rule else None
    if due is None:
        messages.error(request, "Ce dispositif n’a pas d’examen périodique.")
        return redirect("housing:stay", stay.pk)
    known = next((exam for exam in exams if exam.due_on == due), StayExam())
    lease = {True: "oui", False: "non", None: ""}[known.lease_offered]
    initial = {"prefet_told_on": known.prefet_told_on, "lease_offered": lease, "note": known.note}
    form = ExamForm(posted(request), initial=initial)

    def save(**values: Any) -> str:
        exam = services.hold_exam(stay=stay, due_on=due, **values)
        if exam.held_on:
            return f"Examen enregistré\u00a0: {lower_first(exam.get_conclusion_display())}."
        return "L’information du préfet est enregistrée."

    intro = f"Période d’examen qui s’achève le {date_short(due)} (CCH, art. L442-8-3)."
    return _step(request, stay, form, "Examen périodique du bail glissant", save, intro=intro)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_correct(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)
    form = CorrectForm(posted(request), user=request.user, stay=stay)

    def save(**values: Any) -> str:
        services.correct_stay(stay=stay, **values)
        return "Le séjour est corrigé."

    intro = "Ce qui était écrit avant reste dans l’historique du séjour."
    return _step(request, stay, form, "Corriger le séjour", save, intro=intro, default="start")


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_cancel(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """The household never came: the place is free, its request waits again."""
    stay = get_stay(request, stay_id)
    form = CancelForm(posted(request))
    if form.is_valid():
        try:
            services.cancel_stay(by=request.user, stay=stay, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Le séjour est annulé\u00a0: la place {stay.place} est libre.")
            return redirect("housing:household", stay.household_id)
    household = get_household(request, stay.household_id)
    context = {
        "stay": stay, "form": form, "title": "Annuler ce séjour", "submit": "Annuler le séjour", "facts": [],
        "intro": f"Pour un séjour qui n’a pas eu lieu\u00a0: {stay.place}, depuis le {date_short(stay.start)}.",
    }  # fmt: skip
    return render(request, "housing/lodging/stay_step.html", file_context(request, household, TAB, **context))


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_sign(request: AgentRequest, stay_contract_id: UUID) -> HttpResponse:
    rows = StayContract.objects.filter(stay__in=Stay.objects.for_user(request.user))
    contract = get_object_or_404(rows, pk=stay_contract_id)
    stay = get_stay(request, contract.stay_id)

    def save(**values: Any) -> str:
        services.sign(contract=contract, **values)
        return f"Signature notée\u00a0: {lower_first(str(contract))}."

    return _step(request, stay, SignForm(posted(request)), "Noter la signature", save, intro=f"{contract}.")


@requires("housing.edit")
@require_POST
def stay_reopen(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Undo an exit entered by mistake."""
    stay = get_stay(request, stay_id)
    try:
        services.reopen_stay(stay=stay)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "La sortie est annulée.")
    return redirect("housing:stay", stay.pk)


@requires("housing.edit")
@require_POST
def stay_undo_renewal(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Take the last amendment back."""
    stay = get_stay(request, stay_id)
    try:
        contract = services.undo_renewal(stay=stay)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"L’avenant du {date_short(contract.start)} est annulé.")
    return redirect("housing:stay", stay.pk)
