"""Deadlines of a pathway, computed on read from the dated rules: nothing is stored, nothing goes stale (I5)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from cias.core.deadlines import DueStatus, add_days, add_months
from insertion.enums import OrientationKind
from insertion.followup.enums import ParameterCode, ParameterUnit
from insertion.models import EngagementContract, Orientation, PathwayParameter
from insertion.orientations.enums import RequestState

P = ParameterCode
CONTRACT_ALERTS = (P.CONTRACT_ALERT_1, P.CONTRACT_ALERT_2, P.CONTRACT_ALERT_3)


class DueCode(StrEnum):
    """What is due; the values stand in addresses."""

    MEETING = "rendez-vous"
    SIGN = "contrat"
    RENEW = "renouvellement"
    END = "fin"
    UPDATE = "actualisation"
    REVIEW = "reexamen"
    ABSENCE = "absence"

    @property
    def label(self) -> str:
        return DUE_LABELS[self]


DUE_LABELS = {
    DueCode.MEETING: "Premier rendez-vous",
    DueCode.SIGN: "Contrat d’engagement à signer",
    DueCode.RENEW: "Contrat d’engagement à renouveler",
    DueCode.END: "Fin du contrat d’engagement",
    DueCode.UPDATE: "Actualisation du contrat",
    DueCode.REVIEW: "Réexamen de l’orientation sociale",
    DueCode.ABSENCE: "Absence à suivre",
}


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A French label, the day, and the rule it comes from.

    From `alert_on` it is worth the référent's attention; `level` counts the alerts already passed.
    """

    code: DueCode
    label: str
    due: date
    alert_on: date
    why: str
    source: str
    to_check: bool = False
    level: int = 0

    @property
    def soon_days(self) -> int:
        """How many days before the last day the alert begins."""
        return max((self.due - self.alert_on).days, 0)

    def status(self, today: date) -> DueStatus:
        """LATE once the day is past, SOON from the alert to the day itself."""
        if self.due < today:
            return DueStatus.LATE
        return DueStatus.SOON if self.alert_on <= today else DueStatus.OK


class InForce:
    """The values on one day: `rules.on(day).contract_months`."""

    def __init__(self, rules: "Rules", day: date) -> None:
        self._rules, self._day = rules, day

    def __getattr__(self, name: str) -> int:
        if name not in ParameterCode.values:
            raise AttributeError(name)
        return self._rules.find(ParameterCode(name), self._day).value


