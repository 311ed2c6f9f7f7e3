"""Every address of the application, read from the URLconf itself: none can be forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cias.core.access import declared_rights


@dataclass(frozen=True)
class Route:
    name: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]

    @property
    def rights(self) -> tuple[str, ...] | None:
        return declared_rights(self.view, self.name)

    def url(self, kwargs: dict[str, object]) -> str:
        """Raises KeyError for a parameter no sample exists for."""
        return reverse(self.name, kwargs={name: kwargs[name] for name in self.parameters})

    def __str__(self) -> str:
        return self.name


def all_routes() -> list[Route]:
    return sorted(_walk(get_resolver(), ""), key=lambda route: route.name)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            namespace = f"{entry.namespace}:" if entry.namespace else ""
            yield from _walk(entry, prefix + namespace)
        elif isinstance(entry, URLPattern):
            yield Route(
                f"{prefix}{entry.name}", entry.callback, tuple(entry.pattern.converters) or _groups(entry)
            )


def _groups(entry: URLPattern) -> tuple[str, ...]:
    return tuple(entry.pattern.regex.groupindex)
