"""A file that names people leaves after a reason, which its line of the log keeps (C4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cias.audit.forms import ExportReasonForm
from cias.core.french import plural


def ask_reason(
    request: HttpRequest, form: ExportReasonForm, *, title: str, intro: str = "", count: int, back_url: str
) -> HttpResponse:
    """The page that asks why `count` lines leave as CSV; `intro` says which lines these are."""
    lines = plural(count, "ligne", "lignes")
    context = {
        "form": form,
        "intro": f"{lines}, {intro}" if intro else lines,
        "title": title,
        "submit": "Exporter (CSV)",
        "back_url": back_url,
    }
    return render(request, "audit/export.html", context)
