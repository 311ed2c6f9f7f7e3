"""From the request to the end of an attestation."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from cias.core.french import date_short
from cias.core.states import ForbiddenTransition
from cias.territory.models import Commune
from households.enums import MemberRole
from households.models import Household, Person
from households.models.files import on_day
from households.services.files import next_ranks
from rights.domiciliation import rules
from rights.domiciliation.enums import ElectionKind, ElectionState, EndReason, Relation
from rights.domiciliation.services.clock import refresh
from rights.domiciliation.states import PENDING
from rights.models import Dependant, Domiciliation, DomiciliationSeries, Election, ElectionMove

S = ElectionState

RELATIONS = {
    MemberRole.PARTNER.value: Relation.PARTNER,
    MemberRole.CHILD.value: Relation.CHILD,
    MemberRole.PARENT.value: Relation.PARENT,
}


def take_number(year: int) -> str:
    """The next number of `year` ("DOM-2026-00042"), without a gap; the series stays locked until the end."""
    return f"DOM-{year}-{next_ranks(DomiciliationSeries, year)[0]:05d}"


@transaction.atomic
def request_election(
    *, by: User, household: Household, person: Person, agent: User, commune: Commune, on: date
) -> Election:
    """Record a first request. A person domiciled before keeps their number; after a refusal or an end it is a first
    request again.

    Raises ValidationError when an attestation was granted and not ended (renew it), when the household's file is
    closed, or when the person's mail belongs to a file `by` may not enter.
    """
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant de recevoir une demande.")
    known = Domiciliation.objects.select_for_update().filter(person=person).first()
    if known is not None and not Household.objects.for_user(by).filter(pk=known.household_id).exists():
        raise ValidationError(
            "La demande de cette personne ne peut pas être reçue dans ce ménage.", code="person"
        )
    if known is not None and known.elections.filter(state=S.GRANTED).exists():
        raise ValidationError(
            "Cette personne est déjà domiciliée\u00a0: renouvelez son attestation.", code="person"
        )
    with signed_by(by), typed_violations():
        if known is None:
            known = Domiciliation.objects.create(
                number=take_number(on.year), household=household, person=person, agent=agent
            )
        else:
            known.household, known.agent = household, agent
            known.save(update_fields=["household", "agent"])
        return _open(known, by=by, commune=commune, on=on, kind=ElectionKind.FIRST)


def _open(
    domiciliation: Domiciliation,
    *,
    by: User,
    commune: Commune,
    on: date,
    kind: ElectionKind,
    renewal_of: Election | None = None,
) -> Election:
    election = Election.objects.create(
        domiciliation=domiciliation,
        household=domiciliation.household,
        kind=kind,
        renewal_of=renewal_of,
        commune=commune,
        requested_on=on,
        decision_due_on=rules.decision_due(on),
    )
    ElectionMove.objects.create(election=election, to_state=S.REQUESTED, on=on, by=by)
    refresh(domiciliation)
    return election


@transaction.atomic
def renew(*, by: User, election: Election, on: date) -> Election:
    """Open the request that will follow this attestation, with its commune and its beneficiaries.

    The attestation keeps its dates meanwhile. Raises ForbiddenTransition once it was ended or renewed.
    """
    if election.state != S.GRANTED:
        raise ForbiddenTransition("Seule une domiciliation accordée se renouvelle.")
    with signed_by(by), typed_violations():
        opened = _open(
            election.domiciliation,
            by=by,
            commune=election.commune,
            on=on,
            kind=ElectionKind.RENEWAL,
            renewal_of=election,
        )
        Dependant.objects.bulk_create(
            Dependant(election=opened, person_id=row.person_id, relation=row.relation)
            for row in election.dependants.all()
        )
    return opened


@transaction.atomic
def interview(
    *,
    by: User,
    election: Election,
    interview_on: date,
    commune: Commune,
    dependants: Iterable[Person],
    **answers: Any,
) -> Election:
    """Write the interview, mandatory before each decision (CASF, D264-2); again to correct it while it is undecided."""
    values = {"interview_on": interview_on, "interview_by": by, "commune": commune, **answers}
    with signed_by(by), typed_violations():
        if election.state == S.INTERVIEWED:
            election = election.locked()
            if election.state != S.INTERVIEWED:
                raise ForbiddenTransition("La décision est prise\u00a0: l’entretien ne change plus.")
            for name, value in values.items():
                setattr(election, name, value)
            election.save()
        else:
            election.move_to(S.INTERVIEWED, by=by, on=interview_on, **values)
        _cover(election, dependants)
        refresh(election.domiciliation)
    return election


def _cover(election: Election, persons: Iterable[Person]) -> None:
    wanted = {person.pk for person in persons}
    election.dependants.exclude(person__in=wanted).delete()
    here = dict(
        election.household.memberships.filter(on_day(election.requested_on)).values_list("person", "role")
    )
    covered = set(election.dependants.values_list("person", flat=True))
    Dependant.objects.bulk_create(
        Dependant(election=election, person_id=key, relation=RELATIONS.get(here.get(key, ""), Relation.OTHER))
        for key in sorted(wanted - covered)
    )


def first_day(election: Election, decided_on: date) -> date:
    """The first day an attestation decided on that day may cover: after the one it renews, if that still holds."""
    previous = election.renewal_of
    if previous is not None and previous.last_day is not None and previous.last_day >= decided_on:
        return previous.last_day + ONE_DAY
    return decided_on


@transaction.atomic
def decide_grant(
    *, by: User, election: Election, decided_on: date, decided_by: str, starts_on: date, ends_on: date
) -> Election:
    """Grant: the attestation holds from `starts_on` to `ends_on`, one year at most (CASF, L264-2).

    Raises ValidationError for a longer term, ConstraintViolation when another attestation covers one of these days.
    """
    longest = rules.last_day_of_term(starts_on)
    if ends_on > longest:
        raise ValidationError(f"L’attestation dure au plus jusqu’au {date_short(longest)}.", code="term")
    if starts_on < decided_on:
        raise ValidationError("L’attestation ne peut pas commencer avant la décision.", code="start")
    with signed_by(by), typed_violations():
        election.move_to(
            S.GRANTED, by=by, on=decided_on, decided_on=decided_on, decided_by=decided_by,
            starts_on=starts_on, ends_on=ends_on, last_day=ends_on,
        )  # fmt: skip
        previous = election.renewal_of
        if previous is not None and previous.state == S.GRANTED:
            previous.move_to(S.RENEWED, by=by, on=decided_on)
        refresh(election.domiciliation)
    return election


@transaction.atomic
def decide_refusal(
    *,
    by: User,
    election: Election,
    decided_on: date,
    decided_by: str,
    refusal_reason: str,
    refusal_detail: str,
    orientation: str,
    orientation_detail: str,
) -> Election:
    """Refuse: motivated, with another body to turn to (CASF, L264-4). Raises ConstraintViolation without either."""
    with signed_by(by), typed_violations():
        election.move_to(
            S.REFUSED,
            by=by,
            on=decided_on,
            decided_on=decided_on,
            decided_by=decided_by,
            refusal_reason=refusal_reason,
            refusal_detail=refusal_detail,
            orientation=orientation,
            orientation_detail=orientation_detail,
        )
        refresh(election.domiciliation)
    return election


@transaction.atomic
def notify(*, by: User, election: Election, on: date) -> Election:
    """The day a decision, or an end, was handed over or posted: the delay to contest it starts there."""
    election = election.locked()
    if election.decided_on is None:
        raise ForbiddenTransition("Aucune décision n’est prise.")
    name = "end_notified_on" if election.state == S.ENDED else "notified_on"
    setattr(election, name, on)
    with signed_by(by), typed_violations():
        election.save(update_fields=[name])
    return election


@transaction.atomic
def end(*, by: User, election: Election, on: date, end_reason: str, end_detail: str = "") -> Election:
    """End an attestation, for one of the law's reasons (CASF, L264-5). Always an agent's decision.

    Raises ValidationError for an absence whose three months are not over, a term not reached, or an attestation that
    has not begun.
    """
    domiciliation = Domiciliation.objects.select_for_update().get(pk=election.domiciliation_id)
    if election.starts_on is None or election.last_day is None:
        raise ForbiddenTransition("Cette demande n’a pas été accordée.")
    if on < election.starts_on:
        raise ValidationError(
            f"Cette attestation ne commence que le {date_short(election.starts_on)}\u00a0: annulez plutôt la décision.",
            code="on",
        )
    if end_reason == EndReason.NOT_RENEWED and on <= election.last_day:
        raise ValidationError(
            f"L’attestation court jusqu’au {date_short(election.last_day)}.", code="end_reason"
        )
    if end_reason == EndReason.ABSENCE:
        _check_absence(domiciliation, on)
    if end_reason == EndReason.OTHER and not end_detail.strip():
        raise ValidationError("Précisez le motif.", code="end_detail")
    with signed_by(by), typed_violations():
        election.move_to(
            S.ENDED, by=by, on=on, ended_on=on, end_reason=end_reason, end_detail=end_detail,
            last_day=min(on, election.last_day),
        )  # fmt: skip
        refresh(domiciliation)
    return election


def _check_absence(domiciliation: Domiciliation, on: date) -> None:
    limit = domiciliation.absence_due_on
    if limit is None:
        raise ValidationError(
            "Une absence justifiée est en cours\u00a0: les trois mois ne courent pas.", code="end_reason"
        )
    if on <= limit:
        raise ValidationError(
            f"La personne s’est manifestée le {date_short(domiciliation.last_contact_on or on)}\u00a0: ce motif n’est "
            f"possible qu’après le {date_short(limit)}.",
            code="end_reason",
        )


@transaction.atomic
def withdraw(*, by: User, election: Election, on: date, reason: str) -> Election:
    """The person gives up the request, or never came to the interview."""
    with signed_by(by), typed_violations():
        election.move_to(S.WITHDRAWN, by=by, on=on, reason=reason, ended_on=on)
        refresh(election.domiciliation)
    return election


def undoable_move(election: Election) -> ElectionMove | None:
    """The last step still standing; neither the request itself, nor what a renewal has since been built upon."""
    move = election.moves.filter(undone_at__isnull=True).order_by("-created_at", "-pk").first()
    if move is None or not move.from_state or move.to_state == S.RENEWED:
        return None
    if move.to_state == S.GRANTED and election.renewals.exclude(state=S.WITHDRAWN).exists():
        return None
    return move


@transaction.atomic
def undo_last_move(*, by: User, election: Election) -> ElectionMove:
    """Take the last step back; a renewal taken back gives its place to the attestation it followed.

    Raises ForbiddenTransition when there is nothing to undo, ConstraintViolation when what followed forbids it.
    """
    domiciliation = Domiciliation.objects.select_for_update().get(pk=election.domiciliation_id)
    election = election.locked()
    move = undoable_move(election)
    if move is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
    with signed_by(by), typed_violations():
        _restore(election, move, by)
        previous = election.renewal_of
        if move.to_state == S.GRANTED and previous is not None and previous.state == S.RENEWED:
            renewed = previous.moves.filter(undone_at__isnull=True, to_state=S.RENEWED).latest("created_at")
            _restore(previous.locked(), renewed, by)
        refresh(domiciliation)
    return move


def _restore(election: Election, move: ElectionMove, by: User) -> None:
    election.end_notified_on = None
    if move.from_state in PENDING:
        election.notified_on = None
    election.undo(move, by=by)
