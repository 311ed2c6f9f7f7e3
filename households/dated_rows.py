"""The dated rows of one file, which a page shows in several places and reads once.

A page that names them when it asks for its household (`get_household(…, "memberships")`) finds them there; anything
else that asks, without knowing of a page, gets them by a query.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cias.accounts.models import User
from households.models import Address, Assignment, Household, Membership, Person, PersonLink, Situation


def _memberships(user: User | None) -> QuerySet[Membership]:
    """With their persons; for a reader, with `is_known`: whether they may know of that person (C3), and `is_linked`:
    whether a link « ne pas contacter » is about that person."""
    rows = Membership.objects.select_related("person")
    if user is None:
        return rows
    known = Person.objects.for_user(user).filter(pk=OuterRef("person"))
    links = PersonLink.objects.filter(no_contact=True)
    ends = links.filter(person=OuterRef("person")), links.filter(other=OuterRef("person"))
    return rows.annotate(is_known=Exists(known), is_linked=Exists(ends[0]) | Exists(ends[1]))


ROWS: Mapping[str, Callable[[User | None], QuerySet[Any]]] = {
    "memberships": _memberships,
    "addresses": lambda _user: Address.objects.select_related("commune").defer("commune__geometry"),
    "situations": lambda _user: Situation.objects.select_related("commune").defer("commune__geometry"),
    "assignments": lambda _user: Assignment.objects.select_related("agent", "cover__agent"),
}


def with_rows(user: User, *names: str) -> list[Prefetch]:
    """What to prefetch with a household so that `rows_of()` finds it."""
    return [Prefetch(name, ROWS[name](user)) for name in names]


def rows_of(household: Household, name: str, user: User | None = None) -> list[Any]:
    """The rows of this kind, former ones included, in the order of their model. `user` as when they were prefetched."""
    if name in getattr(household, "_prefetched_objects_cache", {}):
        return list(getattr(household, name).all())
    return list(ROWS[name](user).filter(household=household))
