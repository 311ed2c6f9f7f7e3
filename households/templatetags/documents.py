"""How a document shows its expiry and its level, the same in the list and on its page."""

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cias.core.deadlines import DueStatus, due_label
from cias.core.french import NBSP, date_short, number
from cias.core.templatetags.cias import ICONS
from households.enums import NoteLevel
from households.models import Document

register = template.Library()

LEVEL_ICONS = {NoteLevel.TEAM: "bi-people", NoteLevel.CIRCLE: "bi-person-lock", NoteLevel.PERSONAL: "bi-lock"}


@register.simple_tag
def expiry(document: Document) -> SafeString | str:
    """ "expiré depuis 3 jours", "expire dans 12 jours", or the plain date when it is far."""
    today = timezone.localdate()
    status = document.expiry_status(today)
    if status is None or document.expires_on is None:
        return f"jusqu’au {date_short(document.expires_on)}" if document.expires_on else ""
    distance = due_label(document.expires_on, today)
    match status:
        case DueStatus.LATE:
            said = f"expiré depuis {distance.removesuffix(' de retard')}"
        case DueStatus.SOON:
            said = f"expire {distance}"
        case _:
            return f"valable jusqu’au {date_short(document.expires_on)}"
    return format_html(
        '<span class="status status-{}"><i class="bi {}" aria-hidden="true"></i>{}</span>',
        status.value, ICONS[status], said,
    )  # fmt: skip


@register.simple_tag
def level(document: Document) -> SafeString:
    """An icon and the word: who reads it."""
    return format_html(
        '<span class="doc-level"><i class="bi {}" aria-hidden="true"></i>{}</span>',
        LEVEL_ICONS[NoteLevel(document.level)], document.get_level_display(),
    )  # fmt: skip


@register.filter
def file_size(size: int) -> str:
    """ "33 ko", "1,2 Mo"."""
    if size < 1_000_000:
        return f"{number(max(1, size / 1000))}{NBSP}ko"
    return f"{number(size / 1_000_000, 1)}{NBSP}Mo"


@register.simple_tag
def retired_days() -> int:
    return settings.DOCUMENT_RETIRED_DAYS
