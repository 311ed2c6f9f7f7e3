"""What to say of each benefit: the amount computed, against what the household has, has asked for, or declined."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.enums import MemberRole
from rights.estimates.engine import Computed
from rights.estimates.enums import RIGHT_OF, EstimatedKind, EstimateState, Gap
from rights.estimates.facts import ZERO, HouseholdFacts, Missing

K, S = EstimatedKind, EstimateState

# Without these nothing can be said of a benefit at all.
ALWAYS_NEEDED = frozenset({Gap.BUDGET, Gap.APPLICANT, Gap.BIRTH})
NEEDED: Mapping[str, frozenset[str]] = {
    K.HOUSING_AID: frozenset({Gap.HOUSING, Gap.RENT}),
    K.HEALTH: frozenset({Gap.HEALTH_COVER}),
    K.DISABILITY: frozenset({Gap.DISABILITY, Gap.INCAPACITY_RATE}),
}
# These may change the amount, or the answer; the estimate is given with them.
_RESIDENCE = frozenset({Gap.NATIONALITY, Gap.RESIDENCE_PERMIT})
_RESOURCES = frozenset({Gap.OLD_BUDGET, Gap.OTHER_RESOURCE})
DOUBTS: Mapping[str, frozenset[str]] = {
    K.RSA: _RESIDENCE | _RESOURCES | {Gap.HOUSING, Gap.ALIMONY},
    K.ACTIVITY_BONUS: _RESIDENCE | _RESOURCES | {Gap.HOUSING},
    K.HOUSING_AID: _RESIDENCE | _RESOURCES | {Gap.COMMUNE, Gap.ACTIVITY},
    K.FAMILY: _RESIDENCE,
    K.SUPPORT: _RESIDENCE | {Gap.ALIMONY},
    K.FAMILY_SUPPLEMENT: _RESIDENCE | _RESOURCES,
    K.HEALTH: _RESIDENCE | _RESOURCES,
    K.DISABILITY: _RESIDENCE | _RESOURCES,
    K.OLD_AGE: _RESIDENCE | _RESOURCES,
}
# AAH: from 20 to the age of the old-age pension (CSS, L821-1).
AAH_AGES = range(20, 62)


@dataclass(frozen=True)
class Known:
    """What the household has at the CIAS, by right of the catalogue."""

    open: Set[str] = frozenset()
    asked: Set[str] = frozenset()
    declined: Set[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """One line of an estimate. Amounts are euros a month; for the CSS, `amount` is its participation."""

    kind: str
    state: str
    amount: Decimal | None
    received: Decimal = ZERO
    missing: tuple[Missing, ...] = ()


def judge(facts: HouseholdFacts, computed: Computed, known: Known, day: date) -> list[Verdict]:
    """One verdict for each benefit, in the order of EstimatedKind."""
    return [_judge(kind, facts, computed, known, day) for kind in EstimatedKind]


def _judge(kind: str, facts: HouseholdFacts, computed: Computed, known: Known, day: date) -> Verdict:
    amount = computed.health if kind == K.HEALTH else computed.amounts.get(kind) or None
    needed = ALWAYS_NEEDED | NEEDED.get(kind, frozenset())
    asked_of = tuple(one for one in facts.missing if one.gap in needed | DOUBTS[kind])
    blocked = any(one.gap in needed for one in asked_of)
    received = facts.received.get(kind, ZERO)
    right = RIGHT_OF[kind]
    if received or right in known.open:
        return Verdict(kind, S.RECEIVED, amount, received)
    if right in known.asked:
        return Verdict(kind, S.ASKED, amount)
    if kind == K.DISABILITY and not _of_aah_age(facts, day):
        return Verdict(kind, S.NOT_DUE, None)
    possible = amount is not None or not facts.members or kind in (K.HOUSING_AID, K.DISABILITY)
    if blocked and possible and not _ruled_out(kind, facts):
        return Verdict(kind, S.INCOMPLETE, amount, missing=asked_of)
    if amount is None:
        return Verdict(kind, S.NOT_DUE, None)
    if right in known.declined:
        return Verdict(kind, S.DECLINED, amount)
    return Verdict(kind, S.PROBABLE, amount, missing=asked_of)


def _ruled_out(kind: str, facts: HouseholdFacts) -> bool:
    """AAH when nobody's disability is recognised, and it is known of everybody."""
    return kind == K.DISABILITY and bool(facts.members) and all(one.disabled is False for one in facts.adults)


def _of_aah_age(facts: HouseholdFacts, day: date) -> bool:
    return not facts.members or any(
        member.age_on(day) in AAH_AGES and member.disabled is not False
        for member in facts.members
        if member.role != MemberRole.CHILD
    )
