"""Rights of persons (C8): the register of requests, the copy of somebody's data, the information notice."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core.access import ANY_AGENT, requires
from cias.core.http import posted
from cias.core.pdf import pdf_response
from cias.core.reauthentication import dangerous_file
from households.datalife import copies
from households.datalife import requests as services
from households.datalife.documents import documents_zip
from households.datalife.printing import notice_pdf, parts_of
from households.enums.datalife import RequestKind
from households.forms.person_requests import AnswerForm, ExtendForm, NoticeForm, NumberForm, RequestForm
from households.models import Household, PersonRequest, PrivacyNotice
from households.models.closed import closed_to
from households.models.datalife import PersonRequestQuerySet
from households.models.files import HouseholdQuerySet
from households.search import numbered

RIGHT, NOTE = "persons.requests", "persons.note"
PER_PAGE = 25


@requires(RIGHT)
@require_safe
def requests(request: AgentRequest) -> HttpResponse:
    """The register: what waits for an answer, the nearest deadline first, then what was answered."""
    rows = _visible(request).select_related("household", "person", "answered_by")
    waiting = sorted(rows.waiting(), key=lambda row: row.due_on)
    page = Paginator(rows.filter(answered_on__isnull=False), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, requests=len(waiting) + len(page.object_list))
    context = {"waiting": waiting, "page": page, "today": timezone.localdate()}
    return render(request, "households/datalife/requests.html", context)


def _visible(request: AgentRequest) -> PersonRequestQuerySet:
    """Those of a protected file are handled by an agent named on it, by nobody else."""
    rows = PersonRequest.objects.filter(household__anonymised_on=None)
    return rows.exclude(household__in=closed_to(request.user))


def _files(request: AgentRequest) -> HouseholdQuerySet:
    return Household.objects.filter(anonymised_on=None).exclude(pk__in=closed_to(request.user))


@requires(NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def request_find(request: AgentRequest) -> HttpResponse:
    """Which file somebody asks about: by its number, which letters bear."""
    form = NumberForm(posted(request))
    if form.is_valid():
        household = numbered(_files(request), form.cleaned_data["number"])
        if household is not None:
            return redirect("households:person_request_new", household.pk)
        form.add_error("number", "Aucun dossier ne porte ce numéro.")
    log_access(request, AccessAction.VIEW)
    context = {
        "form": form, "title": "Noter une demande", "submit": "Continuer",
        "back_url": _back(request),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


def _back(request: AgentRequest) -> str:
    """The register, or the files for the desk, which notes a request and does not read those of others."""
    return reverse("households:person_requests" if request.user.has_perm(RIGHT) else "households:list")


@requires(NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Write down what somebody of this file asks."""
    household = get_object_or_404(_files(request), pk=household_id)
    persons = services.persons_of(household)
    form = RequestForm(posted(request), household=household, persons=persons)
    if form.is_valid():
        try:
            noted = services.note_request(by=request.user, request=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                f"La demande est notée\u00a0: réponse attendue le {noted.due_on:%d/%m/%Y} au plus tard.",
            )
            if request.user.has_perm(RIGHT):
                return redirect("households:person_request", noted.pk)
            return redirect("households:person", noted.person_id)
    log_access(request, AccessAction.VIEW, household, tab="droits-des-personnes")
    context = {
        "form": form, "title": f"Demande sur le dossier {household.number}", "submit": "Noter la demande",
        "back_url": _back(request),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires(RIGHT)
@require_safe
def request_detail(request: AgentRequest, person_request_id: UUID) -> HttpResponse:
    asked = _asked(request, person_request_id)
    log_access(request, AccessAction.VIEW, asked, subject_id=asked.household_id)
    context = {
        "asked": asked, "today": timezone.localdate(), "is_ready": _may_copy(asked),
        "may_copy": request.user.has_perm("persons.copy"), "may_open": request.user.has_perm("identity.view"),
    }  # fmt: skip
    return render(request, "households/datalife/request.html", context)


def _asked(request: AgentRequest, key: UUID) -> PersonRequest:
    rows = _visible(request).select_related("household", "person", "noted_by", "answered_by")
    return get_object_or_404(rows, pk=key)


def _may_copy(asked: PersonRequest) -> bool:
    """A copy goes with a request of access, the identity being checked."""
    return asked.kind == RequestKind.ACCESS and asked.identity_checked


@requires(RIGHT)
@require_POST
def request_identity(request: AgentRequest, person_request_id: UUID) -> HttpResponse:
    """Whoever wrote without proving who they were has done so since."""
    asked = _asked(request, person_request_id)
    try:
        services.confirm_identity(by=request.user, request=asked)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "L’identité est notée comme vérifiée.")
    return redirect("households:person_request", asked.pk)


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def request_answer(request: AgentRequest, person_request_id: UUID) -> HttpResponse:
    asked = _asked(request, person_request_id)
    form = AnswerForm(posted(request))

    def act() -> None:
        services.answer_request(by=request.user, request=asked, **form.cleaned_data)

    return _step(request, asked, form, act, "Répondre à la demande", "La réponse est enregistrée.")


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def request_extend(request: AgentRequest, person_request_id: UUID) -> HttpResponse:
    asked = _asked(request, person_request_id)
    form = ExtendForm(posted(request))

    def act() -> None:
        services.extend_request(by=request.user, request=asked, **form.cleaned_data)

    return _step(request, asked, form, act, "Prolonger le délai de deux mois", "Le délai est prolongé.")


