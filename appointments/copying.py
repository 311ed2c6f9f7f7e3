"""What the copy of a person's data leaves out of their appointments, and its chapter (C8)."""

from cias.core.copying import Because, chapter, leave, place


def declare() -> None:
    chapter(
        50, "Rendez-vous et messages",
        *(
            f"appointments.{name}"
            for name in ("Appointment", "Message", "WaitingEntry", "ReminderConsent", "VisitNote")
        ),
    )  # fmt: skip
    leave("appointments.Attendance", because=Because.TWICE)
    leave("appointments.Appointment", "busy_from", "busy_until", because=Because.INNER)
    leave("appointments.Appointment", "series", "revision", "revised_at", because=Because.TECHNICAL)
    # What visitors are warned of at a home may be about another person who lives there.
    leave("appointments.Appointment", "cautions", because=Because.OTHERS)
    leave("appointments.Reminder", "attempts", "reference", because=Because.TECHNICAL)
    place("appointments.Appointment", "commune")
