"""A psychologist leaves: another one begins follow-ups with her people. Her notes stay sealed (docs/adr/0014)."""

from django.utils import timezone

from cias.accounts.models import User
from households.enums import AssignmentRole
from households.holdings import reach
from households.services import assign_referent
from insertion.models import Counselling, CounsellingHandover
from insertion.permanences.enums import Agreement, CounsellingEnd


def give_counsellings(agent: User, to: User, by: User) -> None:
    """End the leaver's running follow-ups and begin them again with `to`, who confirms with each person.

    What was written is not handed on: only its author may do that, with the person's agreement. Somebody followed
    twice, in two households, or by `to` already, is followed once.
    """
    today = timezone.localdate()
    rows = Counselling.objects.running().filter(psychologist=agent).select_for_update(of=("self",))
    known = set(Counselling.objects.running().filter(psychologist=to).values_list("person", flat=True))
    for held in reach(rows, to, "household").select_related("household").order_by("pk"):
        on = max(today, held.household.opened_on)
        assign_referent(by=by, household=held.household, agent=to, on=on, role=AssignmentRole.OTHER)
        held.ended_on, held.end_reason = max(today, held.started_on), CounsellingEnd.HANDED_OVER
        held.save()
        if held.person_id in known:
            continue
        known.add(held.person_id)
        begun = Counselling.objects.create(
            psychologist=to, household=held.household, person=held.person, started_on=today
        )
        CounsellingHandover.objects.create(
            counselling=held, begun=begun, to=to, with_notes=False, agreement=Agreement.TO_ASK, agreed_on=today,
            on=today, by=by,
        )  # fmt: skip
