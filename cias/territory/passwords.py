"""Words nobody builds a password on: the body’s, its communes’, its trade’s (OWASP ASVS 6.1.2 and 6.2.11)."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from cias.core.text import compact_key, words
from cias.territory.models import Commune, Structure

# What whoever attacks the accounts of a CIAS tries first, whatever its name.
TRADE = (
    "cias", "ccas", "centre", "intercommunal", "communal", "communaute", "commune", "mairie", "action", "social",
    "sociale", "solidarite", "accueil", "service", "bureau", "bonjour", "bienvenue", "secret", "motdepasse", "password",
    "azerty",
)  # fmt: skip
SHORTEST = 4


class BodyWordsValidator:
    """Words of the body may be in a password; they are not most of it: "Cias-Chartres-2026" is refused."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError when they make more than half of its letters and digits, accents and case aside."""
        text = compact_key(password)
        guessed: set[int] = set()
        for word in set(_words()):
            start = text.find(word)
            while start >= 0:
                guessed.update(range(start, start + len(word)))
                start = text.find(word, start + 1)
        if 2 * len(guessed) > len(text):
            raise ValidationError(
                "Ce mot de passe est fait surtout du nom de la structure, d’une commune ou de mots du métier\u00a0: "
                "choisissez-en d’autres.",
                code="password_of_the_body",
            )

    def get_help_text(self) -> str:
        return "Pas le nom de la structure ni celui d’une commune."


def _words() -> Iterator[str]:
    """The list itself, as `compact_key()` writes words: the trade's, then what the settings page says of the body."""
    yield from TRADE
    for row in Structure.objects.all():
        for text in (row.name, row.short_name, row.epci_name, row.president, row.email.partition("@")[2]):
            yield from (word for word in words(text) if len(word) >= SHORTEST)
    for name, postal_codes in Commune.objects.values_list("name", "postal_codes"):
        yield from (key for key in (compact_key(name), *postal_codes) if len(key) >= SHORTEST)
