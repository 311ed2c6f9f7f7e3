"""What a new installation starts with, before its people make it theirs on the settings pages."""

from datetime import date, time

from cias.territory.models import OpeningHours, Structure, Weekday

WORKING_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))


def seed() -> None:
    """The one structure row, and the usual hours of a CIAS desk if none were ever entered."""
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
