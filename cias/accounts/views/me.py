"""What every agent sees and sets about their own account."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.enums import Role, Scope
from cias.accounts.forms import PreferencesForm
from cias.accounts.http import AgentRequest
from cias.accounts.matrix import GROUPS
from cias.accounts.matrix.line import Right
from cias.accounts.reauthentication import dangerous
from cias.accounts.sessions import end_sessions, sessions_of
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
        "other_sessions": len([s for s in sessions_of(request.user) if s.pk != request.session.session_key]),
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
@require_POST
@dangerous
def end_other_sessions(request: AgentRequest) -> HttpResponse:
    """Leave every other computer and phone where one is still logged in."""
    count = end_sessions(request.user, except_key=request.session.session_key)
    if count:
        messages.success(request, "Vos autres sessions sont fermées.")
    else:
        messages.info(request, "Aucune autre session n’était ouverte.")
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
