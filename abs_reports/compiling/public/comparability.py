"""Which figures may be added up, set side by side, compared; the sentences that say why not (domain-rules.md §1.1).

Sources: INSEE's notices on the census ("comparer deux millésimes distants d’au moins six ans") and on Filosofi (no
2022; 2023 is another series), the reading notes of CAF's files (counts rounded to 5).
"""

import re
from decimal import Decimal
from enum import StrEnum

from abs_reports.enums import Absence, FigureUnit
from abs_reports.tables import Value, given, missing

# A census mixes five yearly surveys: two of them share none from six years on.
CENSUS_GAP = 6
# Filosofi: the last vintage of the series before the break. 2022 was never published, 2023 starts another one.
LAST_FILOSOFI_BEFORE_BREAK = 2021
# Below this many people a share is the story of a few of them (domain-rules.md §2).
SMALLEST_BASE = 20
# Two counts rounded to 5 are each up to 2.5 away from the truth: a smaller difference is noise.
SMALLEST_CAF_CHANGE = 20
# INSEE gives 5 for poverty rates below it: "5 % ou moins" (domain-rules.md §1.3).
POVERTY_FLOOR = Decimal(5)

CENSUS_NOTE = "Deux recensements ne se comparent que s’ils sont distants d’au moins six ans."
FILOSOFI_NOTE = (
    "L’INSEE n’a pas publié Filosofi pour 2022, et le millésime 2023 ouvre une nouvelle série : il ne se compare pas "
    "à ceux d’avant."
)
CAF_NOTE = (
    "La Cnaf arrondit ses nombres au multiple de 5 : ils ne s’additionnent pas, aucune part n’est calculée sur une "
    "base de moins de 20 et les petites différences ne sont pas données. Les allocataires de la MSA n’y sont pas."
)


class Family(StrEnum):
    """Producers whose figures follow rules of their own."""

    CENSUS = "census"
    FILOSOFI = "filosofi"
    CAF = "caf"
    OTHER = "other"


def family_of(source: str) -> Family:
    """The family of a figure, by the words of its source; frozen tables know nothing else of it."""
    words = source.lower()
    if "filosofi" in words:
        return Family.FILOSOFI
    if "recensement" in words:
        return Family.CENSUS
    if words.startswith(("cnaf, prestations", "caf,")):
        return Family.CAF
    return Family.OTHER


def why_not_compared(family: Family, before: int, after: int) -> str:
    """Why two vintages are not to be compared, as a sentence; empty when they may be."""
    if before == after:
        return ""
    early, late = sorted((before, after))
    if family == Family.CENSUS and late - early < CENSUS_GAP:
        return CENSUS_NOTE
    if family == Family.FILOSOFI and early <= LAST_FILOSOFI_BEFORE_BREAK < late:
        return FILOSOFI_NOTE
    return ""


def vintage_of(period: str) -> int | None:
    """The year a table is about, the latest one its period names: "Recensements 2016 et 2022" → 2022."""
    years = re.findall(r"\b(?:19|20)\d{2}\b", period)
    return max(map(int, years), default=None)


def change(family: Family, before: Value, after: Value) -> Value:
    """Evolution in % of two published values of comparable vintages; "sans objet" when it would say nothing.

    Counts and euros only: beside percentages the evolution of a rate misleads. "5 % ou moins" has no evolution.
    """
    nothing = missing(Absence.NOT_APPLICABLE, FigureUnit.CHANGE)
    if before.number is None or after.number is None or not before.number:
        return nothing
    if after.unit not in (FigureUnit.COUNT, FigureUnit.EURO) or before.unit != after.unit:
        return nothing
    if family == Family.CAF and abs(after.number - before.number) < SMALLEST_CAF_CHANGE:
        return nothing
    return given((after.number / before.number - 1) * 100, FigureUnit.CHANGE)
