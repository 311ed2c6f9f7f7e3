"""Addresses looked up once are those that Django's reverse() gives (cias/core/paths.py)."""

from uuid import uuid4

import pytest
from django.template import engines
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


def test_the_tag_answers_as_django_s() -> None:
    key = uuid4()
    asked = (
        "{% url 'households:list' %} {% url name key %} {% url name household_id=key %} {% url name text %} "
        "{% url 'rights:open' key 'css' %} {% url name key as kept %}{{ kept }} {% url 'nowhere' as none %}{{ none }}"
    )
    found = (
        engines["django"]
        .from_string(asked)
        .render({"key": key, "text": str(key), "name": "households:detail"})
    )
    detail = reverse("households:detail", args=[key])
    assert found.split(" ") == [
        reverse("households:list"), detail, detail, detail, reverse("rights:open", args=[key, "css"]), detail, "",
    ]  # fmt: skip
    for unknown in ("{% url 'nowhere' %}", "{% url 'households:list' key %}"):
        with pytest.raises(NoReverseMatch):
            engines["django"].from_string(unknown).render({"key": key})
