"""Changing the catalogue (R1, C11): reference data, without any case in sight."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import ChangeKind, changes_of
from cias.core.access import requires
from cias.core.http import posted
from rights import services
from rights.forms_catalogue import CheckForm, NoticeForm, PieceOfRightForm, RightForm, RuleForm
from rights.models import RequiredPiece, Right, RightNotice, RightRule


def _page(
    request: AgentRequest, form: BaseForm, title: str, back: str, submit: str = "Enregistrer"
) -> HttpResponse:
    context = {"title": title, "form": form, "submit": submit, "back_url": back}
    return render(request, "core/form_page.html", context)


def _sheet(right: Right) -> str:
    return reverse("rights:right", args=[right.code])


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def add_right(request: AgentRequest) -> HttpResponse:
    form = RightForm(posted(request))
    if form.is_valid():
        right = services.save_right(by=request.user, right=form.instance)
        messages.success(
            request, f"{right.title}\u00a0: ajouté. Indiquez maintenant ses délais et ses pièces."
        )
        return redirect("rights:right", right.code)
    return _page(request, form, "Ajouter un droit", reverse("rights:catalogue"))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_right(request: AgentRequest, right_code: str) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    title, back = f"Modifier la fiche\u00a0: {right.title}", _sheet(right)
    form = RightForm(posted(request), instance=right)
    if form.is_valid():
        services.save_right(by=request.user, right=form.instance)
        messages.success(request, "La fiche est enregistrée.")
        return redirect(back)
    return _page(request, form, title, back)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: AgentRequest, right_code: str) -> HttpResponse:
    """A new version of the delays and effects, from a day on; files keep the version their delays began under."""
    right = get_object_or_404(Right, code=right_code)
    latest = right.rules.prefetch_related("delays").order_by("-valid_from").first()
    form = RuleForm(posted(request), latest=latest)
    if form.is_valid():
        try:
            rule = services.change_rule(
                by=request.user,
                right=right,
                valid_from=form.cleaned_data["valid_from"],
                values=form.rule_values(),
                delays=form.delay_values(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Nouvelle version des délais, depuis le {rule.valid_from:%d/%m/%Y}.")
            return redirect(_sheet(right))
    return _rule_page(request, right, form, latest=latest)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def correct_rule(request: AgentRequest, right_code: str, right_rule_id: UUID) -> HttpResponse:
    """The version does not say what its text says: it is put right, and the files that run under it follow."""
    right = get_object_or_404(Right, code=right_code)
    rule = get_object_or_404(RightRule.objects.prefetch_related("delays"), right=right, pk=right_rule_id)
    form = RuleForm(posted(request), latest=rule, correcting=True)
    if form.is_valid():
        services.correct_rule(
            by=request.user, rule=rule, values=form.rule_values(), delays=form.delay_values()
        )
        messages.success(request, "La version est corrigée, et les échéances des dossiers en cours aussi.")
        return redirect(_sheet(right))
    return _rule_page(request, right, form, corrected=rule)


def _rule_page(request: AgentRequest, right: Right, form: RuleForm, **more: Any) -> HttpResponse:
    return render(request, "rights/rule_form.html", {"right": right, "form": form, **more})


@requires("structure.manage")
@require_POST
def withdraw_rule(request: AgentRequest, right_code: str) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    try:
        rule = services.withdraw_rule(by=request.user, right=right)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"La version du {rule.valid_from:%d/%m/%Y} est retirée\u00a0: celle d’avant continue."
        )
    return redirect(_sheet(right))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def check_rule(request: AgentRequest, right_code: str, right_rule_id: UUID) -> HttpResponse:
    """The text was read: the version is marked as verified, or as to be checked again."""
    right = get_object_or_404(Right, code=right_code)
    rule = get_object_or_404(RightRule.objects.prefetch_related("delays"), right=right, pk=right_rule_id)
    form = CheckForm(posted(request), stored={"source": rule.source, "certainty": rule.certainty})
    if form.is_valid():
        services.check_rule(by=request.user, rule=rule, delays=rule.delays.all(), **form.cleaned_data)
        messages.success(request, "La source et la certitude sont enregistrées.")
        return redirect(_sheet(right))
    return _page(request, form, f"Vérifier les délais\u00a0: {right.title}", _sheet(right))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def add_piece(request: AgentRequest, right_code: str) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    form = PieceOfRightForm(posted(request), instance=RequiredPiece(right=right))
    del form.fields["display_order"]
    return _piece(request, right, form, f"Ajouter une pièce\u00a0: {right.title}")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_piece(request: AgentRequest, right_code: str, required_piece_id: UUID) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    piece = get_object_or_404(RequiredPiece, right=right, pk=required_piece_id)
    title = f"Modifier la pièce «\u00a0{piece.label}\u00a0»"
    return _piece(request, right, PieceOfRightForm(posted(request), instance=piece), title)


def _piece(request: AgentRequest, right: Right, form: PieceOfRightForm, title: str) -> HttpResponse:
    if form.is_valid():
        piece = services.save_piece(by=request.user, piece=form.instance)
        messages.success(
            request, f"«\u00a0{piece.label}\u00a0»\u00a0: enregistrée pour les prochains dossiers."
        )
        return redirect(_sheet(right))
    return _page(request, form, title, _sheet(right))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def add_notice(request: AgentRequest, right_code: str) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    form = NoticeForm(posted(request), instance=RightNotice(right=right))
    return _notice(request, right, form, f"Ajouter une information à donner\u00a0: {right.title}")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_notice(request: AgentRequest, right_code: str, right_notice_id: UUID) -> HttpResponse:
    right = get_object_or_404(Right, code=right_code)
    notice = get_object_or_404(RightNotice, right=right, pk=right_notice_id)
    return _notice(
        request, right, NoticeForm(posted(request), instance=notice), "Modifier l’information à donner"
    )


def _notice(request: AgentRequest, right: Right, form: NoticeForm, title: str) -> HttpResponse:
    if form.is_valid():
        services.save_notice(by=request.user, notice=form.instance)
        messages.success(request, "L’information à donner est enregistrée.")
        return redirect(_sheet(right))
    return _page(request, form, title, _sheet(right))


@requires("structure.manage")
@require_safe
def catalogue_history(request: AgentRequest, right_code: str) -> HttpResponse:
    """Who changed what in the sheet, its rules, pieces and duties, before and after; not what was delivered."""
    right = get_object_or_404(Right, code=right_code)
    rules = list(right.rules.prefetch_related("delays"))
    delays = [delay for rule in rules for delay in rule.delays.all()]
    rows: list[Any] = [right, *rules, *delays, *right.pieces.all(), *right.notices.all()]
    changes = [row for row in changes_of(*rows) if row.author or row.kind != ChangeKind.CREATED]
    context = {"right": right, "changes": changes}
    return render(request, "rights/right_history.html", context)
