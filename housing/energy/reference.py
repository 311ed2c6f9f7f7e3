"""What a new installation starts with for the SLIME; from then on the rows belong to those who edit them."""

from datetime import date
from decimal import Decimal
from typing import Any

from cias.core.reference import seed_missing
from cias.core.sources import Certainty
from housing.energy.enums import Region
from housing.energy.export_columns import COLUMNS
from housing.models import EnergyRule, EquipmentItem, ExportColumn, IncomeCeiling

ANAH = "Anah, plafonds de ressources {year}, ménages très modestes\u00a0: à relire sur anah.gouv.fr"
# Region, year, ceilings of 1 to 5 persons, one more: euros of revenu fiscal de référence.
CEILINGS: tuple[tuple[str, int, tuple[int, int, int, int, int], int], ...] = (
    (Region.ELSEWHERE, 2025, (17173, 25115, 30206, 35285, 40388), 5094),
    (Region.PARIS, 2025, (23768, 34884, 41893, 48914, 55961), 7038),
    (Region.ELSEWHERE, 2026, (17363, 25393, 30540, 35676, 40835), 5151),
    (Region.PARIS, 2026, (24031, 35270, 42357, 49455, 56580), 7116),
)

RULE = {
    "valid_from": date(2022, 1, 1),
    "source": "ONPE, indicateur TEE_3D\u00a0: borne du 3e décile à relever dans l’enquête de l’INSEE de l’année",
    "certainty": Certainty.TO_CHECK,
}

TO_MEASURE = "Ordre de grandeur d’usage dans les SLIME\u00a0: à confirmer par le CIAS (ADEME, fournisseur)"


def _item(code: str, label: str, cost: str, saving: str | None, advice: str) -> dict[str, Any]:
    return {
        "code": code, "label": label, "unit_cost": Decimal(cost), "saving": Decimal(saving) if saving else None,
        "advice": advice, "source": TO_MEASURE,
    }  # fmt: skip


_ITEMS = (
    _item("led", "Ampoule LED", "3.00", "4.00", "Mettez-la dans la pièce où vous allumez le plus longtemps."),
    _item("joint-fenetre", "Joint de fenêtre", "6.00", "12.00", "Fermez bien\u00a0: l’air froid ne passe plus."),
    _item("bas-de-porte", "Bas de porte", "9.00", "10.00", "Laissez la grille d’aération ouverte."),
    _item("mousseur", "Mousseur de robinet", "3.50", "8.00", "Moins d’eau coule, avec la même force."),
    _item("douchette", "Douchette économe", "14.00", "35.00", "Moins d’eau chaude pour la même douche."),
    _item("thermometre", "Thermomètre-hygromètre", "7.00", None, "19\u00a0°C au séjour, 17 dans les chambres."),
    _item("multiprise", "Multiprise à interrupteur", "8.00", "10.00", "Éteignez tout d’un geste, la nuit."),
    _item("reflecteur", "Panneau réflecteur de radiateur", "5.00", "8.00", "Derrière le radiateur d’un mur froid."),
    _item("thermostatique", "Robinet thermostatique", "22.00", "30.00", "Réglez chaque pièce comme il faut."),
    _item("programmateur", "Programmateur de prise", "9.00", "12.00", "Le ballon d’eau chaude chauffe la nuit."),
    _item("rideau", "Rideau isolant", "25.00", "15.00", "Fermez-le dès que la nuit tombe."),
    _item("detecteur-co", "Détecteur de monoxyde de carbone", "24.00", None, "S’il sonne\u00a0: dehors, et le 18."),
)  # fmt: skip
ITEMS = tuple({**row, "position": 10 * rank} for rank, row in enumerate(_ITEMS, start=1))


def seed() -> None:
    """Create the ceilings, the rule, the catalogue and the columns of the export that are not there yet."""
    known = set(IncomeCeiling.objects.values_list("region", "valid_from"))
    for region, year, amounts, more in CEILINGS:
        if (region, date(year, 1, 1)) not in known:
            IncomeCeiling.objects.create(
                region=region,
                valid_from=date(year, 1, 1),
                one_more=more,
                source=ANAH.format(year=year),
                **{f"persons_{size}": amount for size, amount in enumerate(amounts, start=1)},
            )
    if not EnergyRule.objects.exists():
        EnergyRule.objects.create(**RULE)
    seed_missing(EquipmentItem, "code", ITEMS)
    columns = [
        {"code": column.code, "label": column.label, "position": 10 * rank}
        for rank, column in enumerate(COLUMNS.values(), start=1)
    ]
    seed_missing(ExportColumn, "code", columns)
