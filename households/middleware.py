"""The address of an absorbed person or household leads to the survivor (H6), on every page of every app."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from households.models import Household, Person

TARGETS: dict[str, type[Household] | type[Person]] = {
    "household_id": Household,
    "person_id": Person,
    "other_id": Person,
    "other_household_id": Household,
}


class AbsorbedMiddleware:
    """Only when a page answers 404, so that nothing is looked up for the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, Http404) or match is None or not request.user.is_authenticated:
            return None
        survivors = {
            name: found.pk
            for name, model in TARGETS.items()
            if (found := _survivor(model, match.kwargs.get(name), request.user)) is not None
        }
        if not survivors:
            return None
        kwargs = {**match.kwargs, **survivors}
        if len({str(value) for value in kwargs.values()}) < len(kwargs):
            return None  # a page about two rows that are one now
        messages.info(request, "Ce dossier a été fusionné\u00a0: voici celui qui a été gardé.")
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        # What was being sent is sent again to the survivor: nothing typed is lost.
        return HttpResponseRedirect(
            reverse(match.view_name, kwargs=kwargs) + query, preserve_request=request.method == "POST"
        )


def _survivor(model: type[Household] | type[Person], key: Any, user: Any) -> Model | None:
    """What absorbed the row `key`, if `user` may know of it."""
    return model.objects.for_user(user).filter(absorbed=key).first() if key else None
