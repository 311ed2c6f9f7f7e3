"""Where a page goes back to."""

import pytest
from django.test import RequestFactory

from cias.core.http import safe_next

HOME = "/accueil/"


@pytest.mark.parametrize("target", ["/menages/", "/menages/?page=2", "/agenda/#midi"])
def test_a_page_of_ours(target: str) -> None:
    assert safe_next(RequestFactory().get("/", {"next": target}), HOME) == target
    assert safe_next(RequestFactory().post("/", {"suite": target}), HOME, name="suite") == target


@pytest.mark.parametrize(
    "target",
    ["", "https://exemple.test/", "//exemple.test/", "/\\exemple.test/", "javascript:alert(1)", "\x00/menages/",
     "1,5", "menages", "?page=2", "households:list"],
)  # fmt: skip
def test_nothing_else(target: str) -> None:
    """Words without a stroke were taken by redirect() for the name of a view, and failed."""
    assert safe_next(RequestFactory().get("/", {"next": target}), HOME) == HOME
