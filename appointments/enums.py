"""Lists of the agenda: what reception sees of a reason, what becomes of an appointment."""

from collections.abc import Collection, Mapping

from django.db import models

from households.enums import Domain


class Category(models.TextChoices):
    """All that reception and the direction ever see of a reason. The first four are the CIAS's domains."""

    HOUSING = Domain.HOUSING.value, "Logement"
    RIGHTS = Domain.RIGHTS.value, "Droits"
    INSERTION = Domain.INSERTION.value, "Insertion"
    ENERGY = Domain.ENERGY.value, "Énergie"
    FIRST_VISIT = "accueil", "Premier accueil"
    INTERVIEW = "entretien", "Entretien"
    OTHER = "autre", "Autre"


class Status(models.TextChoices):
    PLANNED = "planned", "À venir"
    HONOURED = "honoured", "Honoré"
    CANCELLED_BY_USER = "cancelled_user", "Annulé par l’usager"
    CANCELLED_BY_SERVICE = "cancelled_service", "Annulé par le service"
    NO_SHOW = "no_show", "Absence non excusée"


# What has happened is corrected by undoing it (services.undo_last), not by a second move.
TRANSITIONS: Mapping[Status, Collection[Status]] = {
    Status.PLANNED: (
        Status.HONOURED,
        Status.CANCELLED_BY_USER,
        Status.CANCELLED_BY_SERVICE,
        Status.NO_SHOW,
    ),
}
CANCELLED = (Status.CANCELLED_BY_USER.value, Status.CANCELLED_BY_SERVICE.value)
# These hold the agent's and the room's time; the exclusion constraints repeat them.
OCCUPYING = (Status.PLANNED.value, Status.HONOURED.value, Status.NO_SHOW.value)
# These can only be said of an appointment that has begun.
TAKEN_PLACE = (Status.HONOURED.value, Status.NO_SHOW.value)


class Urgency(models.TextChoices):
    """How soon the household asks to be seen."""

    LATER = "later", "Peut attendre"
    THIS_WEEK = "week", "Cette semaine"
    TODAY = "today", "Urgent, aujourd’hui"


class Place(models.TextChoices):
    """Where it takes place; the values are those of households.enums.NoteMeans, which the note takes over."""

    OFFICE = "office", "Au CIAS"
    HOME = "home", "À domicile"
    PHONE = "phone", "Par téléphone"
    VIDEO = "video", "En visioconférence"
    OUTSIDE = "outside", "En permanence"


class CautionCode(models.TextChoices):
    """What one is told before booking, and may accept (A9)."""

    OVERLAP = "overlap", "Déjà attendu au même moment"
    SAME_REASON = "same_reason", "Même motif le même jour"
    CLOSED = "closed", "Hors des heures d’ouverture"
    ABSENT = "absent", "Pendant une absence de l’agent"
    OUTSIDE = "outside", "Hors des heures où l’agent reçoit"
    ELSEWHERE = "elsewhere", "L’agent est ailleurs"
    HOLE = "hole", "Laisse un trou dans la journée"
    ALONE = "alone", "Visite demandée à deux"


class AbsenceKind(models.TextChoices):
    """Why an agent cannot be booked. Reception reads this: nothing about health."""

    LEAVE = "leave", "Congés"
    TRAINING = "training", "Formation"
    MEETING = "meeting", "Réunion"
    VISIT = "visit", "En visite"
    WORKSHOP = "workshop", "Atelier"
    OTHER = "other", "Absence"


class Weeks(models.TextChoices):
    """Which ISO weeks a weekly presence holds for (services alternate on even and odd weeks)."""

    ALL = "all", "Toutes les semaines"
    EVEN = "even", "Semaines paires"
    ODD = "odd", "Semaines impaires"


class Channel(models.TextChoices):
    """How somebody without an appointment reaches the desk."""

    VISIT = "visit", "Visite"
    CALL = "call", "Appel"


class Topic(models.TextChoices):
    """What they came or called for. The first four are the CIAS's domains."""

    HOUSING = Domain.HOUSING.value, "Logement"
    RIGHTS = Domain.RIGHTS.value, "Droits"
    INSERTION = Domain.INSERTION.value, "Insertion"
    ENERGY = Domain.ENERGY.value, "Énergie"
    APPOINTMENT = "rendez-vous", "Rendez-vous"
    DOCUMENTS = "pieces", "Dépôt de pièces"
    MAIL = "courrier", "Retrait de courrier"
    OTHER = "autre", "Autre demande"


class HalfDay(models.TextChoices):
    """When somebody on the waiting list can come."""

    ANY = "", "Matin ou après-midi"
    MORNING = "am", "Le matin"
    AFTERNOON = "pm", "L’après-midi"


class WaitingState(models.TextChoices):
    WAITING = "waiting", "En attente"
    BOOKED = "booked", "Rendez-vous pris"
    WITHDRAWN = "withdrawn", "Retirée"


class CallResult(models.TextChoices):
    """What came of a call about a slot that has become free (A10)."""

    ACCEPTED = "accepted", "Accepte"
    REFUSED = "refused", "Ne convient pas"
    NO_ANSWER = "no_answer", "Pas de réponse"
    MESSAGE = "message", "Message laissé"


class ReminderChannel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    PHONE = "phone", "Téléphone"
    LETTER = "letter", "Courrier"


# Sent by the application with the person's consent; the others are done by hand and noted.
SENT_CHANNELS = (ReminderChannel.EMAIL.value, ReminderChannel.SMS.value)


class ReminderState(models.TextChoices):
    """SENT: given to the mail or SMS service. DELIVERED: that service says it has arrived, or somebody was told."""

    PENDING = "pending", "À envoyer"
    SENT = "sent", "Envoyé"
    DELIVERED = "delivered", "Remis"
    FAILED = "failed", "Non remis"
    CANCELLED = "cancelled", "Abandonné"


class ConsentMeans(models.TextChoices):
    """How the person said yes."""

    DESK = "desk", "À l’accueil"
    PHONE = "phone", "Au téléphone"
    WRITTEN = "written", "Par écrit"
