"""The two pages of a login through an identity provider."""

import logging

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cias.accounts import links, provider
from cias.core.access import public
from cias.core.reauthentication import PROVIDER_FACTOR, PROVIDER_TOKEN

logger = logging.getLogger(__name__)


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    if not provider.is_configured():
        return redirect("account_login")
    if request.user.is_authenticated:
        return redirect("dashboard:home")
    try:
        return provider.begin(request, request.build_absolute_uri(reverse("accounts:provider_callback")))
    except provider.Refused as refused:
        return _refuse(request, refused)


@public
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """The provider says who it is; from here on it is a login like any other."""
    if not provider.is_configured():
        return redirect("account_login")
    if request.user.is_authenticated:
        return redirect("dashboard:home")
    try:
        identity = provider.identify(request)
    except provider.Refused as refused:
        return _refuse(request, refused)
    except links.BoundElsewhere as other:
        return provider.refuse_other_identity(request, other.account)
    request.session[PROVIDER_TOKEN] = identity.id_token
    # The first time, whoever has a factor of ours shows it: the address alone does not say that it is them.
    request.provider_factor = identity.is_bound and identity.second_factor  # type: ignore[attr-defined]
    bound = {"issuer": identity.issuer, "subject": identity.subject}
    response = perform_login(
        request, identity.account, email_verification="none", signal_kwargs={provider.IDENTITY: bound}
    )
    if request.user.is_authenticated and identity.second_factor:
        request.session[PROVIDER_FACTOR] = True
    return response


def _refuse(request: HttpRequest, refused: provider.Refused) -> HttpResponse:
    logger.warning("login through the identity provider refused: %s", refused.code)
    messages.error(request, str(refused))
    return redirect("account_login")
