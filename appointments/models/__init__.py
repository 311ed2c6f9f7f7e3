from appointments.models.agenda import Appointment, Attendance, Series
from appointments.models.desk import DeskContact, Message
from appointments.models.feeds import CalendarFeed
from appointments.models.presences import Absence, Presence
from appointments.models.reminders import Reminder, ReminderConsent, ReminderPolicy
from appointments.models.resources import Reason, Room, Team
from appointments.models.visits import TravelTime, VisitNote
from appointments.models.waiting import WaitingCall, WaitingEntry

__all__ = [
    "Absence",
    "Appointment",
    "Attendance",
    "CalendarFeed",
    "DeskContact",
    "Message",
    "Presence",
    "Reason",
    "Reminder",
    "ReminderConsent",
    "ReminderPolicy",
    "Room",
    "Series",
    "Team",
    "TravelTime",
    "VisitNote",
    "WaitingCall",
    "WaitingEntry",
]
