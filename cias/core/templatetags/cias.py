"""Filters and tags every template has (builtins): French formats, rights, badges."""

from typing import Any

from django import template

from cias.core.forms import format_phone

register = template.Library()


@register.filter
def may(user: Any, right: str) -> bool:
    """Whether the user holds a right of the permission matrix: {% if user|may:"identity.edit" %}."""
    return user.has_perm(right)


@register.filter
def phone(e164: str) -> str:
    """ "+33612345678" → "06 12 34 56 78"."""
    return format_phone(e164) if e164 else ""
