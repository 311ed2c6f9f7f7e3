"""The list of households: what it filters and shows. Upper apps add to HOUSEHOLDS in their AppConfig.ready()."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cias.accounts.models import User
from cias.lists.definition import Ask, Filter, Listing, Order, register
from households.enums import AssignmentRole
from households.listing.columns import COLUMNS
from households.listing.filters import FILTERS, OTHER_DOMAINS
from households.models import Assignment, Household
from households.models.files import on_day

__all__ = ["HOUSEHOLDS", "add_domain_filter", "register_listing"]


def _open_unless_asked(rows: QuerySet[Any], ask: Ask) -> QuerySet[Any]:
    """Closed files leave the list, unless they are asked for."""
    return rows if ask.values.get("etat") in ("clos", "tous") else rows.filter(closed_on__isnull=True)


def _with_referents(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    mains = Assignment.objects.filter(on_day(timezone.localdate()), role=AssignmentRole.MAIN)
    named = mains.select_related("agent").only("household", "agent__first_name", "agent__last_name")
    return (
        rows.select_related("commune")
        .defer("commune__geometry")
        .prefetch_related(Prefetch("assignments", named, to_attr="mains"))
    )


def _followed(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    mine = Assignment.objects.filter(on_day(timezone.localdate()), agent=user)
    return rows.filter(pk__in=mine.values("household"))


HOUSEHOLDS = Listing(
    code="households",
    title="Ménages",
    noun=("ménage", "ménages"),
    url_name="households:list",
    right="identity.view",
    rows=lambda user: Household.objects.for_user(user),
    settle=_open_unless_asked,
    prepare=_with_referents,
    followed=_followed,
    orders=(
        Order("", "Nom", ("sort_key", "number")),
        Order("nom-inverse", "Nom, de Z à A", ("-sort_key", "-number")),
        Order("recents", "Ouverts récemment", ("-opened_on", "-number")),
        Order("anciens", "Ouverts depuis longtemps", ("opened_on", "number")),
        Order("numero", "Numéro", ("number",)),
        Order("numero-inverse", "Numéro, du dernier au premier", ("-number",)),
        Order("commune", "Commune", ("commune__sort_key", "sort_key", "number")),
        Order("commune-inverse", "Commune, de Z à A", ("-commune__sort_key", "sort_key", "number")),
    ),
)
HOUSEHOLDS.add(*FILTERS, *COLUMNS)


def add_domain_filter(
    *,
    code: str,
    label: str,
    choices: Sequence[tuple[str, Any]],
    apply: Callable[[QuerySet[Any], str, Ask], QuerySet[Any]],
    right: str,
) -> None:
    """A choice that another app adds to the list, offered to who holds `right`; its empty choice asks for nothing."""
    HOUSEHOLDS.add(
        Filter(
            code=code,
            label=label,
            field=lambda user: forms.ChoiceField(choices=choices),
            apply=apply,
            group=OTHER_DOMAINS,
            right=right,
        )
    )


def register_listing() -> None:
    register(HOUSEHOLDS)
