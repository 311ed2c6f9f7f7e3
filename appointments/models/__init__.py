from appointments.models.agenda import Appointment, WalkIn
from appointments.models.presences import Absence, Presence
from appointments.models.resources import Reason, Room, Team

__all__ = ["Absence", "Appointment", "Presence", "Reason", "Room", "Team", "WalkIn"]