def _step(
    request: AgentRequest,
    asked: PersonRequest,
    form: BaseForm,
    act: Callable[[], None],
    title: str,
    done: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("households:person_request", asked.pk)
    log_access(request, AccessAction.VIEW, asked, subject_id=asked.household_id)
    back = reverse("households:person_request", args=[asked.pk])
    context = {"form": form, "title": title, "submit": "Enregistrer", "back_url": back}
    return render(request, "core/form_page.html", context)


@requires("persons.copy")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def request_copy(request: AgentRequest, person_request_id: UUID, form: str) -> HttpResponse | FileResponse:
    """All that is kept of the person, third parties masked, as `form`: PDF, JSON, or the documents (zip).

    The most sensitive file that leaves: its author confirms who they are, and the request is the reason the log keeps.
    """
    asked = _asked(request, person_request_id)
    if not _may_copy(asked):
        raise Http404
    if request.method != "POST":
        return redirect("households:person_request", asked.pk)
    try:
        copy = copies.make_copy(by=request.user, asked=asked, moment=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("households:person_request", asked.pk)
    content = _FORMS[form](copy)
    reason = f"Droit d’accès (RGPD, art. 15), demande reçue le {asked.received_on:%d/%m/%Y}"
    for household in copy.households:
        log_access(
            request,
            AccessAction.EXPORT,
            asked,
            subject_id=household.pk,
            reason=reason,
            document="copie",
            format=form,
        )
    content["Content-Disposition"] = f'attachment; filename="copie-{asked.household.number}.{form}"'
    return content


def _zip(copy: copies.Copy) -> FileResponse:
    return FileResponse(documents_zip(copy), content_type="application/zip")


def _json(copy: copies.Copy) -> HttpResponse:
    return HttpResponse(copies.copy_json(copy), content_type="application/json; charset=utf-8")


def _pdf(copy: copies.Copy) -> HttpResponse:
    return pdf_response(copies.copy_pdf(copy), f"copie-{copy.number}.pdf")


_FORMS: dict[str, Callable[[copies.Copy], HttpResponse | FileResponse]] = {
    "pdf": _pdf, "json": _json, "zip": _zip
}  # fmt: skip


@requires(ANY_AGENT)
@require_safe
def notice(request: AgentRequest) -> HttpResponse:
    """What persons are told about their data, to read or to print."""
    found = _current()
    log_access(request, AccessAction.VIEW, page="notice")
    context = {
        "notice": found, "parts": parts_of(found.full), "editions": PrivacyNotice.objects.all()[:20],
        "may_write": request.user.has_perm("notice.write"),
    }  # fmt: skip
    return render(request, "households/datalife/notice.html", context)


@requires(ANY_AGENT)
@require_safe
def notice_print(request: AgentRequest, form: str) -> HttpResponse:
    content = notice_pdf(_current(), short=form == "courte", moment=timezone.now())
    return pdf_response(content, f"vos-informations-{form}.pdf", inline=True)


@requires("notice.write")
@require_http_methods(["GET", "HEAD", "POST"])
def notice_edit(request: AgentRequest) -> HttpResponse:
    """Write a new edition, from a day on."""
    current = _current()
    initial = {"short": current.short, "full": current.full, "valid_from": timezone.localdate()}
    form = NoticeForm(posted(request), initial=initial)
    if form.is_valid():
        with signed_by(request.user):
            form.instance.written_by = request.user
            form.save()
        messages.success(request, "La notice est enregistrée.")
        return redirect("households:notice")
    context = {
        "form": form, "title": "Écrire la notice d’information", "submit": "Enregistrer cette édition",
        "back_url": reverse("households:notice"),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


def _current() -> PrivacyNotice:
    today = timezone.localdate()
    found = PrivacyNotice.objects.filter(valid_from__lte=today).first() or PrivacyNotice.objects.last()
    if found is None:
        raise Http404
    return found
