"""The règlement as data, the envelopes, the members of the commission."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.forms import ModelForm
from cias.core.http import posted
from households.models.files import on_day
from rights.aids.forms import add_error
from rights.aids.forms.rules import (
    EnvelopeForm,
    KindForm,
    MemberForm,
    RegulationForm,
    RuleForm,
    YearForm,
    values_of_rule,
)
from rights.aids.regulation import regulation_on
from rights.models import AidEnvelope, AidKind, AidRegulation, AidRule, BoardMember


@requires("aids.rules")
@require_safe
def rules(request: AgentRequest) -> HttpResponse:
    """The règlement in force, and the kinds of aid with their rules."""
    today = timezone.localdate()
    kinds = [(kind, kind.rule_on(today)) for kind in AidKind.objects.all()]
    current = regulation_on(today)
    context = {
        "regulation": current,
        "past": AidRegulation.objects.exclude(pk=current.pk),
        "kinds": [row for row in kinds if row[0].is_active],
        "retired": [kind for kind, _rule in kinds if not kind.is_active],
        "today": today,
    }
    return render(request, "rights/aids/rules.html", context)


@requires("aids.rules")
@require_safe
def kind(request: AgentRequest, aid_kind_id: UUID) -> HttpResponse:
    """One kind of aid: the rules in force, those to come and those of the past."""
    found = get_object_or_404(AidKind, pk=aid_kind_id)
    current = found.rule_on(timezone.localdate())
    others = [rule for rule in found.rules.select_related("author") if rule != current]
    context = {"kind": found, "rule": current, "others": others, "today": timezone.localdate()}
    return render(request, "rights/aids/kind.html", context)


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def regulation(request: AgentRequest) -> HttpResponse:
    """A new version of what is common to all aids; past decisions keep the former one."""
    current = regulation_on(timezone.localdate())
    initial = {name: getattr(current, name) for name in RegulationForm.Meta.fields}
    initial |= {"valid_from": timezone.localdate(), "deliberation": ""}
    form = RegulationForm(posted(request), initial=initial)
    if form.is_valid():
        form.instance.author = request.user
        if _save(request, form):
            return _done(request, "La nouvelle version du règlement est enregistrée.", "rights:aid_rules")
    return _page(request, form, "Nouvelle version du règlement", "rights:aid_rules")


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def kind_create(request: AgentRequest) -> HttpResponse:
    form = KindForm(posted(request))
    if form.is_valid() and _save(request, form):
        messages.success(request, "L’aide est créée\u00a0: écrivez maintenant sa règle.")
        return redirect("rights:aid_rule", form.instance.pk)
    return _page(request, form, "Nouvelle aide", "rights:aid_rules")


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def kind_edit(request: AgentRequest, aid_kind_id: UUID) -> HttpResponse:
    found = get_object_or_404(AidKind, pk=aid_kind_id)
    form = KindForm(posted(request), instance=found)
    if form.is_valid() and _save(request, form):
        return _done(request, "L’aide est modifiée.", "rights:aid_kind", found.pk)
    return _page(request, form, f"Modifier l’aide {found}", "rights:aid_kind", found.pk)


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: AgentRequest, aid_kind_id: UUID) -> HttpResponse:
    """A new version of one aid's rules, which starts from the one in force."""
    found = get_object_or_404(AidKind, pk=aid_kind_id)
    new = AidRule(kind=found, author=request.user)
    form = RuleForm(
        posted(request), instance=new, initial=values_of_rule(found.rule_on(timezone.localdate()))
    )
    if form.is_valid() and _save(request, form):
        return _done(request, "La nouvelle version de la règle est enregistrée.", "rights:aid_kind", found.pk)
    return _page(request, form, f"Nouvelle version\u00a0: {found}", "rights:aid_kind", found.pk)


@requires("aids.overview")
@require_safe
def envelopes(request: AgentRequest) -> HttpResponse:
    """What is voted, committed, paid and left, by year and kind of aid."""
    today = timezone.localdate()
    years = sorted({*AidEnvelope.objects.values_list("year", flat=True), today.year}, reverse=True)
    form = YearForm(request.GET, years=years)
    year = (form.cleaned_data.get("annee") if form.is_valid() else None) or today.year
    rows = list(AidEnvelope.objects.with_figures().filter(year=year).order_by("kind__name"))
    totals = {
        name: sum(getattr(row, name) for row in rows) for name in ("amount", "committed", "spent", "left")
    }
    context = {
        "rows": rows,
        "totals": totals,
        "year": year,
        "form": YearForm(years=years, initial={"annee": year}),
    }
    return render(request, "rights/aids/envelopes.html", context)


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def envelope_create(request: AgentRequest) -> HttpResponse:
    form = EnvelopeForm(posted(request), initial={"year": timezone.localdate().year})
    if form.is_valid() and _save(request, form):
        return _done(request, "L’enveloppe est créée.", "rights:aid_envelopes")
    return _page(request, form, "Nouvelle enveloppe", "rights:aid_envelopes")


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def envelope_edit(request: AgentRequest, aid_envelope_id: UUID) -> HttpResponse:
    """A décision modificative: the write history keeps the former amount."""
    found = get_object_or_404(AidEnvelope.objects.select_related("kind"), pk=aid_envelope_id)
    form = EnvelopeForm(posted(request), instance=found)
    with transaction.atomic():
        if form.is_bound:
            # No grant is decided on this envelope between the check of the new amount and its writing.
            AidEnvelope.objects.select_for_update().get(pk=found.pk)
        if form.is_valid() and _save(request, form):
            return _done(request, "L’enveloppe est modifiée.", "rights:aid_envelopes")
    return _page(request, form, f"Modifier l’enveloppe {found}", "rights:aid_envelopes")


@requires("aids.session")
@require_safe
def members(request: AgentRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = BoardMember.objects.select_related("user")
    seated = rows.filter(on_day(today))
    context = {"seated": seated, "others": rows.exclude(pk__in=seated.values("pk"))}
    return render(request, "rights/aids/members.html", context)


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def member_create(request: AgentRequest) -> HttpResponse:
    form = MemberForm(posted(request), initial={"start": timezone.localdate()})
    if form.is_valid() and _save(request, form):
        return _done(request, "Le membre est enregistré.", "rights:aid_members")
    return _page(request, form, "Nouveau membre de la commission", "rights:aid_members")


@requires("aids.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: AgentRequest, board_member_id: UUID) -> HttpResponse:
    found = get_object_or_404(BoardMember, pk=board_member_id)
    form = MemberForm(posted(request), instance=found)
    if form.is_valid() and _save(request, form):
        return _done(request, "Le membre est modifié.", "rights:aid_members")
    return _page(request, form, "Modifier un membre de la commission", "rights:aid_members")


def _save(request: AgentRequest, form: ModelForm) -> bool:
    """Save, signed; what a constraint refuses is said at its field."""
    try:
        with signed_by(request.user), typed_violations():
            form.save()
    except ConstraintViolation as error:
        add_error(form, error)
        return False
    return True


def _done(request: AgentRequest, said: str, *target: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect(*target)


def _page(request: AgentRequest, form: ModelForm, title: str, *target: Any) -> HttpResponse:
    context = {"form": form, "title": title, "submit": "Enregistrer", "back_url": redirect(*target).url}
    return render(request, "core/form_page.html", context)
