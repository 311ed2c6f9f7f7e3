"""Addresses looked up once are those that Django's reverse() gives (cias/core/paths.py)."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from cias.core.paths import path_to


def test_it_is_what_reverse_answers() -> None:
    for key in (uuid4(), uuid4()):
        assert path_to("households:detail", key) == reverse("households:detail", args=[key])
    assert path_to("households:list") == reverse("households:list")


def test_it_follows_the_place_the_site_is_served_from() -> None:
    assert path_to("households:list").startswith("/menages")
    set_script_prefix("/ccas/")
    try:
        assert path_to("households:list") == reverse("households:list")
    finally:
        set_script_prefix("/")


def test_an_unknown_page_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        path_to("households:nowhere")
    with pytest.raises(NoReverseMatch):
        path_to("households:list", uuid4())
