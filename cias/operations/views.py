"""`/metriques/`: for a monitoring program with its token, or an agent with the right."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from cias.core.access import requires
from cias.operations.metrics import exposition


@requires("platform.watch")
@login_not_required
@never_cache
def metrics(request: HttpRequest) -> HttpResponseBase:
    """The metrics. A program without session shows METRICS_TOKEN; a wrong one answers 401, none leads to the login."""
    if not request.user.is_authenticated:
        given = request.headers.get("Authorization")
        if given is None:
            return redirect_to_login(request.get_full_path())
        if not _is_ours(given):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return _answer(request)


@require_safe
def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_ours(given: str) -> bool:
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())
