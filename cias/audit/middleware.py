"""Give the history triggers their author, and log what was refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware

from cias.audit.enums import AccessAction
from cias.audit.services import log_access


class AuditMiddleware(HistoryMiddleware):
    """pghistory's middleware with the name of the page instead of its address, plus refused reads in the log."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        user = request.user
        return {"user": str(user.pk) if user.is_authenticated else None}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = super().__call__(request)
        if response.status_code == 403 and request.user.is_authenticated:
            log_access(request, AccessAction.REFUSED)
        return response
