"""What the customer agreed to, in one sentence each."""

from datetime import date

from households.enums import AssignmentRole
from households.models import Assignment, Household
from households.models.files import HouseholdQuerySet, on_day

# The list's filter for households nobody is in charge of.
WITHOUT_REFERENT = "sans-referent"


def without_referent(today: date) -> HouseholdQuerySet:
    """An open file is "sans référent" when no main référent is designated for it today."""
    looked_after = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN).values("household")
    return Household.objects.active().exclude(pk__in=looked_after)
