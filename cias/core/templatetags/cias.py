"""Filters and tags every template has (builtins): French formats, rights, badges, addresses."""

from datetime import date
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django import template
from django.forms.boundfield import BoundField, BoundWidget
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.template.defaulttags import url as usual_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cias.core import french
from cias.core.deadlines import DueStatus, distance, due_label, due_status
from cias.core.forms import format_phone
from cias.core.once import FIELD, new_token
from cias.core.paths import path_to

register = template.Library()

register.filter("number", french.number)
register.filter("euros", french.euros)
register.filter("percent", french.percent)
register.filter("date_long", french.date_long)
register.filter("month_short", french.month_short)
register.filter("month_long", french.month_long)
register.filter("time_fr", french.time_fr)
register.filter("duration", french.duration)
register.filter("lower_first", french.lower_first)
register.filter("of_name", french.of_name)
register.filter("of_place", french.of_place)

ICONS = {
    DueStatus.LATE: "bi-exclamation-octagon-fill",
    DueStatus.SOON: "bi-hourglass-split",
    DueStatus.OK: "bi-check-circle-fill",
}


@register.filter
def may(user: Any, right: str) -> bool:
    """Whether the user holds a right of the permission matrix: {% if user|may:"identity.edit" %}."""
    return user.has_perm(right)


@register.filter
def choice_groups(field: BoundField) -> list[tuple[str, list[BoundWidget]]]:
    """The boxes or buttons of a field by group of choices, in their order; one nameless group when there are none."""
    drawn = field.field.widget.optgroups(field.html_name, [])
    names = [name or "" for name, options, _rank in drawn for _option in options]
    pairs = groupby(zip(names, field.subwidgets, strict=True), key=lambda pair: pair[0])
    return [(name, [choice for _name, choice in rows]) for name, rows in pairs]


@register.filter
def phone(e164: str) -> str:
    """ "+33612345678" → "06 12 34 56 78"."""
    return format_phone(e164) if e164 else ""


@register.filter
def day(value: date | None) -> str:
    """A date as 24/12/2026; an em dash when there is none."""
    return french.date_short(value) if value else "—"


@register.filter
def elapsed(value: date) -> str:
    """How long ago: "3 jours", "8 mois", "2 ans"."""
    return distance(value, timezone.localdate())


@register.simple_tag
def due(value: date, soon_days: int = 7) -> SafeString:
    """A badge that says how far a deadline is, in words and icon: {% due item.due %}."""
    today = timezone.localdate()
    status = due_status(value, today, soon_days=soon_days)
    return format_html(
        '<span class="status status-{}"><i class="bi {}" aria-hidden="true"></i>{}</span>',
        status.value, ICONS[status], due_label(value, today),
    )  # fmt: skip


@register.simple_tag
def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 rendez-vous", "12 rendez-vous", "0 ménage"."""
    return french.plural(number, singular, plural)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parameters changed; an empty value removes one: {% query page=2 %}."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return f"?{parameters.urlencode()}" if parameters else "?"


class FormTokens(CsrfTokenNode):
    """Django's token against forged requests, and the one that makes a form count once (cias/core/once.py)."""

    def render(self, context: template.Context) -> SafeString:
        token = cast("SafeString", super().render(context))
        user = getattr(context.get("request"), "user", None)
        if not token or user is None or not user.is_authenticated:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, FIELD, new_token())


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> FormTokens:
    """In place of Django's: every form that has the one has the other."""
    return FormTokens()


class PathNode(URLNode):
    """An address in which nothing but keys varies is looked up once: a page has dozens (cias/core/paths.py)."""

    def render(self, context: template.Context) -> str:
        keys = [each.resolve(context) for each in self.args]
        if self.kwargs or self.asvar or not all(isinstance(key, UUID) for key in keys):
            return str(super().render(context))
        return path_to(self.view_name.resolve(context), *keys)


@register.tag
def url(parser: template.base.Parser, token: template.base.Token) -> PathNode:
    """In place of Django's, of which it has the grammar and the answers."""
    usual = usual_url(parser, token)
    return PathNode(usual.view_name, usual.args, usual.kwargs, usual.asvar)
