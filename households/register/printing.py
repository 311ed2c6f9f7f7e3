"""The register on paper, for the president of the CIAS: what the law asks for, and who must keep it to themselves."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from cias.core.pdf import render_pdf
from cias.lists.definition import Ask
from cias.territory.services import get_structure
from households.models import Person
from households.register.benefits import Residence, beneficiaries


def print_register(lines: Sequence[Any], ask: Ask) -> bytes:
    """An accessible PDF. Persons of protected files are counted and not named."""
    from households.register.listing import in_words, wanted_of

    structure, moment, wanted = get_structure(), timezone.now(), wanted_of(ask, everybody=True)
    everybody = beneficiaries(Person.objects.all(), wanted).count()
    kinds = {one.label for line in lines for one in line.benefits} if wanted.kind else set()
    context = {
        "rows": [(line, [in_words(one) for one in line.benefits]) for line in lines],
        "period": wanted.period,
        "residence": Residence(wanted.residence),
        "kind": ", ".join(sorted(kinds)),
        "benefits": sum(len(line.benefits) for line in lines),
        "hidden": everybody - len(lines),
        "structure": structure,
        "moment": moment,
        "agent": ask.user,
    }
    return render_pdf(
        render_to_string("households/register/print.html", context),
        title=f"Fichier des bénéficiaires, {wanted.period.label}",
        author=structure.name,
        moment=moment,
    )
