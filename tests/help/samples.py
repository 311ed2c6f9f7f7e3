"""A page of the guide, for the URL × role test."""

from typing import Any


def sample_kwargs(world: Any) -> dict[str, object]:
    return {"slug": "listes"}
