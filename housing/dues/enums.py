"""What is called, paid, promised and kept: the words of the contributions (L5)."""

from django.db import models


class DueKind(models.TextChoices):
    CONTRIBUTION = "month", "Participation"
    CHARGES = "charges", "Charges, consommations"
    DAMAGE = "damage", "Réparations à la charge du ménage"
    OTHER = "other", "Autre somme"
    REFUND = "refund", "Trop-perçu rendu"


# What an agent may call by hand: the months have their own call, the rest follows from a decision.
BY_HAND = (DueKind.CHARGES, DueKind.OTHER)


class Payer(models.TextChoices):
    HOUSEHOLD = "home", "Le ménage"
    CAF = "caf", "CAF ou MSA (aide au logement)"
    FSL = "fsl", "FSL"
    COUNCIL = "council", "Conseil départemental"
    OTHER = "other", "Un autre tiers"
    DEPOSIT = "deposit", "Dépôt de garantie retenu"


# The deposit pays through its settlement only.
PAYERS_BY_HAND = tuple(payer for payer in Payer if payer != Payer.DEPOSIT)


class DueMeans(models.TextChoices):
    TRANSFER = "transfer", "Virement"
    CHEQUE = "cheque", "Chèque"
    CASH = "cash", "Espèces"
    CARD = "card", "Carte bancaire"
    DEBIT = "debit", "Prélèvement"
    INTERNAL = "internal", "Écriture interne"


MEANS_BY_HAND = tuple(means for means in DueMeans if means != DueMeans.INTERNAL)


class Account(models.TextChoices):
    """The two accounts of a stay; what is entrusted as a deposit is nobody's income."""

    DUES = "dues", "Participations"
    DEPOSIT = "deposit", "Dépôt de garantie"


class PlanOutcome(models.TextChoices):
    KEPT = "kept", "Tenu"
    BROKEN = "broken", "Rompu"
    CANCELLED = "void", "Annulé"


class ReminderLevel(models.IntegerChoices):
    FIRST = 1, "Premier rappel"
    SECOND = 2, "Deuxième relance"
    LAST = 3, "Mise en demeure"


class Settled(models.TextChoices):
    """Where a call stands, as the monthly page filters it; the codes stand in addresses."""

    PAID = "solde", "Payé"
    PARTIAL = "partiel", "Payé en partie"
    UNPAID = "impaye", "Impayé"
    COMING = "a-venir", "À payer, pas échu"
