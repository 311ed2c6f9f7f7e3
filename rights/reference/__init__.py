"""The catalogue a new installation starts with: sixteen rights, their rules and their pieces (R1).

Sources and certainty are those of the project's domain rules, read in November 2026. From then on the rows belong to
the people who edit them: nothing here overwrites a row that exists.
"""

from cias.core.reference import seed_missing
from rights.aids import reference as aids
from rights.models import RequiredPiece, Right, RightRule
from rights.reference import autonomy, family, health, housing, income
from rights.reference.rows import Sheet

SHEETS: tuple[Sheet, ...] = (
    *income.SHEETS,
    *health.SHEETS,
    *family.SHEETS,
    *housing.SHEETS,
    *autonomy.SHEETS,
)


def seed() -> None:
    """Create the rights, rules and pieces that are not there yet."""
    seed_missing(Right, "code", [sheet.right for sheet in SHEETS])
    ids = dict(Right.objects.values_list("code", "pk"))
    ruled = set(RightRule.objects.values_list("right_id", flat=True))
    RightRule.objects.bulk_create(
        RightRule(right_id=ids[sheet.code], **sheet.rule) for sheet in SHEETS if ids[sheet.code] not in ruled
    )
    seed_missing(
        RequiredPiece,
        "code",
        [{"right_id": ids[sheet.code], **piece} for sheet in SHEETS for piece in sheet.pieces],
    )
    aids.seed()
