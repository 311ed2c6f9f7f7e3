"""What the programme adds to the list of households."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.lists.definition import Ask
from households.listing import add_domain_filter
from housing.energy.lists import conditions
from housing.models import EnergyFile

RUNNING, NEVER = "en-cours", "jamais"
CHOICES = (
    ("", "Indifférent"),
    (RUNNING, "En cours"),
    ("a-contacter", "À contacter"),
    ("a-visiter", "À visiter"),
    ("a-orienter", "Visite faite, à orienter"),
    ("a-rappeler", "Appel de suivi à faire"),
    ("clos", "Dossier clos"),
    (NEVER, "Jamais signalé"),
)


def _apply(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    files = EnergyFile.objects.for_user(ask.user).filter(household=OuterRef("pk"))
    if value == NEVER:
        return rows.exclude(Exists(files))
    code = "" if value == RUNNING else value
    return rows.filter(Exists(files.filter(conditions(ask.today)[code])))


def register() -> None:
    add_domain_filter(
        code="slime", label="Énergie (SLIME)", choices=CHOICES, apply=_apply, right="energy.view"
    )
