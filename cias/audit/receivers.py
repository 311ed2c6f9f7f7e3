"""Logins, refused logins, logouts and changes of second factor, as the login packages announce them (C4, C6)."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import get_user_model, signals
from django.http import HttpRequest

from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from cias.audit.services import log_access
from cias.core.account_acts import account_act
from cias.core.reauthentication import BY_PROVIDER


def connect() -> None:
    """Listen; called once, when the application starts."""
    signals.user_logged_in.connect(on_login, dispatch_uid="audit-login")
    signals.user_logged_out.connect(on_logout, dispatch_uid="audit-logout")
    signals.user_login_failed.connect(on_login_failed, dispatch_uid="audit-login-failed")
    mfa_signals.authentication_failed.connect(on_code_refused, dispatch_uid="audit-code-refused")
    account_signals.password_changed.connect(on_password, dispatch_uid="audit-password")
    account_signals.password_reset.connect(on_password, dispatch_uid="audit-password-reset")
    mfa_signals.authenticator_added.connect(on_factor_added, dispatch_uid="audit-factor-added")
    mfa_signals.authenticator_removed.connect(on_factor_removed, dispatch_uid="audit-factor-removed")
    mfa_signals.authenticator_reset.connect(on_factor_renewed, dispatch_uid="audit-factor-renewed")
    account_act.connect(on_account_act, dispatch_uid="audit-account-act")


def _log(
    request: HttpRequest | None, action: AccessAction, user: Any, event: SecurityEvent | None = None
) -> None:
    """One line; none for a login that no page asked for (a command, the set-up of a test)."""
    if request is None or request.resolver_match is None:
        return
    AccessLog.objects.create(
        user=user,
        action=action,
        url_name=request.resolver_match.view_name,
        detail={"event": event.value} if event else {},
    )


def on_login(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.LOGIN, user)


def on_logout(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        _log(request, AccessAction.LOGOUT, user)


def on_login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The account that was tried, when there is one; what was typed is never kept."""
    users = get_user_model()._default_manager
    user = users.filter(email__iexact=credentials.get("email") or "").first()
    event = SecurityEvent.IDENTITY_REFUSED if BY_PROVIDER in credentials else SecurityEvent.PASSWORD_REFUSED
    _log(request, AccessAction.LOGIN_FAILED, user, event)


def on_code_refused(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.LOGIN_FAILED, user, SecurityEvent.CODE_REFUSED)


def on_password(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.SECURITY, user, SecurityEvent.PASSWORD_CHANGED)


def on_factor_added(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.SECURITY, user, SecurityEvent(f"{authenticator.type}_added"))


def on_factor_removed(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.SECURITY, user, SecurityEvent(f"{authenticator.type}_removed"))


def on_factor_renewed(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _log(request, AccessAction.SECURITY, user, SecurityEvent.CODES_RENEWED)


def on_account_act(request: HttpRequest, account: Any, event: str, **kwargs: Any) -> None:
    """The line says who did it, `account` to whom."""
    log_access(request, AccessAction.SECURITY, account, event=SecurityEvent(event).value)
