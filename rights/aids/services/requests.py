"""From the worker's evaluation to the request's end, and the way back."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import euros
from cias.core.states import ForbiddenTransition
from households.models import Household
from households.services.budgets import freeze_budget
from households.services.files import next_ranks
from rights.aids.checks import cautions
from rights.aids.enums import AidState, NoticeChannel
from rights.aids.sheets import names_sentence, names_told
from rights.aids.states import FOLLOWS_MONEY
from rights.models import AidEnvelope, AidMove, AidRequest, AidSeries

S = AidState
# What the commission reads of what is typed.
READ_BY_ALL = ("purpose", "derogation")
NOTHING_DECIDED: dict[str, Any] = {
    "decision": "",
    "decision_on": None,
    "decision_reason": "",
    "granted_amount": None,
}


def take_number(year: int) -> str:
    """The next number of `year` ("A-2026-00042"), without a gap; the series stays locked until the end."""
    return f"A-{year}-{next_ranks(AidSeries, year)[0]:05d}"


def check_anonymous(household: Household, values: dict[str, Any], day: date) -> None:
    """Raise ValidationError, at its field, for a text of the commission that says who or where."""
    for name in READ_BY_ALL:
        if told := names_told(household, values.get(name) or "", day):
            raise ValidationError({name: names_sentence(told)})


@transaction.atomic
def open_request(*, by: User, household: Household, opened_on: date, **values: Any) -> AidRequest:
    """Write a draft, with a frozen copy of the household's budget when it has one.

    Raises ValidationError when the file is closed, or when what the commission reads names somebody.
    """
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant de demander une aide.")
    check_anonymous(household, values, opened_on)
    number = take_number(opened_on.year)
    snapshot = (
        freeze_budget(by=by, household=household, purpose=f"Aide {number}") if has_budget(household) else None
    )
    with signed_by(by), typed_violations():
        request = AidRequest.objects.create(
            number=number,
            household=household,
            opened_on=opened_on,
            rule=values["kind"].rule_on(opened_on),
            snapshot=snapshot,
            **values,
        )
        AidMove.objects.create(request=request, to_state=S.DRAFT, on=opened_on, by=by)
    return request


def has_budget(household: Household) -> bool:
    return household.budgets.filter(on__lte=timezone.localdate()).exists()


@transaction.atomic
def update_request(*, by: User, request: AidRequest, **values: Any) -> AidRequest:
    """Change a draft. Raises ValidationError once it was proposed."""
    request = request.locked()
    if not request.is_editable:
        raise ValidationError("La demande est proposée\u00a0: reprenez-la en brouillon pour la modifier.")
    check_anonymous(request.household, values, timezone.localdate())
    for name, value in values.items():
        setattr(request, name, value)
    request.rule = request.kind.rule_on(request.opened_on)
    with signed_by(by), typed_violations():
        request.save()
    return request


@transaction.atomic
def freeze_again(*, by: User, request: AidRequest) -> AidRequest:
    """Take a new copy of the household's budget into a draft. Raises ValidationError when there is none."""
    request = request.locked()
    if not request.is_editable:
        raise ValidationError("La demande est proposée\u00a0: son budget ne change plus.")
    request.snapshot = freeze_budget(by=by, household=request.household, purpose=f"Aide {request.number}")
    with signed_by(by):
        request.save(update_fields=["snapshot"])
    return request


@transaction.atomic
def propose(*, by: User, request: AidRequest) -> AidRequest:
    """The social worker proposes the request to the commission.

    Raises ValidationError without an opinion, without a frozen budget (an emergency that is decided by delegation does
    not wait for one), or when the règlement is not met and no derogation says why.
    """
    current = request.locked()
    if not current.opinion:
        raise ValidationError({"opinion": "Donnez votre proposition avant de proposer la demande."})
    if current.snapshot is None and not current.may_be_delegated:
        raise ValidationError("Établissez d’abord le budget du ménage, puis figez-le dans la demande.")
    if current.rule is not None and current.rule.repayable and not current.instalments:
        raise ValidationError(
            {"instalments": "Cette aide se rembourse\u00a0: indiquez en combien d’échéances."}
        )
    found = cautions(current, timezone.localdate())
    if found and not current.derogation:
        said = " ".join(one.text for one in found)
        raise ValidationError(
            {"derogation": f"Le règlement n’est pas respecté\u00a0: motivez la dérogation demandée. {said}"}
        )
    check_anonymous(
        current.household, {name: getattr(current, name) for name in READ_BY_ALL}, timezone.localdate()
    )
    with signed_by(by), typed_violations():
        request.move_to(S.PROPOSED, by=by)
    return request


