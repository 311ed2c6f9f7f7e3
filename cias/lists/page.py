"""The page of a list, the same for every app: tabs of saved views, filters, active filters, table, pages."""

from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.french import plural
from cias.lists.definition import NO_VIEW, PAGE, VIEW, Listing
from cias.lists.models import SavedView
from cias.lists.paging import PER_PAGE, BoundedPaginator
from cias.lists.state import ListState


def list_page(
    request: AgentRequest,
    listing: Listing,
    template: str = "lists/list.html",
    *,
    among: list[Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """The list as the address asks for it; without any parameter, as the reader's view by default does.

    `among` keeps the rows of these keys only, all on one page: those a search by POST found.
    """
    home = reverse(listing.url_name)
    views = list(SavedView.objects.of_list(listing, request.user))
    state = ListState(listing, request.user, request.GET)
    if not request.GET and request.method != "POST":
        default = next((view for view in views if view.is_default), None)  # type: ignore[attr-defined]
        if default is not None:
            return redirect(home + state_of(default, state).url(**{VIEW: str(default.pk)}))
    if any(text == "" for code in request.GET for text in request.GET.getlist(code)):
        # A form sends its empty fields too: the address one keeps says only what is asked.
        return redirect(home + state.url())
    found = state.ordered(state.columns)
    per_page = PER_PAGE
    if among is not None:
        found, per_page = found.filter(pk__in=among), max(len(among), 1)
    pages = BoundedPaginator(found.fetch_mode(models.FETCH_RAISE), per_page)
    page = pages.get_page(request.GET.get(PAGE))
    rows = list(listing.expand(list(page.object_list), state.ask, False))
    action = AccessAction.VIEW if among is None else AccessAction.SEARCH
    log_access(request, action, listing=listing.code, rows=len(page.object_list))
    context = {
        "listing": listing,
        "state": state,
        "page": page,
        "rows": rows,
        "counted": counted(listing, pages),
        "groups": groups_of(state),
        **_tabs(request, views, state),
        **more,
    }
    return render(request, template, context)


def state_of(view: SavedView, beside: ListState) -> ListState:
    """What a view asks for, for the reader of `beside`."""
    return ListState.kept(
        beside.listing,
        beside.user,
        filters=view.filters,
        order=view.order,
        columns=view.columns,
        fields=beside.fields,
    )


def counted(listing: Listing, paginator: BoundedPaginator) -> str:
    """ "12 ménages", "plus de 10 000 ménages"."""
    found = plural(paginator.count, *listing.noun)
    return f"plus de {found}" if paginator.is_capped else found


def groups_of(state: ListState) -> dict[str, list[Any]]:
    """The form's fields by heading; those in sight under ""."""
    groups: dict[str, list[Any]] = {"": []}
    for one in state.filters.values():
        groups.setdefault(one.group, []).append(state.form[one.code])
    return groups


def _tabs(request: AgentRequest, views: list[SavedView], state: ListState) -> dict[str, Any]:
    """Each view with its address, the current one with what it became and what it no longer filters."""
    moderates = request.user.has_perm("lists.moderate")
    context: dict[str, Any] = {
        "tabs": [],
        "view": None,
        "dropped": [],
        "is_changed": False,
        "may_replace": False,
    }
    for view in views:
        kept = state_of(view, state)
        is_current = str(view.pk) == state.view_id
        context["tabs"].append((view, kept.url(**{VIEW: str(view.pk)}), is_current))
        if is_current:
            context |= {
                "view": view,
                "dropped": kept.dropped,
                "is_changed": not kept.is_as(state),
                "may_replace": view.owner_id == request.user.pk or (view.is_shared and moderates),
            }
    return {**context, "is_whole": not state.values and state.view_id in ("", NO_VIEW)}
