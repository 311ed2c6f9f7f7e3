"""What is printed: the bordereau for the Archives départementales, and the information notice (C7, C8)."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Sum
from django.template.loader import render_to_string
from django.utils import timezone

from cias.core.pdf import render_pdf
from cias.territory.services import get_structure
from households.enums.datalife import LineState
from households.models import DisposalSlip, PrivacyNotice


def slip_pdf(slip: DisposalSlip, moment: datetime) -> bytes:
    """The bordereau, as long as its files; no name in it, the Archives find a file by its number."""
    lines = slip.lines.exclude(state=LineState.LEFT)
    structure = get_structure()
    totals = lines.aggregate(first=Min("opened_on"), last=Max("last_contact_on"), documents=Sum("documents"))
    context = {
        "slip": slip, "lines": list(lines), "structure": structure, "totals": totals,
        "day": timezone.localtime(moment).date(),
    }  # fmt: skip
    return _pdf("bordereau", context, f"Bordereau d’élimination {slip.number}", moment)


def notice_pdf(notice: PrivacyNotice, *, short: bool, moment: datetime) -> bytes:
    """The notice in force, to hand over or to hang up."""
    context = {"notice": notice, "short": short, "structure": get_structure(), "parts": parts_of(notice.full)}
    return _pdf("notice", context, "Vos informations au CIAS", moment)


def parts_of(text: str) -> list[tuple[str, str]]:
    """The notice cut at its headings ("## …"): (heading, text); what comes before the first has an empty heading."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.startswith("## "):
            parts.append((line.removeprefix("## ").strip(), []))
        else:
            parts[-1][1].append(line)
    texts = [(heading, "\n".join(lines).strip()) for heading, lines in parts]
    return [(heading, body) for heading, body in texts if heading or body]


def _pdf(name: str, context: dict[str, Any], title: str, moment: datetime) -> bytes:
    return render_pdf(
        render_to_string(f"households/datalife/pdf/{name}.html", context),
        title=title,
        author=context["structure"].name,
        moment=moment,
    )