class Rules:
    """The values in force on any day; reads the reference data once."""

    def __init__(self) -> None:
        self._versions: dict[str, list[PathwayParameter]] = {}
        for row in PathwayParameter.objects.order_by("code", "valid_from"):
            self._versions.setdefault(row.code, []).append(row)

    def find(self, code: ParameterCode, day: date) -> PathwayParameter:
        """The version valid on `day`; the first one for days before all of them."""
        versions = self._versions[code]
        valid = [row for row in versions if row.valid_from <= day]
        return valid[-1] if valid else versions[0]

    def on(self, day: date) -> InForce:
        return InForce(self, day)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a pathway besides its orientation.

    `met_on`: the first meeting; `unfollowed`: days of absences nobody has followed up yet.
    """

    contracts: Collection[EngagementContract] = ()
    met_on: date | None = None
    meeting_on: date | None = None
    reviewed_on: date | None = None
    review_next_on: date | None = None
    case_id: UUID | None = None
    case_due: tuple[str, date, ParameterCode] | None = None
    unfollowed: Sequence[date] = field(default_factory=tuple)


def after(start: date, rule: PathwayParameter) -> date:
    """The last day of a delay that runs from `start`: months from quantième to quantième (CPC, art. 641)."""
    if rule.unit == ParameterUnit.MONTHS:
        return add_months(start, rule.value)
    return add_days(start, rule.value)


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
    """The day by which the contract is to be signed (C. trav., art. D5411-14-1)."""
    notice = notice_of(orientation)
    return after(notice, rules.find(P.CONTRACT_MONTHS, notice))


def deadlines_of(orientation: Orientation, facts: Facts, rules: Rules, today: date) -> list[Deadline]:
    """What is still to be done for a running orientation, the nearest first; nothing once it has ended."""
    if orientation.end is not None and orientation.end < today:
        return []
    found = [
        *_absence(facts, rules),
        *_meeting(orientation, facts, rules),
        *_contract(orientation, facts, rules, today),
        *_review(orientation, facts, rules),
    ]
    return sorted(found, key=lambda deadline: deadline.due)


def _from(
    code: DueCode, rule: PathwayParameter, start: date, act: str, alert: int, label: str = ""
) -> Deadline:
    due = after(start, rule)
    return Deadline(
        code=code, label=label or code.label, due=due, alert_on=due - timedelta(days=alert),
        why=f"{rule.length} après {act} du {start:%d/%m/%Y}", source=rule.source, to_check=rule.is_to_check,
    )  # fmt: skip


def _meeting(orientation: Orientation, facts: Facts, rules: Rules) -> Iterator[Deadline]:
    if facts.met_on is not None or any(contract.is_signed for contract in facts.contracts):
        return
    rule = rules.find(P.FIRST_MEETING_DAYS, orientation.notified_on)
    label = DueCode.MEETING.label
    if facts.meeting_on is not None:
        label = f"{label}, pris le {facts.meeting_on:%d/%m/%Y}"
    yield _from(DueCode.MEETING, rule, orientation.notified_on, "la notification", rule.value, label)


def _contract(orientation: Orientation, facts: Facts, rules: Rules, today: date) -> Iterator[Deadline]:
    signed = [contract for contract in facts.contracts if contract.is_signed]
    running = [contract for contract in signed if contract.is_running(today)]
    if not signed:
        if not is_interrupted(orientation):
            yield _to_sign(orientation, rules, today)
    elif not running:
        last = max(contract.end for contract in signed if contract.end is not None)
        yield _of_contract(DueCode.RENEW, last, f"terme du {last:%d/%m/%Y}", P.CONTRACT_END_ALERT, rules)
    for contract in running:
        end = contract.end or today
        yield _of_contract(DueCode.END, end, "dernier jour du contrat en cours", P.CONTRACT_END_ALERT, rules)
        if contract.next_review_on:
            yield _of_contract(
                DueCode.UPDATE, contract.next_review_on, "date convenue au contrat", P.REVIEW_ALERT, rules
            )


def _to_sign(orientation: Orientation, rules: Rules, today: date) -> Deadline:
    """Within the legal delay from the notice; the alerts fall before it, or on the last day at the latest."""
    notice = notice_of(orientation)
    rule = rules.find(P.CONTRACT_MONTHS, notice)
    due = after(notice, rule)
    alerts = sorted(min(after(notice, rules.find(code, notice)), due) for code in CONTRACT_ALERTS)
    restarted = notice != orientation.notified_on
    act = "le refus de la réorientation" if restarted else "la notification"
    return Deadline(
        code=DueCode.SIGN, label=DueCode.SIGN.label, due=due, alert_on=alerts[0],
        why=f"{rule.length} après {act} du {notice:%d/%m/%Y}", source=rule.source,
        to_check=rule.is_to_check or restarted, level=sum(day <= today for day in alerts),
    )  # fmt: skip


def _of_contract(code: DueCode, due: date, why: str, alert: ParameterCode, rules: Rules) -> Deadline:
    days = rules.find(alert, due).value
    return Deadline(
        code=code, label=code.label, due=due, alert_on=due - timedelta(days=days), why=why,
        source="C. trav., art. R5411-14",
    )  # fmt: skip


def _review(orientation: Orientation, facts: Facts, rules: Rules) -> Iterator[Deadline]:
    """A social orientation is examined again (CASF, art. L262-31): a first time at mid-way, then by the day agreed."""
    if orientation.kind != OrientationKind.SOCIAL:
        return
    last = facts.reviewed_on
    start = last or orientation.start
    rule = rules.find(P.SOCIAL_REVIEW_MONTHS if last else P.MIDWAY_MONTHS, start)
    alert = rules.find(P.REVIEW_ALERT, start).value
    act = "le dernier réexamen" if last else "le début de l’orientation"
    deadline = _from(DueCode.REVIEW, rule, start, act, alert)
    if last and facts.review_next_on:
        deadline = replace(
            deadline, due=facts.review_next_on, alert_on=facts.review_next_on - timedelta(days=alert),
            why=f"date retenue au réexamen du {last:%d/%m/%Y}",
        )  # fmt: skip
    yield deadline


def _absence(facts: Facts, rules: Rules) -> Iterator[Deadline]:
    if facts.case_due is not None:
        label, start, code = facts.case_due
        rule = rules.find(code, start)
        yield _from(DueCode.ABSENCE, rule, start, "l’étape", rule.value, label)
    elif facts.unfollowed:
        first = min(facts.unfollowed)
        rule = rules.find(P.CONTACT_DAYS, first)
        yield _from(
            DueCode.ABSENCE,
            rule,
            first,
            "l’absence",
            rule.value,
            "Absence à suivre\u00a0: joindre la personne",
        )
