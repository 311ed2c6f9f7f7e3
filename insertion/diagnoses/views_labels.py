"""The labels of the diagnosis, as the CIAS keeps them: themes, findings, objectives, actions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.http import posted
from insertion.diagnoses.enums import LabelKind
from insertion.diagnoses.forms import LabelForm, ThemeForm
from insertion.models import DiagnosisLabel, DiagnosisTheme


@requires("structure.manage")
@require_safe
def labels(request: AgentRequest) -> HttpResponse:
    """Every theme with what it proposes; the deactivated ones say so."""
    rows = Prefetch("labels", DiagnosisLabel.objects.order_by("kind", "position", "label"))
    themes = [
        (theme, [(kind, [one for one in theme.labels.all() if one.kind == kind]) for kind in LabelKind])
        for theme in DiagnosisTheme.objects.prefetch_related(rows)
    ]
    return render(request, "insertion/diagnoses/labels.html", {"themes": themes})


@transaction.atomic
def _save(request: AgentRequest, form: Any) -> None:
    with signed_by(request.user):
        form.save()


def _page(request: AgentRequest, form: Any, title: str, done: str) -> HttpResponse:
    if form.is_valid():
        _save(request, form)
        messages.success(request, done)
        return redirect("insertion:labels")
    back = reverse("insertion:labels")
    context = {"form": form, "title": title, "submit": "Enregistrer", "back_url": back}
    return render(request, "core/form_page.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: AgentRequest, diagnosis_theme_id: UUID | None = None) -> HttpResponse:
    row = get_object_or_404(DiagnosisTheme, pk=diagnosis_theme_id) if diagnosis_theme_id else None
    initial = {} if row else {"position": DiagnosisTheme.objects.count()}
    form = ThemeForm(posted(request), instance=row, initial=initial)
    return _page(request, form, "Thème du diagnostic", "Le thème est enregistré.")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def label(request: AgentRequest, diagnosis_label_id: UUID | None = None) -> HttpResponse:
    row = get_object_or_404(DiagnosisLabel, pk=diagnosis_label_id) if diagnosis_label_id else None
    initial = {} if row else {"theme": request.GET.get("theme", ""), "kind": request.GET.get("sorte", "")}
    form = LabelForm(posted(request), instance=row, initial=initial)
    return _page(request, form, "Intitulé du diagnostic", "L’intitulé est enregistré.")
