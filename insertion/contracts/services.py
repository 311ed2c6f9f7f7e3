"""A contract belongs to the orientation it was signed under (I4): written, signed, amended, updated, ended; each step
can be taken back."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short, number
from cias.core.moves import restore
from cias.core.states import ForbiddenTransition
from households.models import Document
from insertion.contracts.enums import ContractStepKind, EndReason
from insertion.deadlines import Rules
from insertion.enums import ActionState, ContractKind
from insertion.models import (
    Amendment,
    ContractAction,
    ContractStep,
    EngagementContract,
    ObjectiveAction,
    RealisedHours,
)

K = ContractStepKind
SIGNATURES = ("signed_by_person_on", "signed_by_structure_on")


def check_hours(start: date, weekly_hours: Decimal | None, reduction_reason: str) -> None:
    """Fewer hours than the rule asks need their reason (C. trav., art. L5411-6). Raises ValidationError at it."""
    minimum = Rules().on(start).minimum_hours
    if weekly_hours is not None and weekly_hours < minimum and not reduction_reason:
        raise ValidationError(
            {
                "reduction_reason": f"En dessous de {minimum} heures par semaine, dites pourquoi la durée est réduite."
            }
        )


def check_signature(name: str, signed_on: date | None) -> None:
    if signed_on and signed_on > timezone.localdate():
        raise ValidationError({name: "Une signature ne peut pas être à venir."})


def locked(contract: EngagementContract) -> EngagementContract:
    return EngagementContract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


@transaction.atomic
def write_contract(
    *,
    by: User,
    contract: EngagementContract,
    actions: Iterable[ContractAction] = (),
    taken: Iterable[ObjectiveAction] = (),
) -> EngagementContract:
    """Write a contract, or correct one that is not signed yet, with the lines of its plan d'action.

    `taken` are actions of the diagnosis it takes up. Raises ValidationError on the field, ConstraintViolation when
    another contract covers the dates, ForbiddenTransition once it is signed.
    """
    if contract.kind == ContractKind.ENGAGEMENT:
        check_hours(contract.start, contract.weekly_hours, contract.reduction_reason)
    for name in SIGNATURES:
        check_signature(name, getattr(contract, name))
    if not contract._state.adding and not locked(contract).is_draft:
        raise ForbiddenTransition("Ce contrat est signé\u00a0: il se modifie par un avenant.")
    if contract.orientation.end is not None and contract.start > contract.orientation.end:
        raise ValidationError(
            {"start": f"L’orientation s’est terminée le {date_short(contract.orientation.end)}."}
        )
    with signed_by(by), typed_violations():
        contract.save()
        for action in actions:
            action.contract = contract
            action.save()
        known = set(contract.actions.values_list("source", flat=True))
        for source in taken:
            if source.pk not in known:
                contract.actions.create(
                    source=source, kind=_kind_of(source), label=source.label, due_on=source.due_on
                )
    return contract


def _kind_of(source: ObjectiveAction) -> str:
    """The nature of R5411-15 an action of the diagnosis has by its theme; the agent may change it."""
    theme = source.objective.theme.label
    return {"Emploi": "search", "Formation": "training"}.get(theme, "rights")


def _step(
    contract: EngagementContract,
    kind: ContractStepKind,
    *,
    by: User,
    on: date,
    values: Mapping[str, Any],
    reason: str = "",
    amendment: Amendment | None = None,
) -> EngagementContract:
    """Write `values` and what they overwrote. Raises ConstraintViolation."""
    before = {name: getattr(contract, name) for name in values}
    with signed_by(by), typed_violations():
        for name, value in values.items():
            setattr(contract, name, value)
        contract.save()
        contract.steps.create(kind=kind, by=by, on=on, reason=reason, before=before, amendment=amendment)
    return contract


@transaction.atomic
def sign_contract(
    *,
    by: User,
    contract: EngagementContract,
    signed_by_person_on: date | None = None,
    signed_by_structure_on: date | None = None,
) -> EngagementContract:
    """One side has signed, or both. Raises ValidationError for a day to come, ForbiddenTransition once both have."""
    contract = locked(contract)
    if not contract.is_draft:
        raise ForbiddenTransition("Ce contrat n’attend pas de signature.")
    values = {
        name: day
        for name, day in zip(SIGNATURES, (signed_by_person_on, signed_by_structure_on), strict=True)
        if day
    }
    if not values:
        raise ValidationError({SIGNATURES[0]: "Donnez au moins une date de signature."})
    for name, day in values.items():
        check_signature(name, day)
    return _step(contract, K.SIGNED, by=by, on=max(values.values()), values=values)


@transaction.atomic
def update_contract(
    *, by: User, contract: EngagementContract, on: date, next_review_on: date | None = None, reason: str = ""
) -> EngagementContract:
    """It was gone through together (C. trav., art. R5411-14); the next time is agreed. Raises ForbiddenTransition."""
    contract = locked(contract)
    _check_running(contract, on)
    if next_review_on is not None and next_review_on <= on:
        raise ValidationError("La prochaine actualisation suit celle-ci.", code="next_review_on")
    if next_review_on is not None and contract.end is not None and next_review_on > contract.end:
        raise ValidationError(f"Le contrat finit le {date_short(contract.end)}.", code="next_review_on")
    return _step(contract, K.UPDATED, by=by, on=on, values={"next_review_on": next_review_on}, reason=reason)


def _check_running(contract: EngagementContract, on: date) -> None:
    if not contract.is_running(on):
        raise ForbiddenTransition("Seul un contrat signé et en cours le permet.")


@transaction.atomic
def end_contract(
    *, by: User, contract: EngagementContract, on: date, end_reason: str, reason: str = ""
) -> EngagementContract:
    """It ends before its term. Raises ForbiddenTransition unless it runs, ValidationError before its start."""
    contract = locked(contract)
    _check_running(contract, on)
    if on < contract.start:
        raise ValidationError(f"Le contrat a commencé le {date_short(contract.start)}.", code="on")
    return _step(
        contract,
        K.ENDED,
        by=by,
        on=on,
        values={"end": on, "end_reason": EndReason(end_reason)},
        reason=reason,
    )


@transaction.atomic
def cancel_contract(
    *, by: User, contract: EngagementContract, on: date, reason: str = ""
) -> EngagementContract:
    """A draft nobody will sign. Raises ForbiddenTransition once it is signed."""
    contract = locked(contract)
    if not contract.is_draft:
        raise ForbiddenTransition("Ce contrat est signé\u00a0: il prend fin, il ne s’abandonne pas.")
    return _step(contract, K.CANCELLED, by=by, on=on, values={"cancelled_on": on}, reason=reason)


@transaction.atomic
def prepare_amendment(*, by: User, contract: EngagementContract, **values: Any) -> Amendment:
    """Write an avenant to be signed. Raises ForbiddenTransition unless the contract runs, ValidationError at a field,
    ConstraintViolation while another one waits for its signatures."""
    contract = locked(contract)
    effective_on = values["effective_on"]
    if not contract.is_signed or contract.end is None or effective_on > contract.end:
        raise ForbiddenTransition(
            "Un avenant modifie un contrat signé et en cours\u00a0; sinon, renouvelez-le."
        )
    if effective_on < contract.start:
        raise ValidationError({"effective_on": f"Le contrat commence le {date_short(contract.start)}."})
    check_hours(effective_on, values.get("weekly_hours"), values.get("reduction_reason", ""))
    number_ = contract.amendments.count() + 1
    with signed_by(by), typed_violations():
        return contract.amendments.create(number=number_, **values)


@transaction.atomic
def sign_amendment(
    *, by: User, amendment: Amendment, signed_by_person_on: date, signed_by_structure_on: date
) -> EngagementContract:
    """Both sides have signed: the contract takes the values of the avenant. Raises ForbiddenTransition."""
    contract = locked(amendment.contract)
    amendment = Amendment.objects.select_for_update().get(pk=amendment.pk)
    if amendment.is_signed:
        raise ForbiddenTransition("Cet avenant est déjà signé.")
    for name, day in zip(SIGNATURES, (signed_by_person_on, signed_by_structure_on), strict=True):
        check_signature(name, day)
        setattr(amendment, name, day)
    names = ("end", "weekly_hours", "exemption", "reduction_reason", "next_review_on")
    with signed_by(by), typed_violations():
        amendment.save()
        _step(
            contract, K.AMENDED, by=by, on=max(signed_by_person_on, signed_by_structure_on), amendment=amendment,
            values={name: getattr(amendment, name) for name in names}, reason=amendment.changes[:400],
        )  # fmt: skip
    return contract


@transaction.atomic
def drop_amendment(*, by: User, amendment: Amendment) -> None:
    """Take back an avenant nobody signed. Raises ForbiddenTransition."""
    contract = locked(amendment.contract)
    if contract.amendments.get(pk=amendment.pk).is_signed:
        raise ForbiddenTransition("Cet avenant est signé\u00a0: annulez d’abord sa signature.")
    with signed_by(by):
        ContractStep.objects.filter(amendment=amendment).update(amendment=None)
        amendment.delete()


@transaction.atomic
def undo_step(*, by: User, contract: EngagementContract) -> ContractStep:
    """Take the last step back, with what it overwrote. Raises ForbiddenTransition when there is none or when the exit
    from the pathway made it, ConstraintViolation when the dates are taken since."""
    contract = locked(contract)
    step = contract.last_step
    if step is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
    if step.kind == K.ENDED and contract.end_reason == EndReason.EXIT:
        raise ForbiddenTransition(
            "Ce contrat a pris fin avec la sortie du parcours\u00a0: annulez la sortie."
        )
    take_back(by=by, contract=contract, step=step)
    return step


def take_back(*, by: User, contract: EngagementContract, step: ContractStep) -> None:
    restore(contract, step.before)
    step.undone_at, step.undone_by = timezone.now(), by
    with signed_by(by), typed_violations():
        contract.save()
        step.save(update_fields=["undone_at", "undone_by"])
        if step.amendment is not None:
            step.amendment.signed_by_person_on = step.amendment.signed_by_structure_on = None
            step.amendment.save()


@transaction.atomic
def end_with_exit(*, by: User, contract: EngagementContract, on: date) -> ContractStep | None:
    """The exit from the pathway ends what runs and gives up what is not signed; the step, for its undo."""
    contract = locked(contract)
    if contract.is_draft:
        _step(contract, K.CANCELLED, by=by, on=on, values={"cancelled_on": on}, reason="Sortie du parcours")
    elif contract.is_running(on) and contract.end != on:
        end = max(on, contract.start)
        _step(contract, K.ENDED, by=by, on=on, values={"end": end, "end_reason": EndReason.EXIT})
    else:
        return None
    return contract.last_step


@transaction.atomic
def save_action(*, by: User, action: ContractAction) -> ContractAction:
    """An action of the plan, completed or put right. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        action.save()
    return action


