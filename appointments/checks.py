"""What is wrong with the settings is said when the application starts, not when the first reminder leaves."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from appointments.enums import SENT_CHANNELS
from appointments.senders import GatewaySender, Sender


@register
def reminder_senders(**kwargs: Any) -> list[CheckMessage]:
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    for channel, path in settings.REMINDER_SENDERS.items():
        if channel not in SENT_CHANNELS:
            yield _error("E001", f"le canal «\u00a0{channel}\u00a0» n’existe pas")
        elif path:
            try:
                sender = import_string(path)()
            except (ImportError, TypeError):
                sender = None
            if not isinstance(sender, Sender):
                yield _error("E002", f"«\u00a0{path}\u00a0» ne mène à aucun expéditeur")
            elif isinstance(sender, GatewaySender) and not settings.SMS_GATEWAY_URL:
                yield _error("E003", "SMS_GATEWAY_URL est vide, le service de SMS n’a pas d’adresse")


def _error(code: str, text: str) -> Error:
    return Error(f"REMINDER_SENDERS\u00a0: {text}.", id=f"appointments.{code}")