@transaction.atomic
def take_back(*, by: User, request: AidRequest, reason: str = "") -> AidRequest:
    """Back to a draft, to be changed; what an adjournment said is cleared, its session keeps it."""
    with signed_by(by), typed_violations():
        request.move_to(S.DRAFT, by=by, reason=reason, **NOTHING_DECIDED)
    return request


@transaction.atomic
def abandon(*, by: User, request: AidRequest, on: date, reason: str) -> AidRequest:
    """The person no longer asks."""
    with signed_by(by), typed_violations():
        request.move_to(S.ABANDONED, by=by, on=on, reason=reason, closed_on=on)
    return request


@transaction.atomic
def notify(*, by: User, request: AidRequest, on: date, notice: NoticeChannel | str) -> AidRequest:
    """The person was told; the appeal delays run from `on` (CJA, art. R421-1)."""
    with signed_by(by), typed_violations():
        request.move_to(S.NOTIFIED, by=by, on=on, notified_on=on, notice=notice)
    return request


@transaction.atomic
def close_request(*, by: User, request: AidRequest, on: date, reason: str = "") -> AidRequest:
    """Nothing more is expected; an advance that is not repaid is closed with a reason."""
    if request.state == S.REPAYING and not reason:
        raise ValidationError(
            {"reason": "Tout n’est pas remboursé\u00a0: dites pourquoi la demande est close."}
        )
    with signed_by(by), typed_violations():
        request.move_to(S.CLOSED, by=by, on=on, reason=reason, closed_on=on)
    return request


def undoable_move(request: AidRequest) -> AidMove | None:
    """The last standing move; not the opening, nor those that follow payments, nor a withdrawal from an agenda."""
    moves = request.moves.filter(undone_at__isnull=True)
    move = moves.select_related("item__session").order_by("-created_at", "-pk").first()
    if move is None or not move.from_state:
        return None
    if (move.from_state, move.to_state) in FOLLOWS_MONEY or (
        move.from_state == S.LISTED and move.item is None
    ):
        return None
    if move.from_state == S.LISTED and move.to_state == S.PROPOSED:
        return None
    return move


def take_back_state(*, by: User, request: AidRequest) -> None:
    """The state the last standing move left, for a slip in what was paid or repaid; what was agreed since is kept."""
    move = request.moves.filter(undone_at__isnull=True).order_by("-created_at", "-pk")[0]
    request.state = move.from_state
    move.undone_at, move.undone_by = timezone.now(), by
    request.save(update_fields=["state"])
    move.save(update_fields=["undone_at", "undone_by"])


def _check_envelope(request: AidRequest, key: UUID) -> None:
    """Raise ForbiddenTransition when what the closing released of the grant was granted to others since."""
    locked = AidEnvelope.objects.select_for_update().get(pk=key)
    left = AidEnvelope.objects.with_figures().get(pk=locked.pk).left
    paid = request.payments.standing().aggregate(total=Sum("amount"))["total"] or Decimal(0)
    released = (request.granted_amount or Decimal(0)) - paid
    if released > 0 and released > left:
        raise ForbiddenTransition(
            f"L’enveloppe n’a plus que {euros(left)}\u00a0: la part non payée a été accordée à d’autres depuis."
        )


@transaction.atomic
def undo_last_move(*, by: User, request: AidRequest) -> AidMove:
    """Take the last move back: the state and the values it wrote are again what they were.

    A decision of a session is taken back while the session is open. Raises ForbiddenTransition when there is nothing
    to undo.
    """
    request = request.locked()
    move = undoable_move(request)
    if move is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler ici.")
    item = move.item
    if item is not None and item.session.is_closed:
        raise ForbiddenTransition("La séance est levée\u00a0: rouvrez-la pour revenir sur une décision.")
    if move.to_state == S.CLOSED and request.envelope_id is not None:
        _check_envelope(request, request.envelope_id)
    if move.to_state == S.NOTIFIED and request.payments.standing().exists():
        raise ForbiddenTransition("Un paiement a été enregistré\u00a0: annulez-le d’abord.")
    with signed_by(by), typed_violations():
        request.undo(move, by=by)
        if item is not None and move.to_state == S.LISTED:
            item.delete()
        elif item is not None:
            for name, value in item.clear().items():
                setattr(item, name, value)
            item.recused.clear()
            item.save()
    return move
