"""What follows when an appointment is moved, cancelled, or on again."""

from appointments.models import Appointment
from appointments.services import reminders, waiting


def follow(appointment: Appointment) -> None:
    """The line of the waiting list it came from, and the reminders that were about to leave."""
    waiting.follow(appointment)
    reminders.abandon(appointment)
