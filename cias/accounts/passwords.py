"""Password rules of the CNIL (délibération 2022-100): twelve characters of four kinds, or long enough to need none."""

import re

from django.core.exceptions import ValidationError

LONG_ENOUGH = 20
KINDS = (r"[a-zà-ÿ]", r"[A-ZÀ-Þ]", r"[0-9]", r"[^0-9A-Za-zÀ-ÿ]")


class CnilPasswordValidator:
    """Lower case, upper case, digit and special character (case 1), or a passphrase of 20 signs."""

    def validate(self, password: str, user: object | None = None) -> None:
        if len(password) >= LONG_ENOUGH or all(re.search(kind, password) for kind in KINDS):
            return
        raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return (
            "Le mot de passe mêle minuscules, majuscules, chiffres et signes, "
            f"ou compte au moins {LONG_ENOUGH} caractères (une phrase convient)."
        )
