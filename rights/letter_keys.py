"""The merge keys access to rights gives to letters: what is still missing in the files under way."""

from django.utils import timezone

from cias.core.french import date_long, join_list
from cias.core.registry import MergeKey, merge_keys
from households.letters.context import LetterContext
from rights.models import FilePiece, RightsFile
from rights.models.files import IN_PROGRESS
from rights.rules import Checklist

GROUP = "Dossiers de droits"


def _files(context: LetterContext) -> list[RightsFile]:
    files = RightsFile.objects.filter(household=context.household, state__in=IN_PROGRESS)
    return list(files.select_related("right").order_by("opened_on", "pk"))


def missing_pieces(context: LetterContext) -> str:
    """One line a piece, each piece once however many files ask for it."""
    pieces = FilePiece.objects.filter(file__in=_files(context)).select_related("required", "person")
    lines = [
        f"- {piece.label}" + (f" ({piece.person.full_name})" if piece.person else "")
        for piece in Checklist(pieces, timezone.localdate()).missing
    ]
    return "\n".join(dict.fromkeys(lines))


def rights_under_way(context: LetterContext) -> str:
    return join_list(list(dict.fromkeys(file.right.name for file in _files(context))))


def pieces_due(context: LetterContext) -> str:
    due = [file.pieces_due_on for file in _files(context) if file.pieces_due_on]
    return date_long(min(due), weekday=False) if due else ""


KEYS = (
    MergeKey(
        code="pieces_manquantes", group=GROUP, label="pièces manquantes, une par ligne", value=missing_pieces
    ),
    MergeKey(code="pieces_echeance", group=GROUP, label="date limite pour les fournir", value=pieces_due),
    MergeKey(code="droits_en_cours", group=GROUP, label="droits demandés", value=rights_under_way),
)


def register() -> None:
    for key in KEYS:
        merge_keys.register(key.code, key)
