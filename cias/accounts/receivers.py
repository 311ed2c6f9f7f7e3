"""Where the login package would do something we do not want."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.utils import timezone

from cias.accounts.sessions import begin


def connect() -> None:
    """Listen; called once, when the application starts."""
    user_logged_in.connect(mark_session, dispatch_uid="accounts-session-opened")
    pre_save.connect(mark_codes_as_viewed, sender=Authenticator, dispatch_uid="accounts-codes-viewed")


def mark_session(request: HttpRequest, **kwargs: Any) -> None:
    begin(request)


def mark_codes_as_viewed(instance: Authenticator, **kwargs: Any) -> None:
    """The package writes on the page that first shows recovery codes; here no page writes on reading."""
    if instance.type == Authenticator.Type.RECOVERY_CODES:
        instance.data.setdefault("viewed_at", timezone.now().timestamp())
