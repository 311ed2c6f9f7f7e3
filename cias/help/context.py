"""What the frame of every page says about help. No query: the first steps are asked for by the one page they are on."""

from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cias.accounts.models import User
from cias.help.first_steps import are_shown, lines
from cias.help.readers import page_of


def help_of_screen(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `help.url` explains the screen; `help.first_steps` are the steps to show on it, if any."""
    match = getattr(request, "resolver_match", None)
    view_name = match.view_name if match else ""
    slug = page_of(view_name) if view_name else ""
    user = getattr(request, "user", None)
    new = user if isinstance(user, User) and are_shown(user, view_name) else None
    return {
        "help": {
            "url": reverse("help:page", args=[slug]) if slug else reverse("help:contents"),
            "first_steps": cache(partial(lines, new)) if new else None,
        }
    }
