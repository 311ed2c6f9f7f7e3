"""The ways a reminder takes, over real sockets: an HTTP gateway, a mail server."""

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.core.checks import run_checks

from appointments.enums import ReminderState
from appointments.senders import (
    ConsoleSender,
    GatewaySender,
    MailSender,
    Message,
    NotSent,
    ReportingSender,
    Sender,
    plain,
    sender_for,
)

MOBILE, MAIL = "+33639980417", "denise@exemple.test"
SMS = Message(
    key="11111111-2222",
    to=MOBILE,
    subject="Rappel",
    text="CIAS\u00a0: rendez-vous jeudi, l’accueil. Empêchement\u00a0?",
)
LETTER = Message(
    key="11111111-2222", to=MAIL, subject="Rappel de votre rendez-vous", text="Bonjour,\n\nÀ jeudi.\n"
)


@dataclass
class Gateway:
    """A gateway that keeps what it is asked and answers `status` and `body`."""

    url: str = ""
    status: int = 201
    body: str = '{"id": "m-17"}'
    location: str = ""
    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, gateway: Gateway, *args) -> None:
        self.gateway = gateway
        super().__init__(*args)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.gateway.asked.append((self.command, self.path, dict(self.headers), body))
        self.send_response(self.gateway.status)
        if self.gateway.location:
            self.send_header("Location", self.gateway.location)
        self.end_headers()
        self.wfile.write(self.gateway.body.encode())

    do_GET = do_POST  # noqa: N815

    def log_message(self, *args) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    gateway = Gateway()
    with HTTPServer(("127.0.0.1", 0), partial(_Handler, gateway)) as server:
        gateway.url = f"http://127.0.0.1:{server.server_port}/messages"
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = gateway.url, "jeton"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield gateway
        server.shutdown()
        thread.join()


class TestGateway:
    def test_one_post_of_json_with_the_token(self, gateway):
        assert GatewaySender().send(SMS) == "m-17"
        [(method, path, headers, body)] = gateway.asked
        assert (method, path) == ("POST", "/messages")
        assert headers["Authorization"] == "Bearer jeton"
        assert headers["Idempotency-Key"] == SMS.key
        assert headers["Content-Type"] == "application/json"
        assert json.loads(body) == {
            "to": MOBILE,
            "text": "CIAS : rendez-vous jeudi, l'accueil. Empechement ?",
        }

    @pytest.mark.parametrize(
        ("status", "retry"),
        [
            (400, False),
            (422, False),
            (401, True),
            (403, True),
            (404, True),
            (429, True),
            (500, True),
            (503, True),
            (302, True),
        ],
    )
    def test_what_an_answer_means(self, gateway, status, retry):
        gateway.status = status
        with pytest.raises(NotSent) as refused:
            GatewaySender().send(SMS)
        assert refused.value.retry == retry
        assert str(status) in refused.value.reason
        assert len(refused.value.reason) <= 120

    def test_no_redirect_is_followed(self, gateway):
        gateway.status, gateway.location = 307, f"{gateway.url}/ailleurs"
        with pytest.raises(NotSent):
            GatewaySender().send(SMS)
        assert len(gateway.asked) == 1

    @pytest.mark.parametrize("body", ["", "bien reçu", "[1]", '{"id": null}'])
    def test_an_answer_without_a_name_for_the_message_is_enough(self, gateway, body):
        gateway.body = body
        assert GatewaySender().send(SMS) in ("", "None")

    def test_nobody_answers(self, settings, caplog):
        settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/messages"
        with pytest.raises(NotSent, match="ne répond pas") as refused:
            GatewaySender().send(SMS)
        assert refused.value.retry
        assert refused.value.__cause__ is None
        assert "98041" not in caplog.text

    @pytest.mark.parametrize(
        ("body", "state"),
        [
            ('{"state": "delivered"}', ReminderState.DELIVERED),
            ('{"state": "failed"}', ReminderState.FAILED),
            ('{"state": "queued"}', None),
            ("", None),
        ],
    )
    def test_delivery_reports(self, gateway, body, state):
        gateway.status, gateway.body = 200, body
        assert GatewaySender().state("m/17") == state
        assert gateway.asked[0][:2] == ("GET", "/messages/m%2F17")

    def test_a_message_it_has_forgotten_has_no_state_an_error_is_one(self, gateway):
        gateway.status = 404
        assert GatewaySender().state("m-17") is None
        gateway.status = 500
        with pytest.raises(NotSent):
            GatewaySender().state("m-17")


