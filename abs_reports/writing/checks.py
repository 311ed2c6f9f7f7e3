"""No user's data in a report: what looks like a number or an address of somebody is refused where it is typed."""

import re

from django.core.exceptions import ValidationError

from cias.core import nir
from cias.core.french import NBSP

_SPACE = r"[ .\-\u00a0\u202f]?"
_PHONE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)33{_SPACE}(?:\(0\){_SPACE})?[1-9]|0[1-9])(?:{_SPACE}\d{{2}}){{4}}(?!\d)"
)
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+\.\w[\w.\-]*")
WARNING = (
    "Aucun nom d’usager, aucune situation reconnaissable. Une parole d’habitant est inventée ou validée par "
    "la personne."
)


def refuse_personal_data(text: str) -> None:
    """Raise ValidationError when `text` holds what looks like a NIR, a French phone number or an e-mail address."""
    found = []
    if nir.hide(text) != text:
        found.append("un numéro de sécurité sociale")
    if _PHONE.search(nir.hide(text)):
        found.append("un numéro de téléphone")
    if _MAIL.search(text):
        found.append("une adresse e-mail")
    if found:
        raise ValidationError(
            f"Ce texte semble contenir {' et '.join(found)}{NBSP}: retirez-le, un rapport ne porte pas de "
            "données personnelles.",
            code="personal",
        )
