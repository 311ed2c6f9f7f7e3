"""Write the read log; open a file with a stated reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pghistory
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog, StatedReason

REASON_LASTS = timedelta(hours=1)


def log_access(
    request: HttpRequest,
    action: AccessAction,
    obj: Model | None = None,
    *,
    subject_id: UUID | None = None,
    reason: str = "",
    **detail: Any,
) -> AccessLog:
    """Record that the user of `request` read, printed, exported or searched.

    `obj` is what was shown; `subject_id` the household (or person) file it belongs to, by default `obj` itself.
    `detail` holds counts and codes only, never a name or the text of a search (C4: no personal data in logs).
    """
    user = getattr(request, "user", None)
    match = request.resolver_match
    return AccessLog.objects.create(
        user=user if user is not None and user.is_authenticated else None,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, UUID) else None,
        subject_id=subject_id or (obj.pk if obj is not None and isinstance(obj.pk, UUID) else None),
        reason=reason,
        url_name=match.view_name if match else "",
        detail=detail,
    )


def state_reason(*, user: Any, subject_id: UUID, reason: str) -> StatedReason:
    """Give `user` access to one file's content for an hour, for a reason the dpo will read."""
    return StatedReason.objects.create(
        user=user, subject_id=subject_id, reason=reason, expires_at=timezone.now() + REASON_LASTS
    )


def has_stated_reason(*, user: Any, subject_id: UUID) -> bool:
    """Whether `user` stated a reason for this file within the last hour."""
    return StatedReason.objects.filter(
        user=user, subject_id=subject_id, expires_at__gt=timezone.now()
    ).exists()


def signed_by(user: Any) -> pghistory.context:
    """Sign the history rows written inside the block, where no request does it (services, commands, tasks)."""
    return pghistory.context(user=str(user.pk))
