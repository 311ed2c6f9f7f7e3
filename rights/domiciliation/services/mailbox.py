"""What the desk must know of a person: proxies, forwarding, justified absences, who follows them."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from rights.domiciliation.services.clock import refresh
from rights.models import Domiciliation, DomiciliationRule, Forwarding, Pause, Proxy


def _lock(domiciliation: Domiciliation) -> Domiciliation:
    return Domiciliation.objects.select_for_update().get(pk=domiciliation.pk)


@transaction.atomic
def add_proxy(
    *,
    by: User,
    domiciliation: Domiciliation,
    name: str,
    birth_date: date | None,
    start: date,
    end: date | None,
) -> Proxy:
    """Let somebody fetch the person's mail. Raises ValidationError beyond the number today’s rule allows."""
    domiciliation = _lock(domiciliation)
    held = domiciliation.proxies.filter(Q(end__isnull=True) | Q(end__gte=start))
    most = DomiciliationRule.objects.on(timezone.localdate()).most_proxies
    if (held.filter(start__lte=end) if end else held).count() >= most:
        raise ValidationError(f"Une personne a au plus {most} mandataires à la fois.")
    with signed_by(by), typed_violations():
        return Proxy.objects.create(
            domiciliation=domiciliation, name=name, birth_date=birth_date, start=start, end=end
        )


@transaction.atomic
def add_forwarding(
    *, by: User, domiciliation: Domiciliation, address_lines: str, start: date, end: date | None
) -> Forwarding:
    """Send mail on for a while. Raises ConstraintViolation when another address covers one of these days."""
    with signed_by(by), typed_violations():
        return Forwarding.objects.create(
            domiciliation=domiciliation, address_lines=address_lines, start=start, end=end
        )


@transaction.atomic
def add_pause(*, by: User, domiciliation: Domiciliation, reason: str, start: date, end: date | None) -> Pause:
    """Stop the clock. Raises ConstraintViolation when another absence covers one of these days."""
    domiciliation = _lock(domiciliation)
    with signed_by(by), typed_violations():
        pause = Pause.objects.create(domiciliation=domiciliation, reason=reason, start=start, end=end)
        refresh(domiciliation)
    return pause


@transaction.atomic
def stop(*, by: User, row: Any, on: date) -> None:
    """End a mandate, a forwarding or an absence the day before `on`; one that had not begun is removed."""
    domiciliation = _lock(row.domiciliation)
    with signed_by(by), typed_violations():
        if row.start >= on and not (isinstance(row, Proxy) and row.handovers.exists()):
            row.delete()
        else:
            row.end = max(row.start, on - ONE_DAY)
            row.save(update_fields=["end"])
        refresh(domiciliation)


@transaction.atomic
def hand_over(*, by: User, domiciliation: Domiciliation, agent: User) -> Domiciliation:
    """Give the follow-up to another agent: alerts and decisions to take go to them."""
    domiciliation = _lock(domiciliation)
    domiciliation.agent = agent
    with signed_by(by):
        domiciliation.save(update_fields=["agent"])
    return domiciliation
