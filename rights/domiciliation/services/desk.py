"""The mail desk: one call for each line of the register."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from rights.domiciliation.enums import DeskKind
from rights.domiciliation.services.clock import refresh
from rights.domiciliation.states import COMES_IN, GOES_OUT, HANDED_OVER
from rights.models import DeskEvent, Domiciliation, Proxy
from rights.models.mailbox import ITEMS


@transaction.atomic
def record(
    *,
    by: User,
    domiciliation: Domiciliation,
    kind: DeskKind | str,
    letters: int = 0,
    parcels: int = 0,
    notices: int = 0,
    proxy: Proxy | None = None,
    at: datetime | None = None,
) -> DeskEvent:
    """Write one line of the register. Mail that goes out without a count is all that waits.

    Whoever hands mail over has checked the identity of the person or of the proxy. Raises ValidationError when nothing
    waits, when more goes out than came in, or when the mandate of the proxy does not hold that day.
    """
    kind = DeskKind(kind)
    domiciliation = Domiciliation.objects.select_for_update().get(pk=domiciliation.pk)
    moment = at or timezone.now()
    day = timezone.localdate(moment)
    items = {"letters": letters, "parcels": parcels, "notices": notices}
    if kind in GOES_OUT:
        items = _outgoing(domiciliation, items)
    elif kind not in COMES_IN and any(items.values()):
        raise ValidationError("Un passage ou un appel ne compte pas de courrier.")
    if proxy is not None and not (
        proxy.domiciliation_id == domiciliation.pk
        and proxy.start <= day
        and (proxy.end is None or day <= proxy.end)
    ):
        raise ValidationError("Le mandat de cette personne n’est pas en cours.")
    with signed_by(by), typed_violations():
        event = DeskEvent.objects.create(
            domiciliation=domiciliation,
            kind=kind,
            at=moment,
            day=day,
            proxy=proxy,
            identity_checked=kind in HANDED_OVER,
            recorded_by=by,
            **items,
        )
        refresh(domiciliation)
    return event


def _outgoing(domiciliation: Domiciliation, items: dict[str, int]) -> dict[str, int]:
    waiting = domiciliation.register.waiting()
    if not any(waiting.values()):
        raise ValidationError("Aucun courrier n’attend cette personne.")
    if not any(items.values()):
        return waiting
    if any(items[item] > waiting[item] for item in ITEMS):
        raise ValidationError("Il n’y a pas autant de courrier en attente.")
    return items


@transaction.atomic
def undo_event(*, by: User, event: DeskEvent) -> DeskEvent:
    """Cross a line out; the clock and the mail that waits are what they were.

    Raises ForbiddenTransition when it was crossed out already, or when what it brought in has since gone out.
    """
    domiciliation = Domiciliation.objects.select_for_update().get(pk=event.domiciliation_id)
    event = DeskEvent.objects.select_for_update().get(pk=event.pk)
    if event.undone_at is not None:
        raise ForbiddenTransition("Cette ligne est déjà annulée.")
    event.undone_at, event.undone_by = timezone.now(), by
    with signed_by(by), typed_violations():
        event.save(update_fields=["undone_at", "undone_by"])
        if any(count < 0 for count in domiciliation.register.waiting().values()):
            raise ForbiddenTransition(
                "Ce courrier a déjà été remis, réexpédié ou rendu\u00a0: annulez d’abord cette sortie."
            )
        refresh(domiciliation)
    return event
