"""Files silent for two years: one whose elimination is suspended, a bordereau at the Archives, and a person's requests."""

from datetime import timedelta

from cias.demo.world import World
from households.datalife import ending, holds, slips
from households.datalife.requests import answer_request, note_request
from households.enums.datalife import HoldReason, RequestKind, RequestOutcome
from households.models import Household, Membership, PersonRequest

LISTED = 8  # files on the bordereau
LOOKED_AT = 60


def create_endings(world: World) -> None:
    dpo = world.users["dpo"]
    oldest = ending.oldest_first(ending.due(world.today))[:LOOKED_AT]
    ready = [one.household for one in ending.endings(oldest) if one.is_ready]
    if ready:
        holds.set_hold(
            by=dpo, household=ready[0], reason=HoldReason.LITIGATION,
            detail="Recours devant le tribunal administratif", on=world.today - timedelta(days=40),
        )  # fmt: skip
    if len(ready) > 2:
        slip = slips.prepare_slip(by=dpo, households=[row.pk for row in ready[1 : LISTED + 1]])
        slips.send(by=dpo, slip=slip, on=world.today)
    _requests(world)


def _requests(world: World) -> None:
    """One request answered in time, one that waits, one that is near its term."""
    dpo = world.users["dpo"]
    rows = Membership.objects.filter(
        role="applicant", end=None, household__is_protected=False, household__closed_on=None,
        household__in=Household.objects.order_by("-opened_on", "number")[:20],
    ).select_related("household", "person")  # fmt: skip
    asked = (
        (RequestKind.ACCESS, 52, "Une copie de tout le dossier."),
        (RequestKind.RECTIFICATION, 24, "Le prénom de l’enfant est mal écrit."),
        (RequestKind.ACCESS, 6, ""),
    )
    for (kind, days, words), row in zip(
        asked, rows.order_by("household__number")[: len(asked)], strict=False
    ):
        request = note_request(
            by=dpo,
            request=PersonRequest(
                household=row.household, person=row.person, kind=kind, asked=words, identity_checked=True,
                received_on=world.today - timedelta(days=days),
            ),
        )  # fmt: skip
        if days > 30:
            answer_request(
                by=dpo, request=request, on=world.today - timedelta(days=35), outcome=RequestOutcome.GRANTED,
                answer="Copie remise en main propre.", proof="Reçu signé",
            )  # fmt: skip
