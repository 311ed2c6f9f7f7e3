"""Typing: the request of a view that only somebody logged in can reach."""

from django.http import HttpRequest

from cias.accounts.models import User


class AgentRequest(HttpRequest):
    """The login middleware has already answered for everybody else, so `user` is never anonymous."""

    user: User
