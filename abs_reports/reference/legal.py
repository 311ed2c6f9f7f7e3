"""The legal basis of each edition of the analysis (CASF R123-1 and R123-2), and the elections that make one due."""

from datetime import date

from abs_reports.enums import ReportKind

# CASF R123-1 and R123-2 as rewritten by décret 2016-824 (domain-rules.md §1): one base per mandate, presented in the
# year after the municipal elections; then optional additional analyses, presented at the budget.
DECREE = date(2016, 6, 24)
CASF = "Code de l’action sociale et des familles, articles R. 123-1 et R. 123-2 (décret n° 2016-824 du 21 juin 2016)"
LATER_YEARS = (
    "peuvent être présentées au conseil d’administration lors du débat d’orientation budgétaire "
    "ou du vote du budget."
)
LEGAL_BASES: dict[ReportKind, str] = {
    ReportKind.BASE: (
        "Le centre intercommunal d’action sociale produit une analyse des besoins sociaux de l’ensemble de "
        "la population de son territoire, à partir d’un diagnostic établi avec ses partenaires publics et "
        "privés. Elle fait l’objet d’un rapport présenté au conseil d’administration au cours de l’année "
        "civile qui suit chaque renouvellement général des conseils municipaux."
    ),
    ReportKind.UPDATE: (
        f"Les années qui suivent le rapport de mandat, des analyses complémentaires {LATER_YEARS} Le "
        "présent rapport actualise l’analyse des besoins sociaux ; l’action du centre intercommunal "
        "d’action sociale se fonde sur elle."
    ),
    ReportKind.THEMATIC: (
        "Les années qui suivent le rapport de mandat, des analyses complémentaires, notamment thématiques, "
        f"{LATER_YEARS}"
    ),
}

# First rounds of the general renewals: the mandate's analysis is due in the civil year after (CASF R123-1).
ELECTIONS: tuple[tuple[date, str], ...] = (
    (date(2020, 3, 15), "Ministère de l’Intérieur, élections municipales des 15 mars et 28 juin 2020"),
    (date(2026, 3, 15), "Ministère de l’Intérieur, élections municipales des 15 et 22 mars 2026"),
)
