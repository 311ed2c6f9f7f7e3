"""Whose name stands in the history for what a command of the server does."""

from django.core.exceptions import ValidationError

from cias.accounts.enums import Role
from cias.accounts.models import User


def signer(email: str) -> User:
    """The active account with this address; without one, the direction's oldest.

    Raises ValidationError when there is no such account.
    """
    if email:
        user = User.objects.active().filter(email__iexact=email).first()
        if user is None:
            raise ValidationError(f"Aucun compte actif n’a l’adresse {email}.")
    else:
        user = User.objects.active().filter(role=Role.DIRECTOR).order_by("created_at", "pk").first()
        if user is None:
            raise ValidationError("Aucun compte de direction ne peut signer\u00a0: donnez --by.")
    return user
