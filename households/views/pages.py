"""One form on a page of a household's file."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from cias.accounts.http import AgentRequest
from households.file import file_context
from households.models import Household


def form_page(
    request: AgentRequest, household: Household, tab: str, form: BaseForm, **more: Any
) -> HttpResponse:
    """households/form.html; `more` gives title, submit, back and what the page adds."""
    context = file_context(request, household, tab, form=form, **{"intro": "", **more})
    return render(request, "households/form.html", context)
