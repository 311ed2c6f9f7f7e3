"""Rooms, grille de vétusté and delay a new installation starts with; its people edit them afterwards."""

from datetime import date

from cias.core.reference import seed_missing
from housing.enums import DwellingType
from housing.models import InventoryRule, RoomTemplate, WearRule

RULE = {
    "valid_from": date(2020, 1, 1),
    "correction_days": 10,
    "source": "Loi 89-462, art. 3-2\u00a0: dix jours à compter de l’établissement de l’état des lieux d’entrée\u00a0; "
    "pour le chauffage, le premier mois de la période de chauffe.",
}

TO_VOTE = (
    "Ordres de grandeur des grilles d’accords collectifs (décret 2016-382, art. 4), à vérifier et à voter."
)

# label, lifetime, free years, percent a year, least share of the occupant
WEAR = (
    ("Peintures et papiers peints", 7, 2, 18, 10),
    ("Sols souples et moquettes", 10, 2, 10, 20),
    ("Carrelages et faïences", 20, 5, 5, 25),
    ("Parquets", 20, 5, 5, 25),
    ("Menuiseries et portes", 20, 5, 5, 25),
    ("Volets et stores", 15, 5, 8, 20),
    ("Serrures et quincaillerie", 10, 2, 10, 20),
    ("Robinetterie", 10, 2, 10, 20),
    ("Appareils sanitaires", 15, 5, 8, 20),
    ("Installation électrique", 15, 5, 8, 20),
    ("Chauffage et eau chaude", 15, 5, 8, 20),
    ("Électroménager", 6, 1, 16, 20),
    ("Meubles et rangements", 10, 2, 10, 20),
)
PAINT, SOFT, TILES, _, JOINERY, SHUTTERS, LOCKS, TAPS, SANITARY, POWER, HEAT, APPLIANCE, FURNITURE = (
    row[0] for row in WEAR
)

DRY = (
    ("Murs", PAINT), ("Plafond", PAINT), ("Sol", SOFT), ("Plinthes", PAINT), ("Porte", JOINERY), ("Fenêtres", JOINERY),
    ("Volets", SHUTTERS), ("Prises et éclairage", POWER), ("Chauffage", HEAT),
)  # fmt: skip
HALL = (
    ("Porte d’entrée et serrure", LOCKS), ("Interphone", POWER), ("Murs", PAINT), ("Plafond", PAINT), ("Sol", SOFT),
    ("Prises et éclairage", POWER), ("Tableau électrique", POWER), ("Détecteur de fumée", POWER),
    ("Placard", FURNITURE),
)  # fmt: skip
KITCHEN = (
    ("Murs", PAINT), ("Plafond", PAINT), ("Sol", TILES), ("Fenêtre", JOINERY), ("Évier et robinetterie", TAPS),
    ("Meubles et plan de travail", FURNITURE), ("Plaques de cuisson", APPLIANCE), ("Hotte, ventilation", APPLIANCE),
    ("Prises et éclairage", POWER), ("Chauffage", HEAT),
)  # fmt: skip
BATH = (
    ("Murs et faïence", TILES), ("Plafond", PAINT), ("Sol", TILES), ("Lavabo et robinetterie", TAPS),
    ("Baignoire ou douche", SANITARY), ("Joints", SANITARY), ("Ventilation", POWER), ("Prises et éclairage", POWER),
    ("Chauffage", HEAT),
)  # fmt: skip
TOILET = (
    ("Murs", PAINT),
    ("Plafond", PAINT),
    ("Sol", TILES),
    ("Cuvette et chasse d’eau", SANITARY),
    ("Porte", JOINERY),
)
OUTSIDE = (("Sol", TILES), ("Garde-corps", JOINERY), ("Éclairage", POWER))

T = DwellingType
ALL = tuple(T.values)
WITH_ROOMS = tuple(kind for kind in ALL if kind not in (T.T1, T.T1B))
ROOMS = (
    ("Entrée", HALL, ALL),
    ("Séjour", DRY, ALL),
    ("Cuisine", KITCHEN, ALL),
    ("Chambre 1", DRY, WITH_ROOMS),
    ("Chambre 2", DRY, (T.T3, T.T4, T.T5, T.T6)),
    ("Chambre 3", DRY, (T.T4, T.T5, T.T6)),
    ("Chambre 4", DRY, (T.T5, T.T6)),
    ("Chambre 5", DRY, (T.T6,)),
    ("Salle d’eau", BATH, ALL),
    ("WC", TOILET, ALL),
    ("Balcon ou terrasse", OUTSIDE, ()),
    ("Cave ou cellier", (("Porte et serrure", LOCKS), ("Murs", PAINT), ("Sol", TILES), ("Éclairage", POWER)), ()),
)  # fmt: skip


def seed() -> None:
    if not InventoryRule.objects.exists():
        seed_missing(InventoryRule, "valid_from", [RULE])
    seed_missing(
        WearRule,
        "label",
        [
            {
                "label": label,
                "lifetime_years": lifetime,
                "free_years": free,
                "yearly_percent": yearly,
                "least_percent": least,
                "source": TO_VOTE,
            }
            for label, lifetime, free, yearly, least in WEAR
        ],
    )
    seed_missing(
        RoomTemplate,
        "name",
        [
            {
                "name": name,
                "position": rank * 10,
                "dwelling_types": list(kinds),
                "elements": "\n".join(f"{element} | {wear}" for element, wear in elements),
            }
            for rank, (name, elements, kinds) in enumerate(ROOMS, start=1)
        ],
    )
