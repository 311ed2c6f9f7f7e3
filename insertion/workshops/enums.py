"""Lists of the workshops and collective actions (I6, R10, L11)."""

from collections.abc import Collection, Mapping

from django.db import models

from appointments.enums import ReminderChannel


class WorkshopKind(models.TextChoices):
    """What the CIAS calls a collective meeting (features.md, I6, R10, L11)."""

    WORKSHOP = "workshop", "Atelier"
    INFORMATION = "information", "Information collective"
    ACTION = "action", "Action collective"


class Theme(models.TextChoices):
    """What it is about; each theme belongs to one domain for the figures, chosen with the workshop."""

    JOB = "job", "Emploi et formation"
    BUDGET = "budget", "Budget"
    ENERGY = "energy", "Énergie et éco-gestes"
    RIGHTS = "rights", "Accès aux droits"
    HOUSING = "housing", "Logement"
    DIGITAL = "digital", "Numérique"
    HEALTH = "health", "Santé et bien-être"
    FAMILY = "family", "Parentalité"
    MOBILITY = "mobility", "Mobilité"
    LANGUAGE = "language", "Français et savoirs de base"
    OTHER = "other", "Autre"


class StepFree(models.TextChoices):
    """Whether somebody in a wheelchair can come in."""

    YES = "yes", "Accessible en fauteuil"
    HELPED = "helped", "Accessible avec une aide"
    NO = "no", "Non accessible en fauteuil"
    UNKNOWN = "unknown", "À vérifier"


class SessionState(models.TextChoices):
    PLANNED = "planned", "Prévue"
    HELD = "held", "Tenue"
    CANCELLED = "cancelled", "Annulée"


# A session that moves stays planned, one whose attendance is corrected stays held; a cancellation is undone.
TRANSITIONS: Mapping[SessionState, Collection[SessionState]] = {
    SessionState.PLANNED: (SessionState.PLANNED, SessionState.HELD, SessionState.CANCELLED),
    SessionState.HELD: (SessionState.HELD,),
    SessionState.CANCELLED: (),
}


class RegistrationState(models.TextChoices):
    REGISTERED = "registered", "Inscrite"
    WAITING = "waiting", "En liste d’attente"
    WITHDRAWN = "withdrawn", "Désinscrite"


# These stand: the person is expected, or hopes to be.
LIVE = (RegistrationState.REGISTERED.value, RegistrationState.WAITING.value)


class Attendance(models.TextChoices):
    """What the attendance sheet says. Whether an absence has legal consequences is nobody's to say here."""

    PRESENT = "present", "Présent"
    EXCUSED = "excused", "Absent excusé"
    UNEXCUSED = "unexcused", "Absent non excusé"


ABSENT = (Attendance.EXCUSED.value, Attendance.UNEXCUSED.value)


class NoticeKind(models.TextChoices):
    """What a registered person has to be told."""

    PROMOTED = "promoted", "Une place s’est libérée"
    CANCELLED = "cancelled", "Séance annulée"
    MOVED = "moved", "Séance déplacée"
    RESTORED = "restored", "Séance maintenue"


class NoticeState(models.TextChoices):
    """TO_TELL: somebody calls or writes, and ticks it off."""

    TO_SEND = "to_send", "À envoyer"
    SENT = "sent", "Envoyé"
    TO_TELL = "to_tell", "À prévenir"
    TOLD = "told", "Prévenue"
    DROPPED = "dropped", "Sans objet"


OPEN_NOTICES = (NoticeState.TO_SEND.value, NoticeState.TO_TELL.value)
# How a person without consent, address or file is told.
BY_HAND = (ReminderChannel.PHONE.value, ReminderChannel.LETTER.value)
