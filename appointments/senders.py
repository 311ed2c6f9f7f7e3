"""Who carries a reminder to a person: one small class for each way, chosen by the setting REMINDER_SENDERS (A11).

A sender is any class without arguments that has `send(message) -> reference`; with `state(reference)` besides, the
task asks it later what became of each message. Addresses and numbers pass through here and stay nowhere: what is
raised, logged or returned never holds one.
"""

import json
import smtplib
import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote

import urllib3
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from appointments.enums import ReminderState

ANSWER_BYTES = 64 * 1024
TRY_LATER = (408, 425, 429)
NO_ACCESS = (401, 403, 404)


@dataclass(frozen=True, kw_only=True)
class Message:
    """`key` is the same each time one reminder is tried again: a careful service sends it once."""

    key: str
    to: str
    subject: str
    text: str


class NotSent(Exception):
    """The message did not leave. `reason`: French, at most 120 characters, nobody's address. `retry`: try later."""

    def __init__(self, reason: str, *, retry: bool) -> None:
        super().__init__(reason)
        self.reason, self.retry = reason, retry


@runtime_checkable
class Sender(Protocol):
    def send(self, message: Message) -> str:
        """What the service calls the message, or "". Raises NotSent."""


@runtime_checkable
class ReportingSender(Sender, Protocol):
    def state(self, reference: str) -> ReminderState | None:
        """DELIVERED or FAILED once the service knows; None before. Raises NotSent when it cannot be asked."""


def sender_for(channel: str) -> Sender | None:
    """The sender of a channel; None when none is configured. Raises ImportError for a path that leads nowhere."""
    path = settings.REMINDER_SENDERS.get(channel, "")
    return import_string(path)() if path else None


def configured_channels() -> list[str]:
    return [channel for channel, path in settings.REMINDER_SENDERS.items() if path]


class ConsoleSender:
    """For development: the words on the terminal, the address hidden."""

    def send(self, message: Message) -> str:
        sys.stdout.write(f"Rappel à …{message.to[-2:]}\n{message.subject}\n{message.text}\n\n")
        return ""


class MailSender:
    """By e-mail, through the server of EMAIL_URL."""

    def send(self, message: Message) -> str:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
        reference = f"<{message.key}@{domain}>"
        headers = {"Message-ID": reference, "Auto-Submitted": "auto-generated"}
        try:
            EmailMessage(message.subject, message.text, to=[message.to], headers=headers).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotSent("Le serveur de messagerie refuse cette adresse.", retry=min(codes) < 500) from None
        except smtplib.SMTPDataError as error:
            raise NotSent(
                "Le serveur de messagerie refuse le message.", retry=error.smtp_code < 500
            ) from None
        except (smtplib.SMTPException, OSError):
            raise NotSent("Le serveur de messagerie ne répond pas.", retry=True) from None
        except ValueError:
            raise NotSent("L’adresse e-mail ne peut pas être utilisée.", retry=False) from None
        return reference


class GatewaySender:
    """By SMS, through any gateway that takes JSON: POST {"to", "text"} to SMS_GATEWAY_URL with a bearer token.

    It answers 2xx and {"id": "…"}; GET SMS_GATEWAY_URL/id then gives {"state": "delivered" or "failed"}, anything else
    meaning not yet. No redirect is followed: a number goes to the address configured and to no other.
    """

    timeout = urllib3.Timeout(connect=5, read=10)

    def send(self, message: Message) -> str:
        body = {"to": message.to, "text": plain(message.text)}
        status, answer = self._ask(
            "POST", settings.SMS_GATEWAY_URL, {"Idempotency-Key": message.key}, json=body
        )
        if 200 <= status < 300:
            return str(answer.get("id", ""))[:120]
        if 400 <= status < 500 and status not in (*TRY_LATER, *NO_ACCESS):
            raise NotSent(f"Le service de SMS refuse le message (code {status}).", retry=False)
        raise NotSent(f"Le service de SMS a une difficulté (code {status}).", retry=True)

    def state(self, reference: str) -> ReminderState | None:
        url = f"{settings.SMS_GATEWAY_URL.rstrip('/')}/{quote(reference, safe='')}"
        status, answer = self._ask("GET", url, {})
        if not (200 <= status < 300 or status == HTTPStatus.NOT_FOUND):
            raise NotSent(f"Le service de SMS a une difficulté (code {status}).", retry=True)
        known = {"delivered": ReminderState.DELIVERED, "failed": ReminderState.FAILED}
        return known.get(str(answer.get("state", "")))

    def _ask(self, method: str, url: str, headers: dict[str, str], **body: Any) -> tuple[int, dict[str, Any]]:
        """The status and the JSON object of the answer (empty for anything else). Raises NotSent without an answer."""
        headers |= {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}", "Accept": "application/json"}
        http = urllib3.PoolManager(timeout=self.timeout, retries=False)
        try:
            response = http.request(
                method, url, headers=headers, redirect=False, preload_content=False, **body
            )
            return response.status, _object(response.read(ANSWER_BYTES))
        except (urllib3.exceptions.HTTPError, OSError):
            raise NotSent("Le service de SMS ne répond pas.", retry=True) from None
        finally:
            http.clear()


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an empty one for anything else."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# Outside of the GSM alphabet, one such character makes an SMS half as long (3GPP TS 23.038).
NEAR = str.maketrans("’\u00a0\u202f«»çêëîïôöûâÉÈÊÀÂ", '\'  ""ceeiioouaEEEAA', "")


def plain(text: str) -> str:
    """The nearest characters of the GSM alphabet."""
    return text.translate(NEAR).replace("œ", "oe")
