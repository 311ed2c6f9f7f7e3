"""An état des lieux: its page, its steps, its prints, and the comparison of both."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.forms import Form
from cias.core.http import posted
from cias.core.pdf import pdf_response
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.inventories import printing, services
from housing.inventories.enums import UNITS, InventoryKind, MeterKind
from housing.inventories.rules import correction_until
from housing.inventories.step_forms import AnswerForm, CorrectionForm, SignForm, StartExitForm, StartForm
from housing.inventories.views.access import TAB, get_inventory, get_part, get_stay, open_content
from housing.models import Inventory, InventoryCorrection, RoomTemplate

STEP = "housing/inventories/step.html"


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def start_entry(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Choose the rooms; those of this type of dwelling are ticked."""
    stay = get_stay(request, stay_id)
    household = get_household(request, stay.household_id)
    existing = Inventory.objects.filter(stay=stay, kind=InventoryKind.ENTRY).first()
    if existing is not None:
        return redirect("housing:inventory", existing.pk)
    form = StartForm(posted(request), stay=stay, proposed=services.proposed_rooms(stay))
    if form.is_valid():
        rooms: list[RoomTemplate] = list(form.cleaned_data["rooms"])
        try:
            inventory = services.start_entry(
                by=request.user, stay=stay, held_on=form.cleaned_data["held_on"], rooms=rooms
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("housing:inventory_edit", inventory.pk)
    context = file_context(
        request,
        household,
        TAB,
        stay=stay,
        form=form,
        title="Commencer l’état des lieux d’entrée",
        submit="Commencer",
    )
    return render(request, STEP, context)


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def start_exit(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """The exit begins as a copy of the entry."""
    stay = get_stay(request, stay_id)
    household = get_household(request, stay.household_id)
    existing = Inventory.objects.filter(stay=stay, kind=InventoryKind.EXIT).first()
    if existing is not None:
        return redirect("housing:inventory", existing.pk)
    today = timezone.localdate()
    first = min(stay.end, today) if stay.end else today
    form = StartExitForm(posted(request), initial={"held_on": first})
    if form.is_valid():
        try:
            inventory = services.start_exit(by=request.user, stay=stay, **form.cleaned_data)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("housing:inventory_edit", inventory.pk)
    context = file_context(
        request, household, TAB, stay=stay, form=form, title="Commencer l’état des lieux de sortie", submit="Commencer",
        intro="Il part de l’entrée\u00a0: vous ne changez que ce qui a changé. Les compteurs se relèvent de nouveau.",
    )  # fmt: skip
    return render(request, STEP, context)


@requires("inventories.view")
@require_safe
def inventory(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    household, reason = open_content(request, current.stay)
    if reason is not None:
        return reason
    until = correction_until(current, services.rule_on(current.held_on))
    context = file_context(
        request,
        household,
        TAB,
        inventory=current,
        stay=current.stay,
        rooms=current.rooms.prefetch_related("elements__entry_element", "photos__document"),
        meters=[(row, UNITS[MeterKind(row.kind)]) for row in current.meters.all()],
        items=current.items.all(),
        corrections=current.corrections.select_related("by"),
        correction_until=until,
        is_entry=current.kind == InventoryKind.ENTRY,
        may_correct=timezone.localdate() <= until,
        other=Inventory.objects.filter(stay=current.stay).exclude(pk=current.pk).first(),
    )
    return render(request, "housing/inventories/inventory.html", context)


@requires("inventories.view")
@require_safe
def inventory_print(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    """The sheet to sign, with the photos."""
    current = get_inventory(request, inventory_id)
    _household, reason = open_content(request, current.stay)
    if reason is not None:
        return reason
    log_access(
        request, AccessAction.PRINT, current, subject_id=current.stay.household_id, document="etat-des-lieux"
    )
    content = printing.inventory_pdf(current, timezone.now())
    return pdf_response(content, f"etat-des-lieux-{current.held_on:%Y-%m-%d}.pdf", inline=True)


@requires("inventories.view")
@require_safe
def compare(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Entry and exit side by side."""
    stay = get_stay(request, stay_id)
    household, reason = open_content(request, stay)
    if reason is not None:
        return reason
    comparison = services.compare(stay)
    context = file_context(request, household, TAB, stay=stay, comparison=comparison)
    return render(request, "housing/inventories/compare.html", context)


@requires("inventories.view")
@require_safe
def compare_print(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)
    _household, reason = open_content(request, stay)
    if reason is not None:
        return reason
    comparison = services.compare(stay)
    if comparison is None:
        messages.error(request, "Il faut une entrée et une sortie pour les comparer.")
        return redirect("housing:stay", stay.pk)
    log_access(request, AccessAction.PRINT, stay, subject_id=stay.household_id, document="comparaison")
    content = printing.comparison_pdf(stay, comparison, timezone.now())
    return pdf_response(content, "comparaison-etats-des-lieux.pdf", inline=True)


@requires("inventories.edit")
@require_POST
def validate(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    try:
        services.validate(by=request.user, inventory=current)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
        return redirect("housing:inventory_edit" if current.is_draft else "housing:inventory", current.pk)
    messages.success(request, "L’état des lieux est validé\u00a0: imprimez-le pour le faire signer.")
    return redirect("housing:inventory", current.pk)


@requires("inventories.edit")
@require_POST
def reopen(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    try:
        services.reopen(by=request.user, inventory=current)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
        return redirect("housing:inventory", current.pk)
    messages.success(request, "La validation est annulée\u00a0: vous pouvez corriger.")
    return redirect("housing:inventory_edit", current.pk)


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    """Give up what was begun by mistake, once asked in words that name it."""
    current = get_inventory(request, inventory_id)
    household = get_household(request, current.stay.household_id)
    form = Form(posted(request))
    if form.is_valid():
        try:
            services.discard(inventory=current)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "L’état des lieux commencé est effacé.")
            return redirect("housing:stay", current.stay_id)
    context = file_context(
        request, household, TAB, stay=current.stay, inventory=current, form=form,
        title="Effacer cet état des lieux", submit="Effacer ce qui est saisi",
        intro="Il n’est pas validé\u00a0: tout ce qui y est saisi est perdu.",
    )  # fmt: skip
    return render(request, STEP, context)


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    household = get_household(request, current.stay.household_id)
    form = SignForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            services.sign(by=request.user, inventory=current, **form.cleaned_data)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error("on", error)
        else:
            messages.success(request, "La signature est enregistrée.")
            return redirect("housing:inventory", current.pk)
    context = file_context(
        request, household, TAB, stay=current.stay, inventory=current, form=form,
        title="Enregistrer la signature", submit="Enregistrer",
    )  # fmt: skip
    return render(request, STEP, context)


@requires("inventories.edit")
@require_POST
def unsign(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    try:
        services.unsign(by=request.user, inventory=current)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La signature est annulée.")
    return redirect("housing:inventory", current.pk)


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    """What the household asks to correct of its entry, within the delay."""
    current = get_inventory(request, inventory_id)
    household = get_household(request, current.stay.household_id)
    form = CorrectionForm(posted(request), initial={"asked_on": timezone.localdate()})
    if form.is_valid():
        try:
            services.ask_correction(by=request.user, inventory=current, **form.cleaned_data)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La demande de correction est notée.")
            return redirect("housing:inventory", current.pk)
    context = file_context(
        request, household, TAB, stay=current.stay, inventory=current, form=form,
        title="Demande de correction", submit="Enregistrer",
        intro="L’état des lieux signé ne change pas\u00a0: la correction acceptée s’y ajoute, à l’impression aussi.",
    )  # fmt: skip
    return render(request, STEP, context)


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AgentRequest, inventory_correction_id: UUID) -> HttpResponse:
    row: InventoryCorrection = get_part(request, InventoryCorrection, inventory_correction_id, "inventory")
    household = get_household(request, row.inventory.stay.household_id)
    form = AnswerForm(posted(request), stored={"state": row.state, "answer": row.answer})
    if form.is_valid():
        try:
            services.answer_correction(by=request.user, correction=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La réponse est enregistrée.")
            return redirect("housing:inventory", row.inventory_id)
    context = file_context(
        request, household, TAB, stay=row.inventory.stay, inventory=row.inventory, form=form,
        title="Répondre à la demande de correction", submit="Enregistrer", intro=row.text,
    )  # fmt: skip
    return render(request, STEP, context)
