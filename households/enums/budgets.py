"""Resources, charges and debts, and how a formula counts them."""

from django.db import models


class Side(models.TextChoices):
    RESOURCE = "resource", "Ressource"
    CHARGE = "charge", "Charge"


class BudgetGroup(models.TextChoices):
    """What a category is filed under on the grid and on paper."""

    WORK = "work", "Travail"
    REPLACEMENT = "replacement", "Chômage, maladie, retraite"
    MINIMA = "minima", "Minima sociaux"
    FAMILY = "family", "Prestations familiales et handicap"
    HOUSING_AID = "housing_aid", "Aides au logement"
    OTHER_RESOURCE = "other_resource", "Autres ressources"
    HOUSING = "housing", "Logement"
    ENERGY = "energy", "Eau et énergie"
    INSURANCE = "insurance", "Assurances et santé"
    DAILY = "daily", "Communications et transport"
    CHILDREN = "children", "Enfants et famille"
    TAX = "tax", "Impôts et taxes"
    CREDIT = "credit", "Crédits"
    DEBT = "debt", "Remboursement de dettes"
    OTHER_CHARGE = "other_charge", "Autres charges"


RESOURCE_GROUPS: tuple[str, ...] = (
    BudgetGroup.WORK, BudgetGroup.REPLACEMENT, BudgetGroup.MINIMA, BudgetGroup.FAMILY, BudgetGroup.HOUSING_AID,
    BudgetGroup.OTHER_RESOURCE,
)  # fmt: skip
CHARGE_GROUPS: tuple[str, ...] = tuple(group for group in BudgetGroup.values if group not in RESOURCE_GROUPS)


class Periodicity(models.TextChoices):
    MONTHLY = "monthly", "par mois"
    QUARTERLY = "quarterly", "par trimestre"
    HALF_YEARLY = "half_yearly", "par semestre"
    YEARLY = "yearly", "par an"
    WEEKLY = "weekly", "par semaine"
    ONE_OFF = "one_off", "une seule fois"


class Term(models.TextChoices):
    """What the indicators are made of; a formula says which categories each one adds up."""

    RESOURCES = "resources", "Ressources"
    QUOTIENT_RESOURCES = "quotient_resources", "Ressources du quotient social"
    RATE_RESOURCES = "rate_resources", "Ressources des taux d’effort"
    HOUSING_AID = "housing_aid", "Aides au logement"
    CHARGES = "charges", "Charges"
    HOUSING_COSTS = "housing_costs", "Dépenses de logement"
    ENERGY_COSTS = "energy_costs", "Dépenses d’énergie"
    CREDITS = "credits", "Crédits"


RESOURCE_TERMS: tuple[str, ...] = (
    Term.RESOURCES, Term.QUOTIENT_RESOURCES, Term.RATE_RESOURCES, Term.HOUSING_AID,
)  # fmt: skip
CHARGE_TERMS: tuple[str, ...] = (Term.CHARGES, Term.HOUSING_COSTS, Term.ENERGY_COSTS, Term.CREDITS)
TERMS_OF: dict[str, tuple[str, ...]] = {Side.RESOURCE: RESOURCE_TERMS, Side.CHARGE: CHARGE_TERMS}
GROUPS_OF: dict[str, tuple[str, ...]] = {Side.RESOURCE: RESOURCE_GROUPS, Side.CHARGE: CHARGE_GROUPS}


class CountBy(models.TextChoices):
    """What a sum is divided by."""

    PERSONS = "persons", "Personnes"
    PARTS = "parts", "Parts (barème CAF)"
    UNITS = "units", "Unités de consommation"


class DayBasis(models.TextChoices):
    THIRTY = "30", "30 jours"
    MEAN = "30.42", "30,42 jours (365 ÷ 12)"
    CALENDAR = "calendar", "Jours du mois du budget"


class DebtKind(models.TextChoices):
    RENT = "rent", "Loyer"
    ENERGY = "energy", "Énergie, eau"
    CREDIT = "credit", "Crédit"
    TAX = "tax", "Impôts"
    FINE = "fine", "Amende"
    HEALTH = "health", "Santé"
    FAMILY = "family", "Famille, proches"
    OTHER = "other", "Autre"


class DebtStage(models.TextChoices):
    AMICABLE = "amicable", "Amiable"
    REMINDER = "reminder", "Relance"
    NOTICE = "notice", "Mise en demeure"
    BAILIFF = "bailiff", "Commissaire de justice (huissier)"
    JUDGMENT = "judgment", "Jugement"
    SEIZURE = "seizure", "Saisie"
    BDF = "bdf", "Plan Banque de France"
    SETTLED = "settled", "Soldée"
