"""Deadlines of a pathway, computed on read from the dated rules: nothing is stored, nothing goes stale (I5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cias.core.deadlines import add_months
from insertion.enums import OrientationKind
from insertion.models import EngagementContract, Orientation, PathwayRule
from insertion.orientations.enums import RequestState


@dataclass(frozen=True)
class Deadline:
    """A French label, the day, and the rule it comes from."""

    label: str
    due: date
    source: str


class Rules:
    """The delays in force on any day; reads the reference data once."""

    def __init__(self) -> None:
        self._rules = list(PathwayRule.objects.order_by("valid_from"))

    def on(self, day: date) -> PathwayRule:
        """The rule valid on `day`; the first one for days before all of them."""
        valid = [rule for rule in self._rules if rule.valid_from <= day]
        return valid[-1] if valid else self._rules[0]


def is_interrupted(orientation: Orientation) -> bool:
    """Whether a request for another orientation waits for its answer: no contract is due meanwhile (C. trav., art.
    D5411-8-2 and D5411-14-2)."""
    return any(request.is_pending for request in orientation.reorientations.all())


def notice_of(orientation: Orientation) -> date:
    """The notice the month of the contract runs from: the orientation's, or that of a later refusal to change it (art.
    D5411-14-2: the delay starts again from the new notice; to be checked for a refusal)."""
    refusals = [
        request.answered_on
        for request in orientation.reorientations.all()
        if request.state == RequestState.REFUSED and request.answered_on
    ]
    return max([orientation.notified_on, *refusals])


def contract_due(orientation: Orientation, rules: Rules) -> date:
    """The day by which the contract is to be signed: so many months from the notice, quantième to quantième."""
    notice = notice_of(orientation)
    return add_months(notice, rules.on(notice).contract_months)


def deadlines_of(
    orientation: Orientation, contracts: Iterable[EngagementContract], rules: Rules, today: date
) -> list[Deadline]:
    """What is still to be done for a running orientation, the nearest first; nothing once it has ended."""
    if orientation.end is not None and orientation.end < today:
        return []
    signed = [contract for contract in contracts if contract.is_signed]
    running = [contract for contract in signed if contract.end is not None and contract.end >= today]
    found = []
    if not signed and not is_interrupted(orientation):
        found.append(
            Deadline(
                "Contrat d’engagement à signer", contract_due(orientation, rules), "C. trav., art. D5411-14-1"
            )
        )
    elif signed and not running:
        last = max(contract.end for contract in signed if contract.end is not None)
        found.append(Deadline("Contrat d’engagement à renouveler", last, "C. trav., art. R5411-14"))
    for contract in running:
        found.append(
            Deadline("Fin du contrat d’engagement", contract.end or today, "C. trav., art. R5411-14")
        )
        if contract.next_review_on:
            found.append(
                Deadline("Actualisation du contrat", contract.next_review_on, "C. trav., art. R5411-14")
            )
    if orientation.kind == OrientationKind.SOCIAL:
        months = rules.on(orientation.start).social_review_months
        found.append(
            Deadline(
                "Réexamen de l’orientation sociale",
                add_months(orientation.start, months),
                "CASF, art. L262-31",
            )
        )
    return sorted(found, key=lambda deadline: deadline.due)
