"""A domain of work as the theme draws it: an icon in the domain's colour, then the word."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from households.enums import Domain

register = template.Library()

ICONS: dict[str, str] = {
    Domain.HOUSING: "bi-building",
    Domain.RIGHTS: "bi-file-earmark-check",
    Domain.INSERTION: "bi-signpost-split",
    Domain.ENERGY: "bi-lightning-charge",
}


@register.simple_tag
def domain(code: str) -> SafeString | str:
    """{% domain "droits" %}: icon and label; nothing for a code that is not a domain."""
    if code not in ICONS:
        return ""
    return format_html(
        '<span class="domain domain-{}"><i class="bi {}" aria-hidden="true"></i>{}</span>',
        code,
        ICONS[code],
        Domain(code).label,
    )
