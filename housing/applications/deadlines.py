"""The dates of a request for social housing and of a DALO appeal: pure functions of their dates."""

from datetime import date
from typing import Protocol

from housing.applications.enums import DaloState
from housing.delays.counting import Deadline, RuleBook, run
from housing.delays.enums import DelayCode

D, S = DelayCode, DaloState


class Registered(Protocol):
    filed_on: date | None
    renewed_on: date | None

    @property
    def is_registered(self) -> bool: ...


class Appeal(Protocol):
    state: str
    filed_on: date | None
    decided_on: date | None
    notified_on: date | None


def renewal(request: Registered, rules: RuleBook) -> Deadline | None:
    """The last day to renew a request of the register, counted from its filing or its last renewal."""
    start = request.renewed_on or request.filed_on
    if start is None or not request.is_registered:
        return None
    delay = rules.find(D.RENEWAL, start)
    act = "le renouvellement" if request.renewed_on else "le dépôt"
    return run(delay, start, label="Renouveler la demande de logement social", act=act) if delay else None


def dalo_deadline(appeal: Appeal, rules: RuleBook) -> Deadline | None:
    """What the appeal waits for in its present state; None when nothing runs."""
    match appeal.state:
        case S.FILED:
            return _run(
                rules, D.DALO_DECISION, appeal.filed_on,
                "Décision attendue de la commission de médiation", "la réception du recours",
            )  # fmt: skip
        case S.PRIORITY | S.SHELTER:
            return _run(
                rules, D.DALO_OFFER, appeal.decided_on, "Offre attendue du préfet", "la décision de la commission",

            )  # fmt: skip
        case S.REFUSED:
            return _run(
                rules, D.DALO_APPEAL, appeal.notified_on or appeal.decided_on,
                "Dernier jour pour contester le rejet", "la notification",
            )  # fmt: skip
    return None


def court_deadline(appeal: Appeal, rules: RuleBook) -> Deadline | None:
    """The last day to ask the court for an injunction, once the prefect's delay has run without an offer."""
    if appeal.state not in (S.PRIORITY, S.SHELTER):
        return None
    offer = dalo_deadline(appeal, rules)
    if offer is None:
        return None
    return _run(
        rules, D.DALO_COURT, offer.due, "Dernier jour pour saisir le tribunal administratif",
        "la fin du délai d’offre",
    )  # fmt: skip


def _run(rules: RuleBook, code: DelayCode, start: date | None, label: str, act: str) -> Deadline | None:
    delay = rules.find(code, start) if start else None
    return run(delay, start, label=label, act=act) if delay and start else None
