"""The request our views get: behind the login wall, its user is always an agent."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from cias.accounts.models import User


class AgentRequest(HttpRequest):
    """For annotations only; LoginRequiredMiddleware makes it true of every view that is not public."""

    user: User
    htmx: HtmxDetails
