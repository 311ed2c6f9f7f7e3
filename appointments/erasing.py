"""What becomes of the appointments, messages and waiting requests of a file that ends (C7)."""

from cias.core import erasing


def declare() -> None:
    contact = ("caller_name", "caller_phone")
    erasing.wipe("appointments.Appointment", *contact, "status_comment", "practical_note")
    erasing.wipe("appointments.WaitingEntry", *contact, "practical_note")
    erasing.wipe("appointments.Message", *contact, "text")
    erasing.wipe("appointments.VisitNote", "text")
    erasing.wipe("appointments.Reminder", "failure", "reference")
    nobody = ("household", "person")
    erasing.loose("appointments.Appointment", on="start", without=nobody)
    erasing.loose("appointments.WaitingEntry", on="requested_on", without=nobody)
    erasing.loose("appointments.Message", on="taken_at", without=("household",))
