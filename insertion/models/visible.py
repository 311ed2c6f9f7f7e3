"""Who sees a pathway's content, and who its states."""

from typing import Self
from uuid import UUID

from django.db import models

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from households.models.closed import closed_to


class PathwayQuerySet[M: models.Model](models.QuerySet[M]):
    """Objects with a `household`; the content is for social work, and for the direction with a stated reason."""

    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        match user.scope("insertion.view"):
            case Scope.ALL:
                visible = self.exclude(household__in=closed_to(user))
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                visible = self.exclude(household__in=closed_to(user))
            case _:
                return self.none()
        return visible.filter(household_id=household_id) if household_id else visible

    def overview(self, user: User) -> Self:
        """States and deadlines, for those who steer."""
        if not user.has_perm("insertion.overview"):
            return self.none()
        return self.exclude(household__in=closed_to(user))
