"""What a new installation starts with, before its people make it theirs on the settings pages."""

from datetime import date, time

from cias.core.secrecy.thresholds import THRESHOLDS
from cias.territory.models import OpeningHours, SecrecyRule, Structure, Weekday

WORKING_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))
SECRECY_SOURCE = (
    "Loi 51-711 du 7 juin 1951, art. 6 ; règles de diffusion de l’Insee (11 ménages et 85 % pour un montant) ; "
    "usage de la CAF (effectifs de moins de 5)."
)


def seed() -> None:
    """The one structure row, the usual hours of a CIAS desk and the thresholds of secrecy if none were ever entered."""
    Structure.objects.get_or_create(
        only_one=True,
        defaults={"name": "Centre intercommunal d’action sociale", "short_name": "CIAS", "address_lines": ""},
    )
    if not OpeningHours.objects.exists():
        OpeningHours.objects.bulk_create(
            OpeningHours(weekday=day, opens_at=opens, closes_at=closes, valid_from=date(2020, 1, 1))
            for day in WORKING_WEEK
            for opens, closes in (MORNING, AFTERNOON)
        )
    if not SecrecyRule.objects.exists():
        SecrecyRule.objects.create(
            valid_from=date(2020, 1, 1),
            count=THRESHOLDS.count,
            sensitive=THRESHOLDS.sensitive,
            amount_units=THRESHOLDS.amount_units,
            dominance=int(THRESHOLDS.dominance * 100),
            rate_denominator=THRESHOLDS.rate_denominator,
            source=SECRECY_SOURCE,
        )
