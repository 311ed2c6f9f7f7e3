"""What waits for the delegate to data protection, counted: each line opens its list (C7, C8)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse

from cias.accounts.models import User
from cias.core.french import plural
from households.enums.datalife import SlipState
from households.models import DisposalSlip, EmergencyAccess, PersonRequest
from households.models.closed import closed_to


@dataclass(frozen=True)
class Duty:
    """`late` says what is past its term, empty when nothing is."""

    title: str
    text: str
    url: str
    count: int
    late: str = ""


def duties_of(user: User, today: date) -> list[Duty]:
    """Requests of persons, emergency accesses to review, bordereaux. Three queries."""
    waiting = PersonRequest.objects.waiting().filter(household__anonymised_on=None)
    requests = list(waiting.exclude(household__in=closed_to(user)).only("received_on", "extended_on"))
    late = sum(row.due_on < today for row in requests)
    reviews = EmergencyAccess.objects.to_review().exclude(agent=user).count()
    slips: Counter[str] = Counter()
    for state, count in DisposalSlip.objects.order_by().values_list("state").annotate(Count("pk")):
        slips[state] = count
    return [
        Duty(
            "Demandes des personnes", "Une réponse est due en un mois (RGPD, art. 12.3).",
            reverse("households:person_requests"), len(requests),
            f"{plural(late, 'dépassée')}" if late else "",
        ),
        Duty(
            "Accès d’urgence à relire", "Les dossiers protégés ouverts par exception, par leur numéro.",
            reverse("households:emergencies"), reviews,
        ),
        Duty(
            "Bordereaux à transmettre", "Préparés, ils attendent d’être envoyés aux Archives départementales.",
            reverse("households:slips"), slips[SlipState.PREPARED],
        ),
        Duty(
            "Bordereaux visés à exécuter", "Le visa est donné\u00a0: les dossiers peuvent être anonymisés.",
            reverse("households:slips"), slips[SlipState.APPROVED],
        ),
    ]  # fmt: skip
