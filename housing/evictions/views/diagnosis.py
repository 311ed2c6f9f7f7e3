"""The diagnostic social et financier: written, kept, sent, printed; and the letter to the CCAPEX."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, posted, typed_by_someone_else
from cias.core.pdf import pdf_response, render_pdf
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from cias.territory.services import get_structure
from households.budgets.payload import from_payload
from households.file import file_context, get_household
from housing.evictions import services
from housing.evictions.facts import diagnosis_facts
from housing.evictions.forms import DiagnosisForm, SendForm
from housing.evictions.reading import all_deadlines, story_of
from housing.evictions.views.access import TAB, get_file, opened, refuse
from housing.models import Diagnosis, EvictionFile

SECTIONS = (
    ("situation", "Situation du ménage"),
    ("causes", "Origine et évolution de la dette"),
    ("steps", "Démarches engagées"),
    ("wishes", "Ce que souhaite le ménage"),
    ("proposals", "Propositions"),
)


def _diagnosis(request: AgentRequest, key: UUID) -> Diagnosis:
    rows = Diagnosis.objects.filter(file__in=EvictionFile.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("file__household", "author", "snapshot"), pk=key)


@requires("evictions.edit")
@require_POST
def start(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    file = get_file(request, eviction_file_id)
    diagnosis = services.start_diagnosis(by=request.user, file=file)
    return redirect("housing:diagnosis", diagnosis.pk)


@requires("evictions.view")
@require_http_methods(["GET", "HEAD", "POST"])
def diagnosis(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    """The draft as its author writes it, beside what the file brings; once sent, what was sent."""
    diagnosis = _diagnosis(request, diagnosis_id)
    file = get_file(request, diagnosis.file_id)
    household, reason = opened(request, file)
    if reason is not None:
        return reason
    may_write = diagnosis.is_draft and request.user.has_perm("evictions.edit")
    is_author = diagnosis.author_id == request.user.pk
    form = DiagnosisForm(posted(request) if may_write and is_author else None, instance=diagnosis)
    if is_own_text(request, form) and form.is_valid():
        services.keep_diagnosis(by=request.user, diagnosis=diagnosis, values=form.cleaned_data)
        messages.success(request, "Le diagnostic est enregistré.")
        if "envoyer" in request.POST:
            return redirect("housing:diagnosis_send", diagnosis.pk)
        return redirect("housing:diagnosis", diagnosis.pk)
    facts = diagnosis.payload or diagnosis_facts(diagnosis, request.user, timezone.localdate())
    context = file_context(
        request,
        household,
        TAB,
        file=file,
        diagnosis=diagnosis,
        form=form,
        facts=facts,
        statement=from_payload(facts["budget"]) if facts["budget"] else None,
        sections=[(label, facts["texts"][name]) for name, label in SECTIONS],
        writing=may_write and is_author,
        may_edit=request.user.has_perm("evictions.edit"),
    )
    return render(request, "housing/evictions/diagnosis.html", context)


@requires("evictions.edit")
@require_POST
def keep(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    """Keep what is being typed; the page calls it every few seconds."""
    diagnosis = _diagnosis(request, diagnosis_id)
    get_household(request, diagnosis.file.household_id)
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    form = DiagnosisForm(request.POST, instance=diagnosis)
    if not form.is_valid():
        return HttpResponse("Un texte est trop long\u00a0: il n’est pas enregistré.", status=409)
    try:
        kept = services.keep_diagnosis(by=request.user, diagnosis=diagnosis, values=form.cleaned_data)
    except ForbiddenTransition as error:
        return HttpResponse(str(error), status=409)
    return HttpResponse(f"brouillon enregistré à {time_fr(timezone.localtime(kept.saved_at))}")


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    """Say when and to whom it goes; from then on it does not change any more."""
    diagnosis = _diagnosis(request, diagnosis_id)
    file = get_file(request, diagnosis.file_id)
    if not diagnosis.is_draft:
        return redirect("housing:diagnosis", diagnosis.pk)
    form = SendForm(posted(request), initial={"sent_on": timezone.localdate(), "sent_to": "court"})
    if form.is_valid():
        try:
            services.send_diagnosis(by=request.user, diagnosis=diagnosis, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(
                request, "L’envoi est noté\u00a0: le diagnostic est figé, avec le budget du jour."
            )
            return redirect("housing:diagnosis", diagnosis.pk)
    household = get_household(request, file.household_id)
    missing = diagnosis_facts(diagnosis, request.user, timezone.localdate())["missing"]
    context = file_context(
        request, household, TAB, file=file, form=form, title="Envoyer le diagnostic", missing=missing,
        diagnosis=diagnosis,
    )  # fmt: skip
    return render(request, "housing/evictions/send.html", context)


@requires("evictions.edit")
@require_POST
def take_over(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    diagnosis = _diagnosis(request, diagnosis_id)
    return _back(
        request,
        diagnosis,
        lambda: services.take_over_diagnosis(by=request.user, diagnosis=diagnosis),
        "Vous écrivez maintenant ce diagnostic.",
    )


@requires("evictions.edit")
@require_POST
def take_back(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    diagnosis = _diagnosis(request, diagnosis_id)
    return _back(
        request,
        diagnosis,
        lambda: services.take_back_diagnosis(by=request.user, diagnosis=diagnosis),
        "L’envoi est annulé\u00a0: le diagnostic est de nouveau un brouillon.",
    )


def _back(request: AgentRequest, diagnosis: Diagnosis, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("housing:diagnosis", diagnosis.pk)


@requires("evictions.view")
@require_safe
def print_diagnosis(request: AgentRequest, diagnosis_id: UUID) -> HttpResponse:
    """The diagnosis on paper: a draft says it is one; a sent one is printed from what was frozen."""
    diagnosis = _diagnosis(request, diagnosis_id)
    file = get_file(request, diagnosis.file_id)
    household, reason = opened(request, file)
    if reason is not None:
        return reason
    facts = diagnosis.payload or diagnosis_facts(diagnosis, request.user, timezone.localdate())
    context = {
        "diagnosis": diagnosis,
        "facts": facts,
        "day": date.fromisoformat(facts["day"]),
        "statement": from_payload(facts["budget"]) if facts["budget"] else None,
        "sections": [(label, facts["texts"][name]) for name, label in SECTIONS],
    }
    log_access(request, AccessAction.PRINT, diagnosis, subject_id=household.pk, document="diagnosis")
    return _pdf("diagnosis", "Diagnostic social et financier", household.number, context)


@requires("evictions.view")
@require_safe
def ccapex(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    """The letter that tells the CCAPEX of an unpaid rent."""
    file = get_file(request, eviction_file_id)
    household, reason = opened(request, file)
    if reason is not None:
        return reason
    blank = Diagnosis(file=file, author=file.agent)
    context = {
        "file": file,
        "facts": diagnosis_facts(blank, request.user, timezone.localdate()),
        "coming": [one for one in all_deadlines(file, story_of(file)) if one.is_open and one.alert_on],
        "day": timezone.localdate(),
    }
    log_access(request, AccessAction.PRINT, file, subject_id=household.pk, document="ccapex")
    return _pdf("ccapex", "Signalement à la CCAPEX", household.number, context)


def _pdf(name: str, title: str, number: str, context: dict[str, Any]) -> HttpResponse:
    structure = get_structure()
    html = render_to_string(f"housing/evictions/pdf/{name}.html", {**context, "structure": structure})
    content = render_pdf(
        html, title=f"{title}, ménage {number}", author=structure.name, moment=timezone.now()
    )
    return pdf_response(content, f"{name}-{number}.pdf", inline=True)
