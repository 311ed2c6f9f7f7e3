"""The anonymisation of a bordereau's files: ordered on a page, done by the worker, one transaction a file (C7)."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import erasing, jobs
from cias.core.deadlines import add_months
from cias.core.jobs import Pulse, announce_steps, finish, lock_current, run_job
from cias.lists.services import forget_exports
from households.datalife.anonymising import anonymise
from households.datalife.ending import due, endings, months_of
from households.datalife.slips import review_lines, take_off
from households.enums.datalife import Clock, LineState, SlipState
from households.models import DisposalLine, DisposalRun, DisposalSlip, Household, PersonRequest

UNEXPECTED = (
    "Une erreur inattendue a arrêté l’anonymisation. Ce qui est fait est fait ; relancez-la pour la suite, ou "
    "prévenez l’assistance."
)
NO_VISA = "Le visa des Archives n’est pas enregistré : rien ne peut être éliminé."


@transaction.atomic
def request_run(*, by: User, slip: DisposalSlip) -> DisposalRun:
    """Order the anonymisation. Raises ValidationError without the visa or when it is already ordered."""
    slip = slip.locked()
    if slip.state != SlipState.APPROVED or slip.visa_on is None:
        raise ValidationError(NO_VISA, code="visa")
    if slip.runs.active().exists():
        raise ValidationError("L’anonymisation de ce bordereau est déjà demandée.", code="running")
    run = DisposalRun.objects.create(slip=slip, requested_by=by)
    transaction.on_commit(lambda: ring(run.pk))
    return run


def ring(run_id: UUID) -> None:
    from households.datalife.tasks import do_disposal

    jobs.ring(do_disposal, run_id)


def do_run(run_id: UUID) -> DisposalRun | None:
    """Do the job if it is still to be done; None when it is not, or when another process is at it."""
    return run_job(DisposalRun, run_id, _work, unexpected=UNEXPECTED)


def _work(run: DisposalRun, pulse: Pulse) -> None:
    slip = run.slip
    if slip.state != SlipState.APPROVED:
        raise ValidationError(NO_VISA, code="visa")
    review_lines(slip)
    lines = list(slip.lines.filter(state=LineState.LISTED).order_by("number"))
    announce_steps(run, len(lines) + 1)
    try:
        for done, line in enumerate(lines):
            pulse.step("Anonymisation des dossiers", done)
            with transaction.atomic():
                lock_current(run)
                _end_file(line)
    finally:
        # Stopped half-way too: what is emptied is so for good, and an export made before still names its persons.
        forget_exports()
    with transaction.atomic():
        current = lock_current(run)
        with signed_by(run.requested_by):
            slip.move_to(SlipState.DONE, by=run.requested_by, done_on=timezone.localdate())
        finish(current)


def _end_file(line: DisposalLine) -> None:
    """Empty one file, unless something was heard of it until the very last moment."""
    if line.household_id is None:
        return
    listed = Household.objects.select_for_update(of=("self",)).filter(pk=line.household_id)
    household = listed.first()  # before its line, as everybody locks them (set_hold)
    line = DisposalLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.state != LineState.LISTED or line.household_id is None:
        return
    today = timezone.localdate()
    if household is None or household.pk != line.household_id:
        take_off(line, because="Dossier fusionné avec un autre", on=today)
        return
    ending = endings([household], but=line.slip_id)[0]
    if not due(today).filter(pk=household.pk).exists():
        take_off(line, because=f"Nouveau contact\u00a0: {ending.contact.lower()}", on=today)
    elif ending.obstacles:
        take_off(line, because=ending.obstacles[0].label, on=today)
    else:
        # Unlinked first: nothing leads from the number, which the proof keeps, to what is left of the household.
        line.state, line.household, line.ended_on = LineState.ERASED, None, today
        line.save(update_fields=["state", "household", "ended_on"])
        DisposalLine.objects.filter(household=household).update(household=None)
        anonymise([household.pk])


def requeue_lost_runs() -> int:
    return jobs.requeue_lost(DisposalRun, ring)


@dataclass
class Report:
    """What the command found or did."""

    due: int = 0
    ready: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    slips: list[str] = field(default_factory=list)
    erased: int = 0
    later: int = 0


def retention(*, by: User | None = None, today: date | None = None) -> Report:
    """Empty the files of the visaed bordereaux, then what outlived its own clock.

    `by` orders it and signs the runs. Without them it only counts: files old enough, those that nothing keeps, and
    what keeps the others.
    """
    today = today or timezone.localdate()
    report = Report()
    rows = list(due(today).only("pk", "number", "opened_on", "anonymised_on"))
    report.due = len(rows)
    for start in range(0, len(rows), 500):
        for ending in endings(rows[start : start + 500]):
            report.ready += ending.is_ready
            for code in {one.code for one in ending.obstacles}:
                report.kept[code] = report.kept.get(code, 0) + 1
    approved = DisposalSlip.objects.filter(state=SlipState.APPROVED).order_by("number")
    for slip in approved:
        report.slips.append(slip.number)
        if by:
            run = slip.runs.active().first() or request_run(by=by, slip=slip)
            do_run(run.pk)
            report.erased += slip.lines.filter(state=LineState.ERASED).count()
    if by:
        report.later = forget_outdated(today)
    return report


def forget_outdated(today: date) -> int:
    """Wipe what was kept of ended files for a clock of its own that is over; how many values. Twice changes nothing."""
    limit = add_months(today, -months_of(Clock.ACCOUNTING, today))
    done = erasing.erase_later(Clock.ACCOUNTING, limit=limit, gone="anonymised_on")
    # Who called or came without ever having a file: as long as a file.
    done += erasing.erase_loose(limit=add_months(today, -months_of(Clock.FILE, today)))
    return done + _forget_requests(add_months(today, -months_of(Clock.REQUEST, today)))


@transaction.atomic
def _forget_requests(limit: date) -> int:
    """Of an answered request the kind and the dates stay, in files that go on too; its words and history go."""
    old = PersonRequest.objects.filter(answered_on__lte=limit).exclude(asked="", answer="", proof="")
    # A refusal is never without a word: the mark stands for it.
    keys = [row.pk for row in old if {row.asked, row.answer, row.proof} - {"", erasing.MARK}]
    told = PersonRequest.pgh_event_model.objects.filter(pgh_obj_id__in=keys)  # type: ignore[attr-defined]
    PersonRequest.objects.filter(pk__in=keys).update(asked="", answer=erasing.MARK, proof="")
    told.delete()
    return len(keys)
