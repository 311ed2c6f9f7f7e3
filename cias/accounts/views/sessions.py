"""How long one's session lasts, and its extension by one click; the guided choice of a second factor."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.middleware import must_enrol
from cias.accounts.sessions import end_session, end_sessions, left
from cias.core.access import any_agent
from cias.core.reauthentication import dangerous


@any_agent
@require_safe
def session(request: AgentRequest) -> JsonResponse:
    """What the page's own clock asks: who is logged in, and the seconds left. Asking is no activity."""
    return _left(request)


@any_agent
@require_POST
def extend(request: AgentRequest) -> JsonResponse:
    """« Continuer »: the post itself is the activity that keeps the session."""
    return _left(request)


def _left(request: AgentRequest) -> JsonResponse:
    idle, absolute = left(request.session)
    return JsonResponse(
        {"user": str(request.user.pk), "idle": idle, "absolute": absolute, "csrf": get_token(request)}
    )


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
@require_POST
@dangerous
def end_one(request: AgentRequest) -> HttpResponse:
    """Leave one device; ending the session one is in is logging out."""
    if end_session(request.user, request.POST.get("session", "")):
        messages.success(request, "Cette session est fermée.")
    else:
        messages.info(request, "Cette session avait déjà pris fin.")
    return redirect("accounts:me")


@any_agent
@require_safe
def enrol(request: AgentRequest) -> HttpResponse:
    """The two ways to a second factor, the simplest first; one is enough."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    if not must_enrol(request) and kinds:
        return redirect("dashboard:home")
    return render(request, "accounts/enrol.html", {"required": bool(settings.MFA_REQUIRED_ROLES)})
