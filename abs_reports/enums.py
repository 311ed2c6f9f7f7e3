from django.db import models


class Layout(models.TextChoices):
    """The families of public files we can read (insee-files.md); the label opens the title of their datasets."""

    COMPARATOR = "comparator", "INSEE, comparateur de territoires"
    FILOSOFI = "filosofi", "INSEE, Filosofi"
    DOSSIER = "dossier", "INSEE, dossier complet"
    CENSUS = "census", "INSEE, recensement, base par thème"
    MELODI = "melodi", "INSEE, fichier long « Melodi »"
    CAF = "caf", "CAF, allocataires par commune"
    STATEMENT = "statement", "Relevé de valeurs"


class Level(models.TextChoices):
    """What kind of place a figure is about; values are INSEE's own (GEO_OBJECT).

    Codes of the places: 5 characters for a commune, SIREN of the EPCI, "28", "24", and for the country "F" (France)
    or "FM" (France without the overseas departments, where Filosofi sets its poverty line).
    """

    COMMUNE = "COM", "Commune"
    EPCI = "EPCI", "Intercommunalité"
    DEPARTMENT = "DEP", "Département"
    REGION = "REG", "Région"
    COUNTRY = "FRANCE", "France"


FRANCE, METROPOLITAN_FRANCE = "F", "FM"


class Theme(models.TextChoices):
    POPULATION = "population", "Population"
    HOUSEHOLDS = "households", "Ménages et familles"
    EDUCATION = "education", "Scolarité et diplômes"
    HOUSING = "housing", "Logement"
    INCOME = "income", "Revenus et pauvreté"
    BENEFITS = "benefits", "Prestations sociales"
    DISABILITY = "disability", "Handicap"
    EMPLOYMENT = "employment", "Emploi et activité"
    HEALTH = "health", "Santé"
    SERVICES = "services", "Services et équipements"
    BUSINESS = "business", "Établissements"


class IndicatorUnit(models.TextChoices):
    """What one unit of the value is; the label is the plural used in sentences."""

    PERSONS = "persons", "personnes"
    HOUSEHOLDS = "households", "ménages"
    BENEFIT_HOUSEHOLDS = "foyers", "foyers allocataires"
    RECIPIENTS = "recipients", "bénéficiaires"
    FAMILIES = "families", "familles"
    DWELLINGS = "dwellings", "logements"
    ROOMS = "rooms", "pièces"
    JOBS = "jobs", "emplois"
    ESTABLISHMENTS = "establishments", "établissements"
    FACILITIES = "facilities", "équipements"
    BIRTHS = "births", "naissances"
    DEATHS = "deaths", "décès"
    EUROS = "euros", "€"
    PERCENT = "percent", "%"
    PER_THOUSAND = "per_thousand", "pour 1 000"
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
