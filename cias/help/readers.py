"""Which page of the guide helps on a screen, and which roles a page is for: read from the addresses themselves."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from cias.accounts.enums import Role
from cias.accounts.matrix import BY_CODE
from cias.core.access import ANY_AGENT, PUBLIC, declared_rights
from cias.help.screens import SCREENS


@cache
def page_of(view_name: str) -> str:
    """The page that explains a screen: the one that names it, else the one with the longest pattern; "" when none."""
    best = ("", "")
    for slug, patterns in SCREENS.items():
        for pattern in patterns:
            if pattern == view_name:
                return slug
            if len(pattern) > len(best[1]) and fnmatchcase(view_name, pattern):
                best = (slug, pattern)
    return best[0]


@cache
def roles_by_page() -> dict[str, frozenset[Role]]:
    """The roles that open at least one screen of each page."""
    found: dict[str, set[Role]] = {}
    for name, rights in _declared(get_resolver(), ""):
        if slug := page_of(name):
            found.setdefault(slug, set()).update(_roles(rights))
    return {slug: frozenset(roles) for slug, roles in found.items()}


def _roles(rights: tuple[str, ...]) -> set[Role]:
    if ANY_AGENT in rights or PUBLIC in rights:
        return set(Role)
    return {role for right in rights for role in Role if role in BY_CODE[right].grants}


def _declared(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _declared(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            name = f"{prefix}{entry.name}"
            yield name, declared_rights(entry.callback, name) or ()
