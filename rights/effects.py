"""From when a right is due once granted, and until when: what the rule says, to prefill a decision (R2).

Indicative like the deadlines: the notification of the authority is what counts.
"""

from datetime import date
from typing import TYPE_CHECKING

from cias.core.deadlines import ONE_DAY, add_months, end_of_month
from rights.deadlines import entry_limit, received_on
from rights.enums import Effect

if TYPE_CHECKING:
    from rights.models import RightsFile

FORTNIGHT = 15  # the first half of a month ends with its fifteenth day


def usual_period(file: "RightsFile", decision_on: date) -> tuple[date | None, date | None]:
    """First and last day of the right as the rule gives them, to prefill the decision; None when it says nothing."""
    rule = file.right.rule_on(decision_on)
    if rule is None or file.deposit_on is None:
        return None, None
    match rule.effect:
        case Effect.DEPOSIT_DAY:
            first = file.deposit_on
        case Effect.DEPOSIT_MONTH:
            first = file.deposit_on.replace(day=1)
        case Effect.MONTH_AFTER_DEPOSIT:
            first = end_of_month(file.deposit_on) + ONE_DAY
        case Effect.MONTH_AFTER_RECEIPT:
            first = end_of_month(received_on(file) or decision_on) + ONE_DAY
        case Effect.ENTRY_OR_FORTNIGHT:
            first = _entry_or_fortnight(file, file.deposit_on)
        case Effect.DECISION_DAY:
            first = decision_on
        case Effect.MONTH_AFTER_DECISION:
            first = end_of_month(_payable_on(file, decision_on)) + ONE_DAY
        case _:
            return None, None
    if file.renewal_of is not None and file.renewal_of.rights_until is not None:
        first = max(first, file.renewal_of.rights_until + ONE_DAY)
    if rule.duration_months is None:
        return first, None
    return first, add_months(first, rule.duration_months) - ONE_DAY


def _payable_on(file: "RightsFile", decision_on: date) -> date:
    """The decision, or the means of payment of a participation when it came later (CSS, art. L861-5)."""
    return max(decision_on, file.participation_on or decision_on)


def _entry_or_fortnight(file: "RightsFile", deposit: date) -> date:
    """The day of entry when the request came in time, else the first day of the fortnight after it (CASF, R131-2)."""
    in_time = entry_limit(file)
    if file.entry_on is not None and in_time is not None and deposit <= in_time.due:
        return file.entry_on
    return deposit.replace(day=FORTNIGHT + 1) if deposit.day <= FORTNIGHT else end_of_month(deposit) + ONE_DAY
