"""The numbers of the direction's page, written at once: two hundred of them on it for forty agents (ADR 23)."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cias.core.french import day_and_time
from cias.dashboard.steering.agents import AgentLine
from cias.dashboard.steering.figures import Figure

register = template.Library()


@register.simple_tag
def agent_rows(lines: Iterable[AgentLine]) -> SafeString:
    """What each agent carries, a row for each."""
    rows = (
        (
            line.agent.full_name,
            line.agent.function,
            number_link(line.files),
            number_link(line.dormant),
            number_link(line.tasks),
            number_link(line.late),
            _slot(line),
        )
        for line in lines
    )
    return format_html_join(
        "\n",
        '<tr><th scope="row">{}<span class="d-block fw-normal xs soft">{}</span></th><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td>{}</td></tr>',
        rows,
    )


def _slot(line: AgentLine) -> SafeString:
    if line.slot is not None:
        return format_html('<a class="tap" href="{}">{}</a>', line.slot_url, day_and_time(line.slot))
    none = "aucun sous 8 semaines" if line.agent.has_agenda else "sans agenda"
    return format_html('<span class="soft">{}</span>', none)


@register.simple_tag
def number_link(figure: Figure) -> SafeString:
    """One number and the list it counts."""
    return format_html(
        '<a class="tap" href="{}">{}<span class="visually-hidden">\u00a0: {}</span></a>',
        figure.url,
        late_number(figure.text) if figure.is_late else figure.text,
        figure.label,
    )


def late_number(text: str) -> SafeString:
    icon = "bi-exclamation-octagon-fill"
    return format_html(
        '<span class="status status-late"><i class="bi {}" aria-hidden="true"></i>{}</span>', icon, text
    )
