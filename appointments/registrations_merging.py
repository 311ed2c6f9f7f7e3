"""What becomes of the agenda's rows when two persons or two households are merged (H6)."""

from appointments.models import VisitNote
from cias.core import merging
from cias.core.merging import Handling, MergeRefused

LONGEST = VisitNote._meta.get_field("text").max_length or 0


def declare() -> None:
    merging.move("appointments.Appointment.household")
    merging.move("appointments.Appointment.person")
    merging.move("appointments.Message.household")
    merging.move("appointments.WaitingEntry.household")
    merging.move("appointments.WaitingEntry.person")
    merging.custom("appointments.VisitNote.household", join_visit_notes)
    merging.move_or_set_aside("appointments.ReminderConsent.person")
    merging.leave("appointments.Absence.batch", because="it names a series of absences")


def join_visit_notes(handling: Handling) -> None:
    """What protects the agents is never lost: both instructions in one, a visit in pairs if either asked for it."""
    other = handling.of_absorbed().first()
    own = handling.of_survivor().first()
    if other is None or own is None:
        handling.move()
        return
    texts = dict.fromkeys(note.text for note in (own, other) if note.text)
    text = " / ".join(texts)
    if len(text) > LONGEST:
        raise MergeRefused(
            f"Les deux consignes de visite dépassent ensemble {LONGEST} caractères\u00a0: raccourcissez l’une d’elles "
            "avant de fusionner.",
            code="visit_note",
        )
    handling.journal.set_aside(other)
    with handling.journal.watching(own):
        VisitNote.objects.filter(pk=own.pk).update(text=text, in_pairs=own.in_pairs or other.in_pairs)
