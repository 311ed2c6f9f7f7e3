"""Opening, changing and closing accounts (C11). People who leave are deactivated; their work stays."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.adapter import cipher
from cias.accounts.links import unbind
from cias.accounts.models import User
from cias.accounts.sessions import end_sessions


@transaction.atomic
def save_account(*, account: User, by: User) -> User:
    """Save a new or edited account; a new one has no password until its owner follows the invitation.

    Raises ValidationError when somebody changes their own role: they could close every account to themselves.
    """
    known = User.objects.select_for_update().filter(pk=account.pk).first()
    if known is None:
        account.set_unusable_password()
    elif known == by and account.role != known.role:
        raise ValidationError({"role": "Vous ne pouvez pas changer votre propre rôle."})
    elif account.email != known.email:
        # The login package keeps its own copy of addresses: the old one must open nothing any more.
        EmailAddress.objects.filter(user=account).delete()
        unbind(account=account)
    account.save()
    if known is not None and account.role != known.role:
        # What is open on a screen was opened with the former rights.
        end_sessions(account)
    return account


@transaction.atomic
def close_account(*, account: User, by: User) -> None:
    """Deactivate: every open session ends at once. Raises ValidationError on one's own account."""
    if account == by:
        raise ValidationError("Vous ne pouvez pas fermer votre propre compte.")
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account)


def reopen_account(*, account: User) -> None:
    account.is_active = True
    account.save(update_fields=["is_active"])


def cancel_invitation(*, account: User) -> None:
    """The links sent so far open nothing any more. Nothing happens to an account that has a password."""
    if not account.has_usable_password():
        account.set_unusable_password()  # another random mark: the links were made from the former one
        account.save(update_fields=["password"])


def send_invitation(*, account: User, by: User) -> None:
    """E-mail the link with which the owner chooses a password (valid three days, used once); older links end.

    Raises OSError when the message could not leave.
    """
    cancel_invitation(account=account)
    adapter = get_adapter()
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    adapter.send_mail(
        "accounts/email/invitation",
        account.email,
        {"account": account, "by": by, "link": adapter.get_reset_password_from_key_url(key)},
    )


def rekey_second_factors() -> int:
    """Encrypt the secrets of second factors again with the newest key; returns how many rows hold some.

    Raises InvalidToken for a secret that none of our keys opens.
    """
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    for key in rows.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=key)
            for name in ("secret", "codes"):
                if name in row.data:
                    row.data[name] = cipher().rotate(row.data[name].encode()).decode()
            row.save(update_fields=["data"])
    return rows.count()
