"""What every page of domiciliation checks: the module is on, the file is open to the reader."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from cias.accounts.http import AgentRequest
from cias.core import refusals
from cias.core.refusals import Refusal
from rights.domiciliation.forms import FIELD_OF
from rights.domiciliation.rules import is_used
from rights.models import Domiciliation, Election

TAB = "droits"


def when_used[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """The page does not exist where the CIAS does not domicile people."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_used():
            raise Http404
        return view(*args, **kwargs)

    return wrapped


def get_domiciliation(request: AgentRequest, domiciliation_id: UUID) -> Domiciliation:
    rows = Domiciliation.objects.for_user(request.user).select_related("person", "household", "agent")
    return get_object_or_404(rows, pk=domiciliation_id)


def get_election(request: AgentRequest, election_id: UUID) -> Election:
    rows = Election.objects.for_user(request.user).select_related(
        "domiciliation__person",
        "domiciliation__agent",
        "household",
        "commune",
        "interview_by",
        "renewal_of",
    )
    return get_object_or_404(rows, pk=election_id)


def refuse(form: BaseForm, error: Refusal) -> None:
    refusals.refuse(form, error, FIELD_OF)
