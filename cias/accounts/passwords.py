"""Password rules of the CNIL (délibération 2022-100 of 21/07/2022): about 80 bits of entropy, in one of three ways."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

MIXED_LENGTH = 12
PLAIN_LENGTH = 14
PHRASE_LENGTH = 20
DISTINCT = 6

KINDS: dict[str, Callable[[str], bool]] = {
    "une minuscule": str.islower,
    "une majuscule": str.isupper,
    "un chiffre": str.isdigit,
    "un signe (ponctuation, espace…)": lambda char: not char.isalnum(),
}


class CnilPasswordValidator:
    """12 characters of the four kinds, or 14 without signs, or a phrase of 20; never a few characters repeated."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError with a French sentence that says what is missing."""
        if len(set(password)) < DISTINCT:
            raise ValidationError(
                f"Ce mot de passe répète trop peu de caractères : il en faut au moins {DISTINCT} différents.",
                code="password_repeats",
            )
        missing = [name for name, is_kind in KINDS.items() if not any(map(is_kind, password))]
        sign = list(KINDS)[-1]
        if (
            len(password) >= PHRASE_LENGTH
            or (len(password) >= PLAIN_LENGTH and set(missing) <= {sign})
            or (len(password) >= MIXED_LENGTH and not missing)
        ):
            return
        if missing:
            raise ValidationError(
                f"Il manque à ce mot de passe : {', '.join(missing)} ; ou choisissez une phrase d’au moins "
                f"{PHRASE_LENGTH} caractères.",
                code="password_too_simple",
            )
        raise ValidationError(
            f"Ce mot de passe est trop court : il faut au moins {MIXED_LENGTH} caractères.",
            code="password_too_short",
        )

    def get_help_text(self) -> str:
        return (
            f"Au moins {MIXED_LENGTH} caractères mêlant minuscules, majuscules, chiffres et signes, "
            f"ou une phrase d’au moins {PHRASE_LENGTH} caractères."
        )
