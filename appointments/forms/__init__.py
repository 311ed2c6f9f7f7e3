from appointments.forms.booking import (
    ALL_AGENTS,
    BOOKED_PLACES,
    DURATIONS,
    PERMANENCE,
    REFERENT,
    BookingForm,
    SlotField,
    bookable_agents,
    bookable_reasons,
)
from appointments.forms.messages import MessageForm
from appointments.forms.outcome import CancelForm, OutcomeForm
from appointments.forms.presences import (
    AbsenceForm,
    DayChangeForm,
    EndPresenceForm,
    LeaveFileForm,
    PresenceForm,
)

__all__ = [
    "ALL_AGENTS",
    "BOOKED_PLACES",
    "DURATIONS",
    "PERMANENCE",
    "REFERENT",
    "AbsenceForm",
    "BookingForm",
    "CancelForm",
    "DayChangeForm",
    "EndPresenceForm",
    "LeaveFileForm",
    "MessageForm",
    "OutcomeForm",
    "PresenceForm",
    "SlotField",
    "bookable_agents",
    "bookable_reasons",
]
