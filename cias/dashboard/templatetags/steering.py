"""The numbers of the direction's page, written at once: two hundred of them on it for forty agents (ADR 23)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cias.dashboard.steering.figures import Figure

register = template.Library()


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
