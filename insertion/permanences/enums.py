"""The words of the psychologist's permanences (I7). None of them says why somebody comes: codes are kept in clear."""

from django.db import models


class Attendance(models.TextChoices):
    """Whether the person came, for a session that has no appointment: an appointment says it by its own state."""

    HELD = "held", "Venue"
    EXCUSED = "excused", "Excusée"
    MISSED = "missed", "Absente"


class CounsellingEnd(models.TextChoices):
    """How a follow-up ended, without a word of its content."""

    AGREED = "agreed", "D’un commun accord"
    BY_PERSON = "person", "À la demande de la personne"
    RELAYED = "relayed", "Relais pris ailleurs"
    NO_NEWS = "no_news", "Sans nouvelles"
    MOVED = "moved", "Déménagement"
    HANDED_OVER = "handed_over", "Passation à une autre psychologue"
    OTHER = "other", "Autre"


class Agreement(models.TextChoices):
    """How the person's agreement was given."""

    SPOKEN = "spoken", "Donné de vive voix"
    WRITTEN = "written", "Donné par écrit"
    # After a departure: who begins the follow-up asks the person.
    TO_ASK = "to_ask", "À demander\u00a0: départ de la psychologue"


class LiaisonBasis(models.TextChoices):
    """What allows a liaison note (domain-rules §7)."""

    AGREEMENT = "agreement", "La personne est d’accord"
    SHARED_SECRET = "shared", "Professionnels agissant pour la même personne (CASF, art. L121-6-2)"
    CHILD = "child", "Protection de l’enfance (CASF, art. L226-2-2)"


class DraftKind(models.TextChoices):
    """What a draft is of; its `target` is the session, the follow-up, or the person a liaison note is about."""

    SESSION = "session", "Note de séance"
    THREAD = "thread", "Fil du suivi"
    LIAISON = "liaison", "Note de liaison"
