"""What is printed: the anonymised sheets before the session, the minutes after it, the letters."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.models import User
from cias.core.deadlines import legal_deadline
from cias.core.pdf import render_pdf
from cias.territory.services import get_structure
from households.letters.addressing import postal_lines
from rights.aids.enums import AidDecision
from rights.aids.regulation import regulation_on
from rights.aids.services.sessions import to_report
from rights.aids.sheets import sheets_of
from rights.models import AgendaItem, AidEnvelope, AidRequest, AidSession


def items_of(session: AidSession) -> list[AgendaItem]:
    """The whole agenda in its order, without the requests themselves: the sheets say everything."""
    return list(session.items.prefetch_related("recused"))


def pack_pdf(session: AidSession, moment: datetime) -> bytes:
    """The convocation: agenda, then one anonymised sheet a page half, then the decisions by delegation."""
    items = items_of(session)
    sheets = sheets_of(items, regulation_on(session.held_on))
    context = {
        "session": session,
        "rows": [(item, sheets[item.pk]) for item in items],
        "asked": sum((sheets[item.pk].amount for item in items), Decimal(0)),
        "delegated": list(to_report(session)),
        "envelopes": AidEnvelope.objects.with_figures().filter(year=session.held_on.year),
    }
    return _pdf(
        "rights/aids/pdf/pack.html", context, f"Fiches de la commission du {session.held_on:%d/%m/%Y}", moment
    )


def minutes_pdf(session: AidSession, moment: datetime) -> bytes:
    """The minutes, by number only: individual decisions are never published by name."""
    items = [item for item in items_of(session) if item.is_decided]
    sheets = sheets_of(items, regulation_on(session.held_on))
    granted = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    counts = [
        (decision.label, len([item for item in items if item.decision == decision]))
        for decision in AidDecision
    ]
    seats = list(session.seats.select_related("member", "proxy"))
    context = {
        "session": session,
        "rows": [(item, sheets[item.pk]) for item in items],
        "counts": counts,
        "granted": granted,
        "present": [seat for seat in seats if seat.attended],
        "absent": [seat for seat in seats if not seat.attended],
        "quorate": sum(seat.attended and seat.arrived_at is None for seat in seats),
        "powers": [seat for seat in seats if seat.proxy],
        "delegated": list(to_report(session)),
        "envelopes": AidEnvelope.objects.with_figures().filter(year=session.held_on.year),
        "day": timezone.localtime(moment).date(),
    }
    return _pdf(
        "rights/aids/pdf/minutes.html", context, f"Procès-verbal du {session.held_on:%d/%m/%Y}", moment
    )


def letters_pdf(requests: Sequence[AidRequest], user: User, moment: datetime) -> bytes:
    """One letter a request, its address in the window, the decision, its reason, and how to appeal."""
    day = timezone.localtime(moment).date()
    letters = [
        {
            "aid": one,
            "lines": postal_lines(one.household, one.applicant, user, day),
            "regulation": (regulation := regulation_on(one.decision_on or day)),
            "until": legal_deadline(one.notified_on, months=regulation.court_months, franc=True)
            if one.notified_on
            else None,
        }
        for one in requests
    ]
    title = f"Notification {requests[0].number}" if len(requests) == 1 else "Notifications des décisions"
    return _pdf("rights/aids/pdf/letters.html", {"letters": letters, "day": day}, title, moment)


def _pdf(template: str, context: dict[str, Any], title: str, moment: datetime) -> bytes:
    structure = get_structure()
    html = render_to_string(template, {**context, "structure": structure, "moment": moment})
    return render_pdf(html, title=title, author=structure.name, moment=moment)
