"""What to look for in the diaries, for a new appointment and for one that moves."""

from appointments.enums import Place
from appointments.models import Appointment, Reason
from appointments.services.diary import Wish
from appointments.services.travel import travel_minutes
from cias.accounts.models import User
from households.models import Household


def wish_for(
    *,
    reason: Reason,
    minutes: int | None = None,
    place: str = Place.OFFICE,
    second: User | None = None,
    home: Household | None = None,
    communes: frozenset[str] | None = None,
) -> Wish:
    """What to look for. A visit at `home` keeps the way there free before, the way back after."""
    way = travel_minutes(home.commune) if place == Place.HOME and home is not None else 0
    return Wish(
        minutes=minutes or reason.minutes,
        lead_minutes=way,
        buffer_minutes=max(reason.buffer_minutes, way),
        place=place,
        communes=communes,
        second=second,
    )


def wish_again(appointment: Appointment, *, minutes: int | None = None) -> Wish:
    """What to look for when an appointment moves: the same, at any place its agents receive."""
    lead, buffer = appointment.start - appointment.busy_from, appointment.busy_until - appointment.end
    return Wish(
        minutes=minutes or appointment.minutes,
        lead_minutes=round(lead.total_seconds() / 60),
        buffer_minutes=round(buffer.total_seconds() / 60),
        place=Place.OFFICE if appointment.place == Place.OUTSIDE else appointment.place,
        second=appointment.second_agent,
    )
