"""The catalogue a new installation starts with: the rights, their rules and their pieces (R1).

Sources and certainty are those of the project's domain rules, read in November 2026. From then on the rows belong to
the people who edit them: nothing here overwrites a row that exists.
"""

from django.db.models import Exists, OuterRef

from cias.core.reference import seed_missing
from rights.aids import reference as aids
from rights.domiciliation import reference as domiciliation
from rights.models import RequiredPiece, Right, RightNotice, RightRule, RightsFile, RuleDelay
from rights.reference import autonomy, family, health, housing, income
from rights.reference.rows import Sheet
from rights.services.catalogue import renew_deadlines

SHEETS: tuple[Sheet, ...] = (
    *income.SHEETS,
    *health.SHEETS,
    *family.SHEETS,
    *housing.SHEETS,
    *autonomy.SHEETS,
)


def seed() -> None:
    """Create the rights, rules, delays, pieces and duties to inform that are not there yet."""
    particular = not RuleDelay.objects.exists()
    seed_missing(Right, "code", [sheet.right for sheet in SHEETS])
    ids = dict(Right.objects.values_list("code", "pk"))
    ruled = set(RightRule.objects.values_list("right_id", flat=True))
    RightRule.objects.bulk_create(
        RightRule(right_id=ids[sheet.code], **sheet.rule) for sheet in SHEETS if ids[sheet.code] not in ruled
    )
    if particular:
        _seed_particular_delays()
        for right in Right.objects.filter(Exists(RightsFile.objects.filter(right=OuterRef("pk")))):
            renew_deadlines(right)
    for model, rows in ((RequiredPiece, "pieces"), (RightNotice, "notices")):
        seed_missing(
            model,
            "code",
            [
                {"right_id": ids[sheet.code], "display_order": 10 * rank, **row}
                for sheet in SHEETS
                for rank, row in enumerate(getattr(sheet, rows), start=1)
            ],
        )
    domiciliation.seed()
    aids.seed()


def _seed_particular_delays() -> None:
    """Once, also in a catalogue that was there before these delays and duties were known."""
    latest = {
        rule.right.code: rule for rule in RightRule.objects.select_related("right").order_by("valid_from")
    }
    RuleDelay.objects.bulk_create(
        RuleDelay(rule=latest[sheet.code], **row) for sheet in SHEETS for row in sheet.delays
    )
    for flag in ("needs_nir", "asks_maintenance"):
        codes = [sheet.code for sheet in SHEETS if sheet.right.get(flag)]
        Right.objects.filter(code__in=codes).update(**{flag: True})
