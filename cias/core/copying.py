"""What the copy of a person's data leaves out (C8; RGPD, art. 15): everything else is in it.

The copy walks the same tables as the end of files (cias/core/erasing): a table or a column that nobody spoke of is
copied. What is left out is declared by the app that owns it, with a reason among few that the person reads:

    copying.leave("rights.Proxy", "name", because=Because.OTHERS)

tests/households/test_copies.py puts a word in every column and looks for it in the copy or in this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models

type Test = Callable[[Any], bool]  # (row)


class Because(StrEnum):
    """Why something is not in the copy, as the person reads it."""

    OTHERS = "Ce qui concerne d’autres personnes (CRPA, art. L311-6\u00a0; RGPD, art. 15.4)."
    PSYCHOLOGIST = (
        "Le suivi de la psychologue, couvert par son secret\u00a0: demandez-le-lui, elle vous le remet "
        "elle-même."
    )
    AUTHOR = "Les brouillons et les notes personnelles d’un agent\u00a0: leur auteur en répond."
    SAFETY = "Ce qui protège quelqu’un (accès à un dossier, adresse cachée) ou une enquête en cours."
    INNER = "L’organisation du travail entre agents, qui ne dit rien de vous."
    TECHNICAL = (
        "Les identifiants, clés de recherche et marques de l’application, sans signification hors d’elle."
    )
    TWICE = "Les copies de travail de valeurs qui figurent déjà ici (avant une étape, budget figé, calcul, reprise)."
    NIR = (
        "Votre numéro de sécurité sociale, gardé chiffré le temps d’une démarche\u00a0: la copie dit seulement "
        "qu’il l’est."
    )
    APART = "Les fichiers des documents, remis avec la copie dans un dossier compressé."


@dataclass(frozen=True, kw_only=True)
class Unless:
    """`columns` (all of them when empty) of the rows that pass `test` are left out."""

    columns: tuple[str, ...]
    test: Test
    because: Because


@dataclass(frozen=True, kw_only=True)
class Chapter:
    position: int
    title: str


OTHER = Chapter(position=900, title="Autres informations")
left_tables: dict[str, Because] = {}
left_columns: dict[tuple[str, str], Because] = {}
conditions: dict[str, list[Unless]] = {}
places: dict[str, tuple[str, ...]] = {}
unprinted: dict[str, tuple[str, ...]] = {}
chapters: dict[str, Chapter] = {}


def leave(model: str, *columns: str, because: Because) -> None:
    """These columns of `model`, or the whole table when none is named, are in no copy."""
    if not columns:
        left_tables[model] = because
    for column in columns:
        left_columns[model, column] = because


def leave_if(model: str, *columns: str, test: Test, because: Because) -> None:
    """The same, of the rows that pass `test`."""
    conditions.setdefault(model, []).append(Unless(columns=columns, test=test, because=because))


def place(model: str, *columns: str) -> None:
    """Columns that tell where the household lives: left out when its address is hidden (C3)."""
    places[model] = columns


def unprint(model: str, *columns: str) -> None:
    """Columns of the copy for a machine that would only weary a reader."""
    unprinted[model] = columns


def chapter(position: int, title: str, *models_: str) -> None:
    """Where these tables are told, those that hang from them included; the others come at the end."""
    for model in models_:
        chapters[model] = Chapter(position=position, title=title)


def left_out(column: Any) -> Because | None:
    """Why a column is in no copy; None when it is in. Keys to other rows of the file are told by their place in it."""
    label = column.model._meta.label
    if label in left_tables:
        return left_tables[label]
    if (label, column.name) in left_columns:
        return left_columns[label, column.name]
    if column.primary_key or isinstance(column, models.UUIDField):
        return Because.TECHNICAL
    return None


def unknown(reached: dict[Any, Any]) -> list[str]:
    """What is declared of tables or columns that the copy does not reach."""
    labels = {model._meta.label for model in reached}
    columns = {
        (model._meta.label, one.name) for model in reached for one in model._meta.local_concrete_fields
    }
    told = {*left_tables, *conditions, *places, *unprinted, *chapters}
    named = {*left_columns}
    named |= {
        (model, name) for some in (places, unprinted) for model, names in some.items() for name in names
    }
    named |= {(model, name) for model, some in conditions.items() for one in some for name in one.columns}
    return sorted(told - labels) + sorted(f"{model}.{name}" for model, name in named - columns)
