"""The chapters of the analysis, in reading order."""

from enum import StrEnum


class Chapter(StrEnum):
    """Codes kept with the frozen tables; titles are the report's own."""

    TERRITORY = "territory"
    HOUSING = "housing"
    INCOME = "income"
    EMPLOYMENT = "employment"
    ACTIVITY = "activity"
    RIGHTS = "rights"
    ACCOMMODATION = "accommodation"
    INSERTION = "insertion"


# Which chapter prints the measures of an app, by the prefix of their code.
CHAPTER_OF_APP = {
    "households": Chapter.ACTIVITY,
    "appointments": Chapter.ACTIVITY,
    "rights": Chapter.RIGHTS,
    "housing": Chapter.ACCOMMODATION,
    "insertion": Chapter.INSERTION,
}
