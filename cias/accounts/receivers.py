"""Where the login package would do something we do not want."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models.signals import pre_save
from django.utils import timezone


def connect() -> None:
    """Listen; called once, when the application starts."""
    pre_save.connect(mark_codes_as_viewed, sender=Authenticator, dispatch_uid="accounts-codes-viewed")


def mark_codes_as_viewed(instance: Authenticator, **kwargs: Any) -> None:
    """The package writes on the page that first shows recovery codes; here no page writes on reading."""
    if instance.type == Authenticator.Type.RECOVERY_CODES:
        instance.data.setdefault("viewed_at", timezone.now().timestamp())
