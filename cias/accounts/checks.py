"""What `manage.py check` verifies about accounts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from cias.accounts.adapter import cipher
from cias.accounts.enums import Role


def required_roles(**kwargs: Any) -> list[CheckMessage]:
    """MFA_REQUIRED_ROLES names roles that exist: a slip of the pen would leave somebody without a second factor."""
    unknown = set(settings.MFA_REQUIRED_ROLES) - {"all", *Role.values}
    if not unknown:
        return []
    return [
        Error(
            f"MFA_REQUIRED_ROLES : rôle inconnu, {', '.join(sorted(unknown))}.",
            hint=f"« all » ou, parmi : {', '.join(Role.values)}.",
            id="accounts.E002",
        )
    ]


def encryption_keys(**kwargs: Any) -> list[CheckMessage]:
    """FIELD_ENCRYPTION_KEYS must be usable: a bad key would be found out by the first agent who protects an account."""
    try:
        cipher()
    except ValueError:
        return [
            Error(
                "FIELD_ENCRYPTION_KEYS : chaque clé compte 32 octets écrits en base64 (variante URL).",
                hint="Une clé se crée avec : python -c "
                "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
                id="accounts.E001",
            )
        ]
    return []
