"""Sessions that end by themselves, and the second factor nobody works without (C6)."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cias.accounts.sessions import left, touch
from cias.core.reauthentication import PROVIDER_FACTOR

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What an agent without a second factor may open: what it takes to have one, and the way out.
WITHOUT_FACTOR = (
    "accounts:enrol", "accounts:session", "accounts:extend", "account_logout", "account_reauthenticate",
    "account_change_password", "account_set_password", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "health", "dashboard:accessibility",
    "dashboard:privacy", "accounts:provider_callback",
)  # fmt: skip


class SessionLimitsMiddleware:
    """End a session after SESSION_IDLE_SECONDS without activity, and after SESSION_COOKIE_AGE whatever happens.

    A page opened or a form sent is activity; what a page asks for by itself (its live parts) is not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if min(left(request.session)) < 0:
                logout(request)
            elif self._is_activity(request):
                touch(request)
        return self.get_response(request)

    def _is_activity(self, request: HttpRequest) -> bool:
        return request.method == "POST" or request.headers.get("Sec-Fetch-Dest", "document") == "document"


class SecondFactorMiddleware:
    """Who must have a second factor and has none is led to it before anything else (ASVS 6.3.3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not must_enrol(request) or (match is not None and match.view_name in WITHOUT_FACTOR):
            return None
        return redirect("accounts:enrol")


def must_enrol(request: HttpRequest) -> bool:
    """Whether this agent still has to choose a second factor."""
    user = request.user
    if not user.is_authenticated or not {"all", user.role} & set(settings.MFA_REQUIRED_ROLES):
        return False
    return not request.session.get(PROVIDER_FACTOR) and not is_mfa_enabled(user, types=FACTORS)
