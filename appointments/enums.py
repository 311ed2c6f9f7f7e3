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


class AbsenceKind(models.TextChoices):
    """Why an agent cannot be booked. Reception reads this: nothing about health."""

    LEAVE = "leave", "Congés"
    TRAINING = "training", "Formation"
    MEETING = "meeting", "Réunion"
    VISIT = "visit", "En visite"
    WORKSHOP = "workshop", "Atelier"
    OTHER = "other", "Absence"


class WalkInKind(models.TextChoices):
    """What somebody without an appointment came for."""

    INFORMATION = "info", "Renseignement"
    DOCUMENTS = "documents", "Dépôt de pièces"
    MAIL = "mail", "Retrait de courrier"
