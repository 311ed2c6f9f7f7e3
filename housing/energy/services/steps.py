"""The steps of a file, from the first call to the end."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appointments.enums import CANCELLED, Category
from appointments.models import Appointment
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from housing.energy import rules
from housing.energy.enums import REACHED, CloseReason, ContactOutcome, EnergyState
from housing.energy.states import BEFORE, DONE, PLANNED
from housing.models import EnergyContact, EnergyFile, EnergyMove, EnergyVisit

S = EnergyState


@transaction.atomic
def log_contact(
    *, by: User, file: EnergyFile, on: date, means: str, outcome: str, note: str = ""
) -> EnergyContact:
    """Write an attempt to reach the household; an agreement makes it « contacté ».

    Raises ValidationError while the household's consent is not recorded, or before the signalement.
    """
    if file.is_closed:
        raise ForbiddenTransition("Le dossier est clos.")
    if file.consent_on is None:
        raise ValidationError(
            "L’accord du ménage n’est pas enregistré\u00a0: le donneur d’alerte le recueille avant tout contact.",
            code="consent",
        )
    if on < file.reported_on:
        raise ValidationError("Le contact ne peut pas précéder le signalement.", code="on")
    with signed_by(by), typed_violations():
        contact = EnergyContact.objects.create(
            file=file, on=on, means=means, outcome=outcome, note=note, by=by
        )
        if outcome == ContactOutcome.AGREED and file.state == S.REPORTED:
            file.move_to(S.CONTACTED, by=by, on=on)
    return contact


def failed_attempts(file: EnergyFile) -> int:
    """Attempts in vain since the household was last reached."""
    count = 0
    for outcome in file.contacts.order_by("-on", "-created_at").values_list("outcome", flat=True):
        if outcome in REACHED:
            break
        count += 1
    return count


def rank_to_plan(file: EnergyFile) -> int | None:
    """The visit that may be planned now: 1, 2 or none."""
    return next((rank for rank, before in BEFORE.items() if file.state == before), None)


def visits_to_tie(file: EnergyFile) -> Any:
    """The household's coming appointments that may be the visit: of the energy domain, not tied yet."""
    if rank_to_plan(file) is None:
        return Appointment.objects.none()
    rows = Appointment.objects.filter(
        household=file.household_id, reason__category=Category.ENERGY, energy_visit__isnull=True
    )
    day = timezone.localdate()
    return rows.exclude(status__in=CANCELLED).filter(start__date__gte=day).order_by("start")


@transaction.atomic
def plan_visit(*, by: User, file: EnergyFile, appointment: Appointment) -> EnergyVisit:
    """Tie the next visit to its appointment.

    Raises ForbiddenTransition when no visit may be planned, ValidationError when the appointment is another
    household's, is cancelled, or is already a visit.
    """
    rank = rank_to_plan(file)
    if rank is None:
        raise ForbiddenTransition("Aucune visite n’est à prévoir à cette étape.")
    if appointment.household_id != file.household_id or appointment.status in CANCELLED:
        raise ValidationError("Ce rendez-vous n’est pas celui d’une visite de ce ménage.")
    with signed_by(by), typed_violations():
        visit, _created = EnergyVisit.objects.select_for_update().get_or_create(
            file=file, rank=rank, defaults={"agent": appointment.agent}
        )
        visit.appointment, visit.agent = appointment, appointment.agent
        visit.save(update_fields=["appointment", "agent"])
        file.move_to(PLANNED[rank], by=by)
    return visit


@transaction.atomic
def unplan_visit(*, by: User, file: EnergyFile, reason: str) -> None:
    """The visit falls through: the household is to be called again. What was typed in advance stays."""
    rank = next((rank for rank, state in PLANNED.items() if file.state == state), None)
    if rank is None:
        raise ForbiddenTransition("Aucune visite n’est prévue.")
    with signed_by(by), typed_violations():
        file.visits.filter(rank=rank).update(appointment=None)
        file.move_to(BEFORE[rank], by=by, reason=reason)


