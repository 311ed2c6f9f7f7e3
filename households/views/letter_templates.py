"""The templates of letters: their words, their keys, their versions (H16)."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.enums import LetterCategory
from households.forms.letters import TemplateForm
from households.letters.text import keys_by_group
from households.models import LetterTemplate
from households.services.letters import save_template


@requires("letters.templates")
@require_safe
def letter_templates(request: AgentRequest) -> HttpResponse:
    """All templates by category, those no longer offered last in theirs."""
    rows = LetterTemplate.objects.annotate(
        version=Max("versions__number"), letters=Count("versions__letters", distinct=True)
    )
    order = LetterCategory.values
    listed = sorted(rows, key=lambda row: (order.index(row.category), not row.is_active, row.name))
    categories = [
        (LetterCategory(category).label, list(group))
        for category, group in groupby(listed, key=lambda row: row.category)
    ]
    return render(request, "households/letter_templates.html", {"categories": categories})


@requires("letters.templates")
@require_http_methods(["GET", "HEAD", "POST"])
def letter_template_create(request: AgentRequest) -> HttpResponse:
    return _edit(request, LetterTemplate(), "Nouveau modèle de courrier")


@requires("letters.templates")
@require_http_methods(["GET", "HEAD", "POST"])
def letter_template_edit(request: AgentRequest, letter_template_id: UUID) -> HttpResponse:
    template = get_object_or_404(LetterTemplate, pk=letter_template_id)
    return _edit(request, template, f"Modifier «\u00a0{template}\u00a0»")


def _edit(request: AgentRequest, template: LetterTemplate, title: str) -> HttpResponse:
    versions = list(template.versions.select_related("written_by")) if not template._state.adding else []
    initial = {"subject": versions[0].subject, "body": versions[0].body} if versions else {}
    form = TemplateForm(posted(request), instance=template, initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        try:
            version = save_template(
                by=request.user, template=form.instance, subject=values["subject"], body=values["body"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"«\u00a0{form.instance}\u00a0»\u00a0: enregistré, version {version.number}."
            )
            return redirect("households:letter_templates")
    context = {
        "title": title,
        "form": form,
        "submit": "Enregistrer",
        "back_url": reverse("households:letter_templates"),
        "keys": keys_by_group(),
        "versions": versions,
        "template": template,
    }
    return render(request, "households/letter_template_form.html", context)
