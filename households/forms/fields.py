"""Two things a household's forms ask in their own way: a birth date that may be partial, and a place."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.core.french import MONTHS
from cias.core.periods import FIRST_YEAR, parse_french_date
from cias.core.text import unaccent
from cias.territory.models import Commune
from households.enums import BirthPrecision

OFF_TERRITORY = "off"
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{1,2})[/.\- ](\d{4})")
_NAMED_MONTH = re.compile(
    rf"(?:(\d{{1,2}})(?:er)? )?({'|'.join(unaccent(name) for name in MONTHS)}) (\d{{4}})"
)


@dataclass(frozen=True)
class Birth:
    """A birth date as far as it is known; a partial one is the first day of its month or year."""

    day: date
    precision: str

    def __str__(self) -> str:
        match self.precision:
            case BirthPrecision.YEAR:
                return f"{self.day:%Y}"
            case BirthPrecision.MONTH:
                return f"{self.day:%m/%Y}"
        return f"{self.day:%d/%m/%Y}"


class BirthField(forms.CharField):
    """A birth date in full (14/02/1991), or its month (02/1991), or its year (1991). Cleans to Birth or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Date de naissance")
        kwargs.setdefault("help_text", "14/02/1991, 02/1991 ou 1991.")
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, max_length=30, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Birth | None:  # type: ignore[override]
        if isinstance(value, Birth) or value in self.empty_values:
            return value or None
        try:
            birth = read_birth(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        if birth.day > timezone.localdate():
            raise ValidationError("Cette date de naissance est dans l’avenir.", code="future")
        return birth

    def run_validators(self, value: Any) -> None:
        """Nothing more: the validators of a text field do not apply to a date."""


def read_birth(text: str) -> Birth:
    """Raises ValueError with a message for the user when no birth date can be read."""
    text = re.sub(r"\s+", " ", unaccent(text)).strip()
    if match := _NAMED_MONTH.fullmatch(text):
        month = [unaccent(name) for name in MONTHS].index(match[2]) + 1
        text = "/".join(part for part in (match[1], f"{month:02}", match[3]) if part)
    if _YEAR.fullmatch(text):
        return Birth(_first_day(int(text), 1), BirthPrecision.YEAR)
    if match := _MONTH.fullmatch(text):
        return Birth(_first_day(int(match[2]), int(match[1])), BirthPrecision.MONTH)
    return Birth(parse_french_date(text, not_after=timezone.localdate()), BirthPrecision.DAY)


def _first_day(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError("Le mois va de 01 à 12.")
    if year < FIRST_YEAR:
        raise ValueError(f"L’année doit être postérieure à {FIRST_YEAR - 1}.")
    return date(year, month, 1)


@dataclass(frozen=True)
class Place:
    """Where a household lives: a commune of the territory, outside it, or not known yet."""

    commune: Commune | None = None
    off_territory: bool = False

    @property
    def choice(self) -> str:
        return OFF_TERRITORY if self.off_territory else self.commune.pk if self.commune else ""


class PlaceField(forms.ChoiceField):
    """A commune of the territory, "hors territoire", or not known. Cleans to Place."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Commune")
        super().__init__(required=False, choices=place_choices, **kwargs)

    def clean(self, value: Any) -> Place:
        code = super().clean(value)
        if code in ("", OFF_TERRITORY):
            return Place(off_territory=code == OFF_TERRITORY)
        return Place(commune=Commune.objects.get(pk=code))


def place_choices() -> list[tuple[str, str]]:
    communes = [(commune.pk, commune.name) for commune in Commune.objects.only("code", "name")]
    return [("", "Non renseignée"), *communes, (OFF_TERRITORY, "Hors territoire")]
