"""The chapters of the analysis in reading order, and which of them prints what an app counts.

The order is that of UNCCAS's method; the five publics of the social-needs analysis before 2016 (families, young
people, older people, disability, people in difficulty) each keep their chapter (domain-rules.md §1, CASF R123-1).
"""

from enum import StrEnum
from typing import Self


class Chapter(StrEnum):
    """Codes are kept with the frozen tables; `label` heads the pages, `anchor` is the address inside the document."""

    label: str
    anchor: str

    def __new__(cls, code: str, label: str, anchor: str) -> Self:
        chapter = str.__new__(cls, code)
        chapter._value_ = code
        chapter.label, chapter.anchor = label, anchor
        return chapter

    METHOD = "method", "Méthode", "methode"
    TERRITORY = "territory", "Territoire et démographie", "territoire"
    FAMILIES = "families", "Familles et enfance", "familles"
    YOUTH = "youth", "Jeunes", "jeunes"
    ELDERLY = "elderly", "Personnes âgées", "personnes-agees"
    DISABILITY = "disability", "Handicap", "handicap"
    INCOME = "income", "Revenus et pauvreté", "revenus"
    HARDSHIP = "hardship", "Personnes en difficulté", "difficulte"
    HOUSING = "housing", "Logement et énergie", "logement"
    EMPLOYMENT = "employment", "Emploi et insertion", "emploi"
    HEALTH = "health", "Santé et accès aux soins", "sante"
    RIGHTS = "rights", "Accès aux droits et non-recours", "droits"
    ACTIVITY = "activity", "Activité du CIAS", "activite"
    SYNTHESIS = "synthesis", "Synthèse", "synthese"


BY_CODE = {chapter.value: chapter for chapter in Chapter}


class Part(StrEnum):
    """A part of the CIAS's activity: its measures share the table of key figures "{code}-cle".

    `chapter` prints that table, and the tables of its measures unless `CHAPTER_OF_MEASURE` says otherwise.
    """

    chapter: Chapter
    label: str

    def __new__(cls, code: str, chapter: Chapter, label: str) -> Self:
        part = str.__new__(cls, code)
        part._value_ = code
        part.chapter, part.label = chapter, label
        return part

    BUDGETS = "budgets", Chapter.HARDSHIP, "Budgets des ménages"
    AIDS = "aids", Chapter.HARDSHIP, "Aides facultatives"
    DOMICILIATION = "domiciliation", Chapter.HARDSHIP, "Domiciliation"
    ACCOMMODATION = "accommodation", Chapter.HOUSING, "Hébergement"
    APPLICATIONS = "applications", Chapter.HOUSING, "Demandes de logement social"
    EVICTIONS = "evictions", Chapter.HOUSING, "Prévention des expulsions"
    ENERGY = "energy", Chapter.HOUSING, "Précarité énergétique"
    INSERTION = "insertion", Chapter.EMPLOYMENT, "Insertion"
    JOBS = "jobs", Chapter.EMPLOYMENT, "Recherche d’emploi"
    CARE = "care", Chapter.HEALTH, "Permanences psychologiques"
    RIGHTS = "rights", Chapter.RIGHTS, "Accès aux droits"
    ACTIVITY = "activity", Chapter.ACTIVITY, "Activité"
    WORKSHOPS = "workshops", Chapter.ACTIVITY, "Ateliers"


# The prefix of a measure's code says its part; what is not named here is general activity.
PART_OF_PREFIX = {
    "budgets": Part.BUDGETS,
    "aids": Part.AIDS,
    "domiciliation": Part.DOMICILIATION,
    "housing": Part.ACCOMMODATION,
    "inventories": Part.ACCOMMODATION,
    "dues": Part.ACCOMMODATION,
    "applications": Part.APPLICATIONS,
    "dalo": Part.APPLICATIONS,
    "evictions": Part.EVICTIONS,
    "energy": Part.ENERGY,
    "insertion": Part.INSERTION,
    "jobs": Part.JOBS,
    "permanences": Part.CARE,
    "rights": Part.RIGHTS,
    "workshops": Part.WORKSHOPS,
}
# What is counted of every household but speaks of one subject is printed with that subject.
CHAPTER_OF_MEASURE = {
    "households.disability": Chapter.DISABILITY,
    "households.income": Chapter.HARDSHIP,
    "households.resource": Chapter.HARDSHIP,
    "households.housing": Chapter.HOUSING,
    "households.activity": Chapter.EMPLOYMENT,
    "workshops.housing": Chapter.HOUSING,
}


def part_of(measure: str) -> Part:
    """The part of the activity a measure belongs to, by its code ("energy.visits")."""
    return PART_OF_PREFIX.get(measure.split(".")[0], Part.ACTIVITY)


def chapter_of(measure: str) -> Chapter:
    """The chapter that prints the tables of a measure, by its code."""
    return CHAPTER_OF_MEASURE.get(measure, part_of(measure).chapter)
