"""What every agent sees and sets about their own account."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.enums import Role, Scope
from cias.accounts.forms import PreferencesForm
from cias.accounts.http import AgentRequest
from cias.accounts.matrix import GROUPS
from cias.accounts.matrix.line import Right
from cias.accounts.sessions import open_sessions
from cias.core.access import any_agent


@any_agent
@require_safe
def me(request: AgentRequest) -> HttpResponse:
    """Identity, password, second factors, preferences and open sessions."""
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": open_sessions(request.user, current=request.session.session_key),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "most_hours": settings.SESSION_COOKIE_AGE // 3600,
        "form": PreferencesForm(instance=request.user),
    }
    return render(request, "accounts/me.html", context)


@any_agent
@require_POST
def preferences(request: AgentRequest) -> HttpResponse:
    form = PreferencesForm(request.POST, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Vos préférences sont enregistrées.")
    return redirect("accounts:me")


@any_agent
@require_safe
def rights(request: AgentRequest) -> HttpResponse:
    """The permission matrix, as it is applied (C1)."""
    groups: dict[str, list[tuple[Right, list[tuple[Role, Scope | None]]]]] = {
        group: [(right, [(role, right.grants.get(role)) for role in Role]) for right in lines]
        for group, lines in GROUPS.items()
    }
    return render(request, "accounts/rights.html", {"groups": groups, "roles": list(Role)})
