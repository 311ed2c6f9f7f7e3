"""The tabs of a household's file: those of every app that the reader may open."""

from typing import Any

from django import template

from cias.accounts.models import User
from cias.core.files import file_tabs
from cias.core.paths import path_to
from households.models import Household

register = template.Library()


@register.simple_tag
def tabs_of(household: Household, user: User) -> list[dict[str, Any]]:
    """{% tabs_of household user as tabs %}: code, label and url of each."""
    return [
        {"code": code, "label": part.label, "url": path_to(part.url_name, household.pk)}
        for code, part in file_tabs()
        if not part.rights or any(user.has_perm(right) for right in part.rights)
    ]
