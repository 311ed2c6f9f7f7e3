"""How the fields of forms are drawn: by Django's templates, but for lists of choices and inputs, written at once.

Django runs two templates for each option of a <select>: the communes and the agents of a list's filters took half the
time of its page. It runs three for an <input>.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"
# Those that are nothing but Django's input.html.
INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in (
        "checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search",
        "tel", "text", "time", "url",
    )
)  # fmt: skip


class Renderer(DjangoTemplates):
    """The same markup as Django's own renderer, to the last space."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT and _is_usual(context["widget"]):
            return _select(context["widget"])
        if template_name in INPUTS:
            return _input(context["widget"])
        return str(super().render(template_name, context, request))


def _is_usual(widget: Mapping[str, Any]) -> bool:
    return all(
        option["template_name"] == OPTION
        for _name, options, _rank in widget["optgroups"]
        for option in options
    )


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _rank in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_text(group)}">')
        parts += [
            f'\n  <option value="{_text(str(option["value"]))}"{_attributes(option["attrs"])}>'
            f"{_text(option['label'])}</option>\n"
            for option in options
        ]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(str(widget["value"]))}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(str(value))}"'
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: Any) -> str:
    """As a template writes it: numbers in French, the rest escaped."""
    if type(value) is str:  # nearly always; conditional_escape takes seven times as long
        return escape(value)
    return conditional_escape(value if isinstance(value, str) else localize(value))
