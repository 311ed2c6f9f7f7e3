"""What django-allauth asks of us: who may sign up (nobody), what it says, how second factors are kept."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.utils import build_absolute_uri
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from cias.accounts import links, provider
from cias.accounts.models import User

logger = logging.getLogger(__name__)

WAIT = (
    "Trop d’essais refusés. Attendez une minute avant de réessayer ; après plusieurs séries d’échecs, "
    "l’attente s’allonge jusqu’à une heure. Une clé d’accès ouvre votre compte sans attendre."
)


@contextmanager
def _whatever_the_mail_server_does() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # smtplib's errors are OSErrors too; their text may hold addresses
        logger.error("a message about an account could not be sent: %s", type(error).__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the administration; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé. Adressez-vous à l’administration technique.",
        "email_password_mismatch": "L’adresse e-mail ou le mot de passe est inexact.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code est inexact ou trop ancien. Attendez le suivant et saisissez-le sans tarder.",
        "incorrect_password": "Ce mot de passe est inexact.",
        "rate_limited": WAIT,
        "too_many_login_attempts": WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The package tries its pattern with words that are no identifier; ours only takes identifiers."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return build_absolute_uri(self.request, path)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The page answers the same whether the message left or not: it must not tell which accounts exist."""
        with _whatever_the_mail_server_does():
            super().send_password_reset_mail(user, email, context)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """What is announced is already done: a mail server that fails must not make it look refused."""
        with _whatever_the_mail_server_does():
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "cias.accounts.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **kwargs: Any
    ) -> Any:
        """A whole login through the identity provider binds the account to that identity."""
        identity = (signal_kwargs or {}).get(provider.IDENTITY)
        if identity:
            try:
                links.bind(account=user, **identity)
            except links.BoundElsewhere:  # while this one typed its code, another one was whole
                logout(request)
                return provider.refuse_other_identity(request, user)
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """To the login page, by way of the identity provider for who came from there."""
        back = super().get_logout_redirect_url(request)
        return provider.logout_url(request, request.build_absolute_uri(back)) or back

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The first of FIELD_ENCRYPTION_KEYS encrypts, all of them decrypt: a new key is put in front of the old one."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted at rest, their names are French."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": (
            "Activez d’abord une application d’authentification ou une clé d’accès : les codes de secours "
            "la remplacent."
        ),
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, black on white whatever the theme of the page."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage, border=2)
        return picture.to_string(encoding="unicode")

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Ma clé d’accès" if number == 1 else f"Ma clé d’accès n° {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}
