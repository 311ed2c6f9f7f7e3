"""The words of an état des lieux."""

from django.db import models


class InventoryKind(models.TextChoices):
    ENTRY = "entry", "État des lieux d’entrée"
    EXIT = "exit", "État des lieux de sortie"


class Condition(models.TextChoices):
    """From the best to the worst: what comes later is worse."""

    NEW = "new", "Neuf"
    GOOD = "good", "Bon"
    WORN = "worn", "Usage"
    BAD = "bad", "Mauvais"


RANK = {condition: rank for rank, condition in enumerate(Condition.values)}


class MeterKind(models.TextChoices):
    COLD = "cold", "Eau froide"
    HOT = "hot", "Eau chaude"
    POWER = "power", "Électricité"
    OFF_PEAK = "offpeak", "Électricité, heures creuses"
    GAS = "gas", "Gaz"
    HEAT = "heat", "Chauffage (répartiteur)"


UNITS = {
    MeterKind.COLD: "m³",
    MeterKind.HOT: "m³",
    MeterKind.POWER: "kWh",
    MeterKind.OFF_PEAK: "kWh",
    MeterKind.GAS: "m³",
    MeterKind.HEAT: "unités",
}


class ItemKind(models.TextChoices):
    KEY = "key", "Clés et badges"
    EQUIPMENT = "equipment", "Équipements et meubles"


class CorrectionState(models.TextChoices):
    PENDING = "pending", "À répondre"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
