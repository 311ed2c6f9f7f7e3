"""What the report to the Département says: dates and facts, in words, ready to be frozen. No appraisal."""

from datetime import date
from typing import Any

from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import date_short, day_and_time, lower_first, number
from insertion.followup.chain import standing_moves
from insertion.followup.enums import NoShowState
from insertion.models import NoShowCase, NoShowMove


def report_facts(case: NoShowCase, agent: User, on: date, observations: str = "") -> dict[str, Any]:
    """Plain texts: the same payload prints the same report for ever."""
    person, orientation = case.person, case.orientation
    contract = orientation.contracts.signed().order_by("-start").first()
    return {
        "day": on.isoformat(),
        "agent": agent.full_name,
        "function": agent.function,
        "number": case.household.number,
        "person": person.full_name,
        "birth": person.birth_label if person.birth_date else "",
        "orientation": (
            f"{lower_first(orientation.get_kind_display())}, notifiée le {date_short(orientation.notified_on)}, "
            f"en cours depuis le {date_short(orientation.start)}"
        ),
        "structure": orientation.structure,
        "contract": str(contract) if contract else "",
        "hours": _hours(contract) if contract else "",
        "absences": [[date_short(row.day), row.label] for row in case.absences.all()],
        "steps": [[date_short(move.on), *_words(move)] for move in standing_moves(case)],
        "observations": observations,
    }


def _hours(contract: Any) -> str:
    if contract.weekly_hours:
        whole = contract.weekly_hours == int(contract.weekly_hours)
        return f"{number(contract.weekly_hours, 0 if whole else 1)}\u00a0h par semaine"
    return (
        f"dispense\u00a0: {lower_first(contract.get_exemption_display())}"
        if contract.exemption
        else "non prévues"
    )


def _words(move: NoShowMove) -> tuple[str, str]:
    """What was done, and its details."""
    details = [
        move.get_channel_display() if move.channel else "",
        lower_first(move.get_result_display()) if move.result else "",
    ]
    if move.to_state == NoShowState.SUMMONED and move.meeting_at is not None:
        details.append(f"convocation pour le {day_and_time(timezone.localtime(move.meeting_at))}")
        details.append(move.meeting_place)
        details.append(f"n°\u00a0{move.tracking}" if move.tracking else "")
    done = ", ".join(part for part in details if part)
    return move.get_to_state_display(), " — ".join(part for part in (done, move.reason) if part)
