"""The PDF of a letter: address in the window, references, the text, the signature (templates/households/pdf)."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from cias.core.pdf import render_pdf
from cias.territory.services import get_structure
from households.models import Letter


def letter_pdf(letter: Letter, moment: datetime) -> bytes:
    """The letter as it is sent; one that is not finished says so on the page."""
    structure = get_structure()
    context = {
        "letter": letter,
        "structure": structure,
        "day": timezone.localtime(moment).date(),
        "address_lines": [line.strip() for line in letter.address.splitlines() if line.strip()],
    }
    return render_pdf(
        render_to_string("households/pdf/letter.html", context),
        title=f"Courrier {letter.number}" if letter.number else "Projet de courrier",
        author=structure.name,
        moment=moment,
    )
