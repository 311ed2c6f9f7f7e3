"""What some rights ask on top of pieces: the people who owe maintenance, the NIR in clear."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.nir import spaced
from households.file import file_context
from rights import services
from rights.forms import FIELD_OF
from rights.forms_duties import DebtorForm
from rights.models import FileNir, MaintenanceDebtor, RightsFile
from rights.views.files import TAB, file_page, get_file


@requires("rights.edit")
@never_cache
@require_POST
def reveal_nir(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """The applicant's NIR in clear, once: the read log keeps who asked and when, never the number (C10)."""
    file = get_file(request, rights_file_id)
    kept = get_object_or_404(FileNir, file=file)
    log_access(request, AccessAction.VIEW, file, subject_id=file.household_id, nir=True)
    return file_page(request, file, nir=spaced(kept.read()))


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_debtor(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Name somebody who may owe maintenance (CASF, R132-9)."""
    file = get_file(request, rights_file_id)
    return _debtor(request, file, MaintenanceDebtor(file=file))


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def debtor(request: AgentRequest, rights_file_id: UUID, maintenance_debtor_id: UUID) -> HttpResponse:
    file = get_file(request, rights_file_id)
    return _debtor(request, file, get_object_or_404(MaintenanceDebtor, file=file, pk=maintenance_debtor_id))


def _debtor(request: AgentRequest, file: RightsFile, debtor: MaintenanceDebtor) -> HttpResponse:
    is_new = debtor._state.adding
    form = DebtorForm(posted(request), instance=debtor)
    if form.is_valid():
        try:
            services.save_debtor(by=request.user, debtor=form.instance)
        except ValidationError as error:
            field = FIELD_OF.get(error.code or "")
            form.add_error(field if field in form.fields else None, error)
        else:
            messages.success(request, f"{form.instance.name}\u00a0: enregistré.")
            return redirect("rights:file", file.pk)
    household = file.household
    context = file_context(request, household, TAB, file=file, form=form, debtor=None if is_new else debtor)
    return render(request, "rights/debtor.html", context)


@requires("rights.edit")
@require_POST
def remove_debtor(request: AgentRequest, rights_file_id: UUID, maintenance_debtor_id: UUID) -> HttpResponse:
    file = get_file(request, rights_file_id)
    debtor = get_object_or_404(MaintenanceDebtor, file=file, pk=maintenance_debtor_id)
    try:
        services.remove_debtor(by=request.user, debtor=debtor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{debtor.name} n’est plus dans la liste.")
    return redirect("rights:file", file.pk)
