"""Which version of the règlement holds on a day."""

from datetime import date

from rights.models import AidRegulation


def regulation_on(day: date) -> AidRegulation:
    """The version in force on `day`; the first one for the days before it."""
    return AidRegulation.objects.on(day).first() or AidRegulation.objects.order_by("valid_from")[0]
