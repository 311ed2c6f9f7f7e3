"""Who reads what carries a level of confidentiality: one rule for notes and documents, enforced by the queryset."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from households.enums import NoteLevel
from households.models.closed import closed_to, has_emergency_access
from households.models.files import Assignment, Household, on_day


def reads_circle(household: Household, user: User, right: str) -> bool:
    """Whether `user`, who holds `right` in full, is among the agents who look after the household today."""
    if user.scope(right) != Scope.ALL:
        return False
    return household.assignments.filter(on_day(timezone.localdate()), agent=user).exists()


def levels_by_reason(household_id: UUID, user: User) -> list[str]:
    """The levels a stated reason opens: the circle's only to who broke the glass."""
    opened: list[str] = [NoteLevel.TEAM]
    return [*opened, NoteLevel.CIRCLE] if has_emergency_access(user, household_id) else opened


class LevelQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that have a household, an author and a level; `right` is the line of the matrix that opens them."""

    right: ClassVar[str]

    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        """The rows `user` may read.

        Équipe: every social worker; the direction once a reason was stated for `household_id`.
        Cercle: the agents who look after the household today; the direction for the hour of an emergency access.
        Personnelle: the author. The author reads all of theirs; a role that holds the right on its own only, those of
        the households it may know. Of a protected file nobody reads anything who is not named on it (C3).
        """
        match user.scope(self.right):
            case Scope.ALL:
                today = timezone.localdate()
                looked_after = Assignment.objects.filter(on_day(today), agent=user).values("household")
                circle = Q(level=NoteLevel.CIRCLE, household__in=looked_after)
                visible = self.filter(Q(author=user) | Q(level=NoteLevel.TEAM) | circle)
            case Scope.OWN:
                known = Household.objects.for_user(user).order_by().values("pk")
                visible = self.filter(author=user, household__in=known)
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                visible = self.filter(level__in=levels_by_reason(household_id, user))
            case _:
                return self.none()
        visible = visible.exclude(household__in=closed_to(user))
        return visible.filter(household_id=household_id) if household_id else visible