@transaction.atomic
def tell_hours(
    *, by: User, contract: EngagementContract, on: date, hours: Mapping[ContractAction, Decimal]
) -> int:
    """Hours of the week that ends `on`, by action; returns how many were told.

    Raises ValidationError for a day to come or before the contract, ConstraintViolation over 48 hours.
    """
    if on < contract.start:
        raise ValidationError(f"Le contrat commence le {date_short(contract.start)}.", code="on")
    told = {action: value for action, value in hours.items() if value}
    if not told:
        raise ValidationError("Notez les heures d’une action au moins.")
    with signed_by(by), typed_violations():
        for action, value in told.items():
            RealisedHours.objects.create(action=action, on=on, hours=value, by=by)
            if action.state == ActionState.PLANNED:
                action.state = ActionState.RUNNING
                action.save(update_fields=["state"])
    return len(told)


@transaction.atomic
def undo_hours(*, by: User, contract: EngagementContract) -> str:
    """Take back the hours told last. Raises ForbiddenTransition when there is none."""
    rows = RealisedHours.objects.select_for_update().standing().filter(action__contract=contract)
    row = rows.order_by("-created_at", "-pk").first()
    if row is None:
        raise ForbiddenTransition("Aucune heure n’est notée.")
    row.undone_at, row.undone_by = timezone.now(), by
    with signed_by(by):
        row.save(update_fields=["undone_at", "undone_by"])
    return f"{number(row.hours, 1)}\u00a0h au {date_short(row.on)}"


@transaction.atomic
def attach_scan(*, by: User, contract: EngagementContract, document: Document | None) -> EngagementContract:
    """The signed copy, kept among the household's documents."""
    contract = locked(contract)
    contract.scan = document
    with signed_by(by):
        contract.save(update_fields=["scan"])
    return contract