class _Smtp(socketserver.StreamRequestHandler):
    """The least a mail server says; `codes` are its answers to RCPT and DATA."""

    codes: dict[str, int] = {}
    received: list[str] = []

    def handle(self) -> None:
        self.say("220 exemple.test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "QUIT":
                self.say("221 au revoir")
                return
            if verb == "DATA" and self.codes.get("DATA", 250) < 400:
                self.say("354 allez-y")
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                self.received.append("\n".join(lines))
                self.say("250 reçu")
            else:
                self.say(f"{self.codes.get(verb, 250)} {MAIL}")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def smtp(settings) -> Iterator[type[_Smtp]]:
    handler = type("Handler", (_Smtp,), {"codes": {}, "received": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 5},
            }
        }
        yield handler
        server.shutdown()


class TestMail:
    def test_what_leaves(self, settings):
        settings.DEFAULT_FROM_EMAIL = "CIAS <ne-pas-repondre@cias.test>"
        assert MailSender().send(LETTER) == "<11111111-2222@cias.test>"
        [message] = mail.outbox
        assert (message.subject, message.to, message.body) == (LETTER.subject, [MAIL], LETTER.text)
        sent = message.message()
        assert sent["Message-ID"] == "<11111111-2222@cias.test>"
        assert sent["Auto-Submitted"] == "auto-generated"

    def test_through_a_mail_server(self, smtp):
        MailSender().send(LETTER)
        assert "Message-ID: <11111111-2222@cias.test>" in smtp.received[0]

    @pytest.mark.parametrize(
        ("codes", "reason", "retry"),
        [
            ({"RCPT": 550}, "Le serveur de messagerie refuse cette adresse.", False),
            ({"RCPT": 451}, "Le serveur de messagerie refuse cette adresse.", True),
            ({"DATA": 554}, "Le serveur de messagerie refuse le message.", False),
            ({"DATA": 452}, "Le serveur de messagerie refuse le message.", True),
            ({"MAIL": 530}, "Le serveur de messagerie ne répond pas.", True),
        ],
    )
    def test_what_it_refuses(self, smtp, codes, reason, retry, caplog):
        smtp.codes.update(codes)
        with pytest.raises(NotSent) as refused:
            MailSender().send(LETTER)
        assert (refused.value.reason, refused.value.retry) == (reason, retry)
        assert refused.value.__cause__ is None
        assert MAIL not in caplog.text

    def test_no_server(self, settings):
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
            }
        }
        with pytest.raises(NotSent, match="ne répond pas") as refused:
            MailSender().send(LETTER)
        assert refused.value.retry

    def test_an_address_that_would_forge_headers(self):
        forged = Message(key="k", to="a@b.fr\nBcc: autre@exemple.test", subject="s", text="t")
        with pytest.raises(NotSent) as refused:
            MailSender().send(forged)
        assert not refused.value.retry


def test_the_terminal_hides_the_address(capsys):
    ConsoleSender().send(SMS)
    shown = capsys.readouterr().out
    assert "…17" in shown
    assert "98041" not in shown


def test_an_sms_keeps_to_the_gsm_alphabet_where_it_can():
    assert plain("«\u00a0Forêt d’Œuvre, à côté\u00a0»".lower()) == '" foret d\'oeuvre, à coté "'


def test_each_is_a_sender_and_the_gateway_reports():
    for sender in (ConsoleSender(), MailSender(), GatewaySender()):
        assert isinstance(sender, Sender)
    assert isinstance(GatewaySender(), ReportingSender)
    assert not isinstance(MailSender(), ReportingSender)


class TestSettings:
    def test_e_mail_by_default_and_nothing_for_sms(self):
        assert isinstance(sender_for("email"), MailSender)
        assert sender_for("sms") is None

    @pytest.mark.parametrize(
        ("senders", "codes"),
        [
            ({"email": "appointments.senders.MailSender", "sms": ""}, []),
            ({"pigeon": "appointments.senders.MailSender"}, ["appointments.E001"]),
            ({"sms": "nowhere.Sender"}, ["appointments.E002"]),
            ({"sms": "datetime.timedelta"}, ["appointments.E002"]),
            ({"sms": "appointments.senders.Message"}, ["appointments.E002"]),
            ({"sms": "appointments.senders.GatewaySender"}, ["appointments.E003"]),
        ],
    )
    def test_mistakes_are_told_at_start(self, settings, senders, codes):
        settings.REMINDER_SENDERS = senders
        assert [fault.id for fault in run_checks() if fault.id.startswith("appointments.")] == codes
