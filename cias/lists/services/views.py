"""Keeping views: what is written down passed the list's own form, and nothing else is."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.lists.definition import Listing
from cias.lists.models import DefaultView, SavedView
from cias.lists.models.views import KEPT
from cias.lists.state import ListState

CANNOT_SHARE = "Partager une vue revient au travail social et à la direction."


@transaction.atomic
def save_view(
    *, by: User, state: ListState, name: str, is_shared: bool = False, is_default: bool = False
) -> SavedView:
    """Keep what `state` asks for under a name. Raises ConstraintViolation when `by` already has a view of that name."""
    _check_sharing(by, is_shared)
    with typed_violations():
        view = SavedView.objects.create(
            owner=by,
            listing=state.listing.code,
            name=name,
            is_shared=is_shared,
            filters=state.texts,
            order=state.order.code,
            columns=state.column_codes,
        )
    if is_default:
        set_default(by=by, view=view)
    return view


@transaction.atomic
def change_view(*, by: User, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Rename, share or keep for oneself; who no longer sees the view no longer opens with it."""
    if is_shared != view.is_shared:
        _check_sharing(by, is_shared)
    view.name, view.is_shared = name, is_shared
    with typed_violations():
        view.save(update_fields=["name", "is_shared"])
    if not is_shared:
        view.defaults.exclude(user=view.owner).delete()
    return view


def replace_view(*, view: SavedView, state: ListState) -> SavedView:
    """The same name for what `state` asks for now."""
    view.filters, view.order, view.columns = state.texts, state.order.code, state.column_codes
    view.save(update_fields=["filters", "order", "columns"])
    return view


@transaction.atomic
def delete_view(*, view: SavedView) -> SavedView:
    """Out of sight at once, for good after KEPT; the lists that opened with it open whole."""
    view.deleted_at = timezone.now()
    view.save(update_fields=["deleted_at"])
    view.defaults.all().delete()
    return view


def restore_view(*, view: SavedView) -> SavedView:
    """Raises ConstraintViolation when its name was taken meanwhile."""
    view.deleted_at = None
    with typed_violations():
        view.save(update_fields=["deleted_at"])
    return view


def set_default(*, by: User, view: SavedView) -> DefaultView:
    default, _created = DefaultView.objects.update_or_create(
        user=by, listing=view.listing, defaults={"view": view}
    )
    return default


def unset_default(*, by: User, listing: Listing) -> None:
    DefaultView.objects.filter(user=by, listing=listing.code).delete()


def purge_views() -> int:
    """Forget the views deleted more than KEPT ago."""
    gone, _details = SavedView.objects.filter(deleted_at__lt=timezone.now() - KEPT).delete()
    return gone


def _check_sharing(by: User, is_shared: bool) -> None:
    if is_shared and not by.has_perm("lists.share"):
        raise ValidationError({"is_shared": CANNOT_SHARE})