@transaction.atomic
def finish_visit(*, by: User, visit: EnergyVisit, on: date) -> EnergyVisit:
    """The visit took place on `on`. Saying so twice changes the date only.

    Raises ForbiddenTransition when the file has gone elsewhere, ValidationError before the signalement.
    """
    file = EnergyFile.objects.select_for_update().get(pk=visit.file_id)
    if on < file.reported_on:
        raise ValidationError("La visite ne peut pas précéder le signalement.", code="done_on")
    is_correction = visit.done_on is not None and not file.is_closed
    if file.state != PLANNED[visit.rank] and not is_correction:
        raise ForbiddenTransition(
            f"Le dossier n’attend pas cette visite\u00a0: il est «\u00a0{file.get_state_display()}\u00a0»."
        )
    with signed_by(by), typed_violations():
        visit.done_on = on
        visit.save(update_fields=["done_on"])
        if not is_correction:
            file.move_to(DONE[visit.rank], by=by, on=on, visited_on=on)
        elif not file.visits.filter(rank__gt=visit.rank, done_on__isnull=False).exists():
            file.visited_on = on
            file.save(update_fields=["visited_on"])
    return visit


@transaction.atomic
def support(*, by: User, file: EnergyFile, on: date) -> None:
    """Accompany the household towards its orientations."""
    with signed_by(by), typed_violations():
        file.move_to(S.SUPPORT, by=by, on=on)


@transaction.atomic
def watch(*, by: User, file: EnergyFile, on: date) -> None:
    """The accompaniment is over; the household is called again some months after the visit."""
    with signed_by(by), typed_violations():
        file.move_to(S.FOLLOW_UP, by=by, on=on)


@transaction.atomic
def close(*, by: User, file: EnergyFile, on: date, close_reason: str, close_detail: str = "") -> None:
    """End the file. « Perdu de vue » asks for as many attempts in vain as the rule says.

    Raises ForbiddenTransition and ValidationError (`code` is the field it is about).
    """
    if close_reason in (CloseReason.OTHER, CloseReason.REFUSED) and not close_detail.strip():
        raise ValidationError("Précisez pourquoi, en quelques mots.", code="close_detail")
    if on < file.reported_on:
        raise ValidationError("La fin ne peut pas précéder le signalement.", code="on")
    if close_reason == CloseReason.LOST:
        wanted, done = rules.rule_on(on).attempts, failed_attempts(file)
        if done < wanted:
            raise ValidationError(
                f"Perdu de vue après {wanted} tentatives sans réponse\u00a0: {done} sont notées.",
                code="close_reason",
            )
    with signed_by(by), typed_violations():
        file.move_to(
            S.CLOSED, by=by, on=on, reason=close_detail, closed_on=on, close_reason=close_reason,
            close_detail=close_detail,
        )  # fmt: skip


def undoable_move(file: EnergyFile) -> EnergyMove | None:
    """The last step still standing; the signalement itself is not undone but corrected or closed."""
    move = file.last_move()
    return move if move is not None and move.from_state else None


@transaction.atomic
def undo_last_move(*, by: User, file: EnergyFile) -> EnergyMove:
    """Take the last step back, with the dates it wrote; a visit keeps all that was noted.

    Raises ForbiddenTransition when there is nothing to undo, ConstraintViolation when a newer signalement runs.
    """
    file = EnergyFile.objects.select_for_update().get(pk=file.pk)
    move = undoable_move(file)
    if move is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
    with signed_by(by), typed_violations():
        file.undo(move, by=by)
        for rank, state in PLANNED.items():
            if move.to_state == state:
                file.visits.filter(rank=rank).update(appointment=None)
            if move.to_state == DONE[rank] and move.from_state == state:
                file.visits.filter(rank=rank).update(done_on=None)
    return move
