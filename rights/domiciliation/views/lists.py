"""All domiciliations, by what they wait for. States and deadlines; the content is one page further."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from rights.domiciliation.lists import counts, select, with_facts
from rights.domiciliation.mailbox_forms import LIST_CHOICES, ListForm
from rights.domiciliation.views.access import when_used
from rights.models import Domiciliation

PAGE = 25
DEFAULT = "en-cours"


@requires("rights.overview")
@when_used
@require_safe
def domiciliations(request: AgentRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    code = choice.get("liste") or DEFAULT
    rows: QuerySet[Any] = with_facts(Domiciliation.objects.for_user(request.user), today)
    if commune := choice.get("commune"):
        rows = rows.filter(commune_code=commune.pk)
    if choice.get("agent"):
        rows = rows.filter(agent=request.user)
    sizes = counts(rows, today)
    page = Paginator(select(rows, code, today), PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("commune", "agent") if choice.get(name)}
    log_access(request, AccessAction.VIEW, domiciliations=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "code": code,
        "title": dict(LIST_CHOICES)[code],
        "tabs": [
            (name, label, sizes[name], urlencode({"liste": name, **kept})) for name, label in LIST_CHOICES
        ],
        "today": today,
        "filtered": bool(kept),
    }
    return render(request, "rights/domiciliation/list.html", context)
