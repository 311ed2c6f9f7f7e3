"""The workbook a statement is filled in with: one empty tab, and what its columns may say."""

from abs_reports.enums import Level
from abs_reports.importing.places import Places
from abs_reports.models import Indicator
from cias.core.export import Sheet

HEADER = ("indicateur", "année", "niveau", "territoire", "valeur", "source", "adresse")
_EXPLAINED = (
    ("indicateur", "Code du catalogue (onglet Indicateurs)."),
    ("année", "Année de la valeur, quatre chiffres."),
    ("niveau", "COM, EPCI, DEP, REG ou FRANCE (onglet Territoires)."),
    ("territoire", "Code du territoire (onglet Territoires) ; pour la France, F, ou FM pour la métropole."),
    ("valeur", "Le nombre publié, sans arrondi ni calcul ; ou s (secret), ns, nd, so. Jamais une case vide."),
    ("source", "Producteur, publication et date : elle est imprimée avec la valeur."),
    ("adresse", "Page où la valeur se lit (facultatif)."),
)


def model_sheets() -> list[Sheet]:
    places = Places.ours()
    territories = [
        (level.value, level.label, code, name)
        for level in Level
        for (at, code), name in places.names.items()
        if at == level and code
    ]
    indicators = [
        (indicator.code, indicator.label, indicator.get_unit_display(), indicator.get_theme_display())
        for indicator in Indicator.objects.all()
    ]
    return [
        Sheet("Relevé", HEADER, []),
        Sheet("Mode d’emploi", ("Colonne", "Ce qu’elle dit"), _EXPLAINED),
        Sheet("Indicateurs", ("Code", "Libellé", "Unité", "Thème"), indicators),
        Sheet("Territoires", ("Niveau", "Nom du niveau", "Code", "Nom"), territories),
    ]
