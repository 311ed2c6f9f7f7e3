"""Bordereaux d'élimination (C7): files listed, sent to the Archives départementales, visaed, and only then emptied."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.uploads import SafeFile
from cias.core.vault import Vault, new_name
from households.datalife.ending import due, endings, months_of
from households.enums.datalife import Clock, LineState, SlipState
from households.models import DisposalLine, DisposalSlip, Document, Household, SlipSeries

VAULT = Vault("bordereaux")
CHUNK = 500
MOST = 2000  # files on one bordereau: more is not read by anybody
NOTHING = "Aucun des dossiers cochés ne peut être éliminé : chacun a une raison de rester."


def next_number(day: date) -> str:
    """The next number of the year: "BE-2026-003"."""
    SlipSeries.objects.get_or_create(year=day.year)
    series = SlipSeries.objects.select_for_update().get(year=day.year)
    series.last += 1
    series.save()
    return f"BE-{day.year}-{series.last:03d}"


@transaction.atomic
def prepare_slip(*, by: User, households: Collection[Any], note: str = "") -> DisposalSlip:
    """A bordereau of those of these files (keys) that are old enough and that nothing keeps. Raises ValidationError."""
    today = timezone.localdate()
    rows = due(today).filter(pk__in=list(households)[:MOST]).select_for_update(of=("self",)).order_by("pk")
    ready = [one for one in endings(rows) if one.is_ready]
    if not ready:
        raise ValidationError(NOTHING, code="empty")
    counts = dict(
        Document.objects.filter(household__in=[one.household.pk for one in ready], purged_at=None)
        .order_by().values_list("household").annotate(rows=Count("pk"))
    )  # fmt: skip
    with signed_by(by), typed_violations():
        slip = DisposalSlip.objects.create(
            number=next_number(today), prepared_on=today, prepared_by=by, note=note,
            months=months_of(Clock.FILE, today),
        )  # fmt: skip
        DisposalLine.objects.bulk_create(
            DisposalLine(
                slip=slip, household=one.household, number=one.household.number, opened_on=one.household.opened_on,
                last_contact_on=one.last_contact, last_contact=one.contact,
                documents=counts.get(one.household.pk, 0),
            )
            for one in ready
        )  # fmt: skip
    return slip


def ready_among(households: Collection[Any]) -> list[Any]:
    """As many of these files (keys), in this order, as nothing keeps and as a bordereau may hold."""
    keys, ready = list(households), []
    for start in range(0, len(keys), CHUNK):
        rows = Household.objects.filter(pk__in=keys[start : start + CHUNK]).order_by("opened_on", "pk")
        ready += [one.household.pk for one in endings(rows) if one.is_ready]
        if len(ready) >= MOST:
            break
    return ready[:MOST]


def take_off(line: DisposalLine, *, because: str, on: date) -> None:
    """The file stays, for a reason the bordereau keeps."""
    line.state, line.left_because, line.ended_on = LineState.LEFT, because[:200], on
    line.save(update_fields=["state", "left_because", "ended_on"])


@transaction.atomic
def withdraw(*, by: User, line: DisposalLine, because: str) -> None:
    """An agent takes a file off a bordereau. Raises ValidationError when it is too late."""
    line = DisposalLine.objects.select_for_update(of=("self",)).select_related("slip").get(pk=line.pk)
    if line.state != LineState.LISTED or line.slip.state in (SlipState.DONE, SlipState.CANCELLED):
        raise ValidationError("Ce dossier n’est plus sur ce bordereau.", code="state")
    with signed_by(by):
        take_off(line, because=because, on=timezone.localdate())


@transaction.atomic
def review_lines(slip: DisposalSlip) -> int:
    """Take off the files that came back, or that something keeps since; how many. Run at each step of the bordereau."""
    today = timezone.localdate()
    listed = slip.lines.filter(state=LineState.LISTED).select_for_update(of=("self",)).order_by("pk")
    lines = list(listed.select_related("household"))
    households = {line.household.pk: line.household for line in lines if line.household is not None}
    old = set(due(today).filter(pk__in=households).values_list("pk", flat=True))
    found = {one.household.pk: one for one in endings(households.values(), but=slip)}
    count = 0
    for line in lines:
        if line.household_id is None:
            continue
        ending = found[line.household_id]
        if line.household_id not in old:
            take_off(line, because=f"Nouveau contact\u00a0: {ending.contact.lower()}", on=today)
        elif ending.obstacles:
            take_off(line, because=ending.obstacles[0].label, on=today)
        else:
            continue
        count += 1
    return count


def send(*, by: User, slip: DisposalSlip, on: date) -> DisposalSlip:
    """The bordereau was printed and sent to the Archives. Raises ForbiddenTransition, ValidationError."""
    review_lines(slip)
    _refuse_empty(slip)
    with signed_by(by), typed_violations():
        slip.move_to(SlipState.SENT, by=by, on=on)
    return slip


@transaction.atomic
def record_visa(
    *, by: User, slip: DisposalSlip, on: date, visa_by: str, reference: str = "", scan: SafeFile | None = None
) -> DisposalSlip:
    """The Archives agree. Raises ForbiddenTransition, ConstraintViolation, VaultError."""
    changes: dict[str, Any] = {"visa_on": on, "visa_by": visa_by, "visa_reference": reference}
    name = new_name() if scan is not None else ""
    with signed_by(by), typed_violations():
        slip.move_to(SlipState.APPROVED, by=by, on=on, scan_name=name, **changes)
    if scan is not None:  # last, so that a refusal leaves no file behind
        VAULT.write(name, [scan.content], address=scan_address(slip))
    return slip


def read_scan(slip: DisposalSlip) -> bytes:
    """Raises MissingFileError, CannotDecryptError."""
    return b"".join(VAULT.read(slip.scan_name, address=scan_address(slip)))


def rekey_scans() -> int:
    """Encrypt again with the newest key the scans that are not yet; returns how many."""
    kept = DisposalSlip.objects.exclude(scan_name="").order_by("created_at", "pk")
    return sum(VAULT.rekey(slip.scan_name, address=scan_address(slip)) for slip in kept)


def scan_address(slip: DisposalSlip) -> str:
    return f"households.DisposalSlip.scan.{slip.pk}"


@transaction.atomic
def stop(*, by: User, slip: DisposalSlip, refused: bool, reason: str) -> DisposalSlip:
    """The Archives refuse, or the CIAS gives up: the files of the bordereau stay. Raises ForbiddenTransition."""
    today = timezone.localdate()
    slip.locked()  # as request_run does: no run begins between the question and the answer
    if slip.runs.active().exists():
        raise ValidationError("L’anonymisation est en cours : attendez qu’elle finisse.", code="running")
    state = SlipState.REFUSED if refused else SlipState.CANCELLED
    with signed_by(by), typed_violations():
        slip.move_to(state, by=by, reason=reason)
    for line in slip.lines.filter(state=LineState.LISTED).select_for_update(of=("self",)).order_by("pk"):
        take_off(line, because=f"Bordereau {SlipState(state).label.lower()}", on=today)
    return slip


def _refuse_empty(slip: DisposalSlip) -> None:
    if not slip.lines.filter(state=LineState.LISTED).exists():
        raise ValidationError(
            "Plus aucun dossier de ce bordereau ne peut être éliminé : annulez-le.", code="empty"
        )


def households_of(slip: DisposalSlip) -> list[Household]:
    lines = slip.lines.filter(state=LineState.LISTED).select_related("household")
    return [line.household for line in lines if line.household is not None]
