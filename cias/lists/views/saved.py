"""Saved views: keep one, rename, share, replace, open with it, delete and take back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.http import posted
from cias.lists import services
from cias.lists.definition import VIEW, Listing, listings
from cias.lists.forms import ViewForm
from cias.lists.models import SavedView
from cias.lists.models.views import KEPT
from cias.lists.page import state_of
from cias.lists.state import ListState


def get_listing(user: User, code: str) -> Listing:
    """The list if the user may open it; 404 otherwise."""
    listing = dict(listings.items()).get(code)
    if listing is None or not listing.is_for(user):
        raise Http404
    return listing


def get_view(request: AgentRequest, view_id: UUID) -> SavedView:
    """A view the user may change; 404 otherwise."""
    view = get_object_or_404(SavedView.objects.managed_by(request.user), pk=view_id)
    get_listing(request.user, view.listing)
    return view


def back_to(view: SavedView, user: User) -> str:
    """The list as the view shows it."""
    listing = get_listing(user, view.listing)
    state = ListState.kept(listing, user, filters=view.filters, order=view.order, columns=view.columns)
    return reverse(listing.url_name) + state.url(**{VIEW: str(view.pk)})


@requires("lists.save")
@require_safe
def manage(request: AgentRequest, listing: str) -> HttpResponse:
    """One's views of a list and the shared ones, with what each filters; those deleted lately can be taken back."""
    found = get_listing(request.user, listing)
    here = ListState(found, request.user, request.GET)
    mine = set(SavedView.objects.managed_by(request.user).values_list("pk", flat=True))
    rows = []
    for view in SavedView.objects.of_list(found, request.user).select_related("owner"):
        kept = state_of(view, here)
        rows.append((view, kept, kept.url(**{VIEW: str(view.pk)}), view.pk in mine))
    lately = timezone.now() - KEPT
    deleted = SavedView.objects.managed_by(request.user).filter(listing=found.code, deleted_at__gte=lately)
    context = {"listing": found, "rows": rows, "deleted": deleted.order_by("-deleted_at", "pk")}
    return render(request, "lists/views.html", context)


@requires("lists.save")
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: AgentRequest, listing: str) -> HttpResponse:
    """Keep the list of the address (filters, order, columns) under a name."""
    found = get_listing(request.user, listing)
    state = ListState(found, request.user, request.GET)
    form = ViewForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.save_view(by=request.user, state=state, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None if hasattr(error, "error_dict") else "name", error)
        else:
            messages.success(request, f"La vue «\u00a0{view}\u00a0» est enregistrée.")
            return redirect(back_to(view, request.user))
    context = {
        "form": form,
        "title": "Enregistrer la vue",
        "submit": "Enregistrer",
        "listing": found,
        "state": state,
        "back_url": reverse(found.url_name) + state.url(),
    }
    return render(request, "lists/view_form.html", context)


@requires("lists.save")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """Rename a view, share it or keep it for oneself."""
    view = get_view(request, view_id)
    found = get_listing(request.user, view.listing)
    form = ViewForm(
        posted(request), user=request.user, stored={"name": view.name, "is_shared": view.is_shared}
    )
    del form.fields["is_default"]
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            services.change_view(
                by=request.user,
                view=view,
                name=asked["name"],
                is_shared=asked.get("is_shared", view.is_shared),
            )
        except ValidationError as error:
            form.add_error("name", error)
        else:
            messages.success(request, f"La vue «\u00a0{view}\u00a0» est modifiée.")
            return redirect("lists:views", found.code)
    context = {
        "form": form,
        "title": f"Modifier la vue «\u00a0{view}\u00a0»",
        "submit": "Enregistrer",
        "listing": found,
        "state": ListState.kept(
            found, request.user, filters=view.filters, order=view.order, columns=view.columns
        ),
        "back_url": reverse("lists:views", args=[found.code]),
    }
    return render(request, "lists/view_form.html", context)


@requires("lists.save")
@require_POST
def replace(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """The view takes the filters, order and columns of the address."""
    view = get_view(request, view_id)
    state = ListState(get_listing(request.user, view.listing), request.user, request.GET)
    services.replace_view(view=view, state=state)
    messages.success(request, f"La vue «\u00a0{view}\u00a0» garde ces filtres, ce tri et ces colonnes.")
    return redirect(back_to(view, request.user))


@requires("lists.save")
@require_POST
def delete(request: AgentRequest, view_id: UUID) -> HttpResponse:
    view = services.delete_view(view=get_view(request, view_id))
    messages.success(
        request, f"La vue «\u00a0{view}\u00a0» est supprimée. Vous pouvez la rétablir ci-dessous."
    )
    return redirect("lists:views", view.listing)


@requires("lists.save")
@require_POST
def restore(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """Take a deletion back."""
    view = get_view(request, view_id)
    try:
        services.restore_view(view=view)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La vue «\u00a0{view}\u00a0» est rétablie.")
    return redirect("lists:views", view.listing)


@requires("lists.save")
@require_POST
def by_default(request: AgentRequest, view_id: UUID) -> HttpResponse:
    """Open the list with this view from now on, or whole again (`whole`)."""
    view = get_object_or_404(SavedView.objects.for_user(request.user).kept(), pk=view_id)
    found = get_listing(request.user, view.listing)
    if "whole" in request.POST:
        services.unset_default(by=request.user, listing=found)
        messages.success(request, "La liste s’ouvre de nouveau en entier.")
    else:
        services.set_default(by=request.user, view=view)
        messages.success(request, f"La liste s’ouvre désormais sur «\u00a0{view}\u00a0».")
    return redirect("lists:views", found.code)
