"""The form filled on a tablet in the dwelling, and the photos of each room."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import plural, time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, posted, typed_by_someone_else
from cias.core.states import ForbiddenTransition
from cias.core.uploads import bounded_uploads
from households.file import file_context, get_household
from housing.inventories import services
from housing.inventories.forms import InventoryForm, typed_of
from housing.inventories.step_forms import PhotosForm
from housing.inventories.views.access import TAB, get_inventory, get_part
from housing.models import Inventory, InventoryDraft, InventoryElement, InventoryPhoto, InventoryRoom


@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    """The whole dwelling on one page; a draft left by the author comes back as it was."""
    current = get_inventory(request, inventory_id)
    if not current.is_draft:
        messages.info(request, services.ALREADY_VALIDATED)
        return redirect("housing:inventory", current.pk)
    household = get_household(request, current.stay.household_id)
    draft = InventoryDraft.objects.filter(author=request.user, inventory=current).first()
    form = InventoryForm(posted(request), inventory=current, kept=draft.values if draft else None)
    if is_own_text(request, form) and form.is_valid():
        try:
            with transaction.atomic():
                services.save(by=request.user, inventory=current, typed=form.typed)
                where = _add(form, current)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _after(request, current, where)
    context = file_context(
        request,
        household,
        TAB,
        inventory=current,
        stay=current.stay,
        form=form,
        draft=draft,
        draft_url=reverse("housing:inventory_draft", args=[current.pk]),
    )
    return render(request, "housing/inventories/edit.html", context)


def _add(form: InventoryForm, inventory: Inventory) -> str:
    """Rows the agent named in the blank fields; returns where on the page they are, "" when nothing was added."""
    where = ""
    data = form.cleaned_data
    for room, name in form.new_elements:
        services.add_element(room=room, name=name)
        where = f"piece-{room.pk}"
    if data["new_room"]:
        room = services.add_room(inventory=inventory, name=data["new_room"], template=data["new_room_like"])
        where = f"piece-{room.pk}"
    if data["new_item"]:
        services.add_item(inventory=inventory, kind=data["new_item_kind"] or "key", label=data["new_item"])
        where = "cles"
    return where


def _after(request: AgentRequest, inventory: Inventory, where: str) -> HttpResponse:
    """Where the button that was pressed leads: the same page, the photos of a room, or the validation."""
    page = reverse("housing:inventory_edit", args=[inventory.pk])
    if room := request.POST.get("photos"):
        known = get_object_or_404(inventory.rooms.all(), pk=_key(room))
        return redirect("housing:inventory_photos", known.pk)
    for name, model, remove in (
        ("remove_element", InventoryElement, services.remove_element),
        ("remove_room", InventoryRoom, services.remove_room),
    ):
        if key := request.POST.get(name):
            path = "room__inventory" if model is InventoryElement else "inventory"
            row = get_part(request, model, _key(key), path)
            try:
                remove(**{"element" if model is InventoryElement else "room": row})
            except ForbiddenTransition as error:
                messages.error(request, str(error))
            return redirect(f"{page}#piece-{row.room_id}" if model is InventoryElement else page)
    if "validate" in request.POST:
        try:
            services.validate(by=request.user, inventory=inventory)
        except (ForbiddenTransition, ValidationError) as error:
            said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            messages.error(request, said)
            return redirect(page)
        messages.success(request, "L’état des lieux est validé\u00a0: imprimez-le pour le faire signer.")
        return redirect("housing:inventory", inventory.pk)
    if where:
        return redirect(f"{page}#{where}")
    messages.success(
        request, "L’état des lieux est enregistré\u00a0; il reste modifiable jusqu’à sa validation."
    )
    return redirect("housing:inventory", inventory.pk)


def _key(text: str) -> UUID | None:
    """An identifier sent by a button; None, which matches nothing, when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


@requires("inventories.edit")
@require_POST
def draft(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    """Keep what is being typed; the page calls it every few seconds."""
    current = get_inventory(request, inventory_id)
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    if not current.is_draft:
        return HttpResponse(services.ALREADY_VALIDATED, status=409)
    kept = services.keep_draft(author=request.user, inventory=current, values=typed_of(request.POST))
    return HttpResponse(f"brouillon enregistré à {time_fr(kept.saved_at)}")


@requires("inventories.edit")
@require_POST
def draft_discard(request: AgentRequest, inventory_id: UUID) -> HttpResponse:
    current = get_inventory(request, inventory_id)
    services.drop_draft(author=request.user, inventory=current)
    messages.success(request, "Le brouillon est effacé\u00a0: voici ce qui était enregistré.")
    return redirect("housing:inventory_edit", current.pk)


@bounded_uploads
@requires("inventories.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: AgentRequest, inventory_room_id: UUID) -> HttpResponse:
    """Take or bring photos of a room; they join the household's documents."""
    room: InventoryRoom = get_part(request, InventoryRoom, inventory_room_id, "inventory")
    household = get_household(request, room.inventory.stay.household_id)
    form = PhotosForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            added = services.add_photos(
                by=request.user, room=room, files=form.received, caption=form.cleaned_data["caption"]
            )
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error("brought", error)
        else:
            messages.success(
                request, f"{plural(len(added), 'photo ajoutée', 'photos ajoutées')}\u00a0: {room.name}."
            )
            return redirect("housing:inventory_photos", room.pk)
    context = file_context(
        request,
        household,
        TAB,
        room=room,
        inventory=room.inventory,
        stay=room.inventory.stay,
        form=form,
        photos=room.photos.select_related("document"),
    )
    return render(request, "housing/inventories/photos.html", context)


@requires("inventories.edit")
@require_POST
def photo_remove(request: AgentRequest, inventory_photo_id: UUID) -> HttpResponse:
    photo: InventoryPhoto = get_part(request, InventoryPhoto, inventory_photo_id, "room__inventory")
    try:
        services.remove_photo(photo=photo)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "La photo est retirée de l’état des lieux\u00a0; elle reste parmi les documents."
        )
    return redirect("housing:inventory_photos", photo.room_id)
