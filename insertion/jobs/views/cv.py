"""The CV: its words, its lines, and the sheet one prints."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.core.refusals import refuse
from households.file import file_context, get_household
from insertion.jobs import services
from insertion.jobs.enums import CvKind, DiplomaLevel, Licence
from insertion.jobs.forms import CvForm, EntryForm
from insertion.jobs.views.access import back, get_search, opened
from insertion.models import CvEntry, JobSearch
from insertion.sections import TAB

TITLES = {
    CvKind.EXPERIENCE: "Ajouter une expérience",
    CvKind.TRAINING: "Ajouter une formation",
    CvKind.LANGUAGE: "Ajouter une langue",
}


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    """The two lines under the name, and what the person can do."""
    found = get_search(request, job_search_id)
    form = CvForm(posted(request), instance=found)
    if form.is_valid():
        services.save_search(by=request.user, search=form.save(commit=False))
        messages.success(request, "Le CV est enregistré.")
        return redirect("insertion:job_search", found.pk)
    return _form(request, found, form, "Accroche et savoir-faire")


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, job_search_id: UUID, cv_kind: str) -> HttpResponse:
    if cv_kind not in CvKind.values:
        raise Http404
    found, kind = get_search(request, job_search_id), CvKind(cv_kind)
    return _entry(
        request, found, EntryForm(posted(request), kind=kind, instance=CvEntry(search=found)), TITLES[kind]
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AgentRequest, cv_entry_id: UUID) -> HttpResponse:
    entry, found = _get(request, cv_entry_id)
    form = EntryForm(posted(request), kind=CvKind(entry.kind), instance=entry)
    return _entry(request, found, form, "Corriger une ligne du CV", entry)


@requires("insertion.edit")
@require_POST
def remove(request: AgentRequest, cv_entry_id: UUID) -> HttpResponse:
    entry, found = _get(request, cv_entry_id)
    file_context(request, get_household(request, found.household_id), TAB)
    return back(
        request, lambda: services.remove_entry(by=request.user, entry=entry),
        f"«\u00a0{entry}\u00a0» est retiré du CV.", "insertion:job_search", found.pk,
    )  # fmt: skip


@requires("insertion.view")
@require_safe
def sheet(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    """The CV as a PDF: no hidden address, and neither age, nationality nor family (C. trav., art. L1132-1)."""
    found, household, reason = opened(request, job_search_id)
    if reason is not None:
        return reason
    log_access(request, AccessAction.PRINT, found, subject_id=household.pk, document="cv")
    moment = timezone.now()
    today = timezone.localdate()
    entries = list(found.entries.all())
    address = household.address_to_print(today)
    context = {
        "search": found,
        "person": found.person,
        "town": (address.commune.name if address.commune else address.city) if address else "",
        "experiences": [row for row in entries if row.kind == CvKind.EXPERIENCE],
        "trainings": [row for row in entries if row.kind == CvKind.TRAINING],
        "languages": [row for row in entries if row.kind == CvKind.LANGUAGE],
        "skills": [line.strip(" -•\t") for line in found.skills.splitlines() if line.strip(" -•\t")],
        "licences": [Licence(one).label for one in found.licences],
        "diploma": found.get_diploma_level_display()
        if found.diploma_level not in ("", DiplomaLevel.NONE)
        else "",
    }
    html = render_to_string("insertion/jobs/pdf/cv.html", context)
    title = f"CV {of_name(found.person.full_name)}"
    content = render_pdf(html, title=title, author=found.person.full_name, moment=moment)
    return pdf_response(content, f"cv-{slugify(found.person.full_name)}.pdf", inline=True)


def _entry(
    request: AgentRequest, found: JobSearch, form: EntryForm, title: str, entry: CvEntry | None = None
) -> HttpResponse:
    if form.is_valid():
        try:
            services.save_entry(by=request.user, entry=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le CV est enregistré.")
            return redirect("insertion:job_search", found.pk)
    return _form(request, found, form, title, entry)


def _form(
    request: AgentRequest,
    found: JobSearch,
    form: CvForm | EntryForm,
    title: str,
    entry: CvEntry | None = None,
) -> HttpResponse:
    household = get_household(request, found.household_id)
    context = file_context(request, household, TAB, form=form, search=found, title=title, entry=entry)
    return render(request, "insertion/jobs/cv.html", context)


def _get(request: AgentRequest, key: UUID) -> tuple[CvEntry, JobSearch]:
    entry = get_object_or_404(
        CvEntry.objects.filter(search__in=JobSearch.objects.overview(request.user)), pk=key
    )
    return entry, get_search(request, entry.search_id)
