"""Where the login package would do something we do not want."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from cias.accounts.sessions import begin


def connect() -> None:
    """Listen; called once, when the application starts."""
    user_logged_in.connect(mark_session, dispatch_uid="accounts-session-opened")


def mark_session(request: HttpRequest, **kwargs: Any) -> None:
    begin(request)
