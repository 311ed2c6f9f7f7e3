"""What `manage.py check` verifies about accounts."""

from typing import Any

from django.core.checks import CheckMessage, Error

from cias.accounts.adapter import cipher


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
