from django.db import models


class Layout(models.TextChoices):
    """The families of public files we can read (insee-files.md)."""

    COMPARATOR = "comparator", "INSEE, comparateur de territoires"
    FILOSOFI = "filosofi", "INSEE, Filosofi"
    CENSUS = "census", "INSEE, recensement (dossier complet ou base par thème)"


class Level(models.TextChoices):
    """What kind of place a figure is about; values are INSEE's own (GEO_OBJECT)."""

    COMMUNE = "COM", "Commune"
    EPCI = "EPCI", "Intercommunalité"
    DEPARTMENT = "DEP", "Département"
    REGION = "REG", "Région"
    COUNTRY = "FRANCE", "France"


class Theme(models.TextChoices):
    POPULATION = "population", "Population"
    HOUSEHOLDS = "households", "Ménages et familles"
    HOUSING = "housing", "Logement"
    INCOME = "income", "Revenus et pauvreté"
    EMPLOYMENT = "employment", "Emploi et activité"
    BUSINESS = "business", "Établissements"


class IndicatorUnit(models.TextChoices):
    """What one unit of the value is; the label is the plural used in sentences."""

    PERSONS = "persons", "personnes"
    HOUSEHOLDS = "households", "ménages"
    FAMILIES = "families", "familles"
    DWELLINGS = "dwellings", "logements"
    JOBS = "jobs", "emplois"
    ESTABLISHMENTS = "establishments", "établissements"
    BIRTHS = "births", "naissances"
    DEATHS = "deaths", "décès"
    EUROS = "euros", "€"
    PERCENT = "percent", "%"
    RATIO = "ratio", "rapport"
    SQUARE_KM = "km2", "km²"


class Missing(models.TextChoices):
    """Why the producer gives no value (insee-files.md §2): never zero, always a reason."""

    SECRET = "secret", "secret statistique"
    NOT_SIGNIFICANT = "not_significant", "non significatif"
    NOT_AVAILABLE = "not_available", "non disponible"
    NOT_APPLICABLE = "not_applicable", "sans objet"
    EMPTY = "empty", "case vide"


class ReportKind(models.TextChoices):
    """Editions of the social-needs analysis (CASF R123-1), and the frozen figures of the board's dashboard."""

    BASE = "socle", "Analyse des besoins sociaux, édition de mandat"
    UPDATE = "actualisation", "Actualisation annuelle"
    THEMATIC = "thematique", "Analyse thématique"
    DASHBOARD = "tableau", "Tableau de bord du conseil"


class ReportStatus(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    COMPILED = "compiled", "Compilé"
    PUBLISHED = "published", "Publié"


class Absence(models.TextChoices):
    """Why a frozen figure shows no value."""

    MASKED = "masked", "masqué par le secret statistique du CIAS"
    SECRET = "secret", "secret statistique du producteur"
    UNAVAILABLE = "unavailable", "non disponible"
    NOT_APPLICABLE = "none", "sans objet"


class FigureUnit(models.TextChoices):
    """How a frozen figure is written."""

    COUNT = "count", "effectif"
    EURO = "euro", "€"
    PERCENT = "percent", "%"
    CHANGE = "change", "évolution en %"
    BALANCE = "balance", "solde"
    PER_THOUSAND = "per_thousand", "pour 1 000"
    DAYS = "days", "jours"
    DENSITY = "density", "habitants par km²"
    AREA = "area", "km²"
    RATIO = "ratio", "rapport"
