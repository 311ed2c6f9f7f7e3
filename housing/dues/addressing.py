"""Whom the papers of a stay are written to, and where."""

from datetime import date

from cias.accounts.models import User
from households.letters.addressing import postal_lines, titled_name
from households.models import Person
from households.models.files import on_day
from housing.models import Stay


def addressee(stay: Stay, day: date) -> Person | None:
    """Who the letters of a stay are written to: the household's applicant, or else one of its members."""
    rows = stay.household.memberships.filter(on_day(day)).select_related("person").order_by("start", "pk")
    found = rows.filter(role="applicant").first() or rows.first()
    return found.person if found else None


def stay_lines(stay: Stay, user: User, day: date) -> list[str]:
    """The envelope: the dwelling while they live there, the household's address afterwards; no hidden address (C3)."""
    person = addressee(stay, day)
    if stay.household.address_hidden or (stay.end is not None and stay.end < day):
        return postal_lines(stay.household, person, user, day)
    dwelling = stay.place.dwelling
    name = titled_name(person) if person else str(stay.household)
    room = stay.place.label if dwelling.places.exclude(pk=stay.place_id).exists() else ""
    lines = [
        name,
        room,
        dwelling.complement,
        dwelling.street,
        f"{dwelling.postal_code} {dwelling.commune.name}",
    ]
    return [line for line in lines if line]
