"""Person by person, the columns the Département's own table has (peers.md §3.7), for the period (I9).

Its agents oriented these persons and receive their follow-up under the convention (CASF, art. L262-44); no diagnosis,
no note and nothing of the psychologist is in it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from cias.accounts.models import User
from cias.core.export import Value
from cias.core.periods import Period
from insertion.models import DepartmentIdentity, EngagementContract, Orientation, PathwayExit
from insertion.pathways import first_meetings

HEADER = (
    "N° allocataire", "Identifiant du Département", "N° demande RSA", "Nom", "Prénom", "Date de naissance", "Structure",
    "Référent unique", "Orientation", "Notifiée le", "Début", "Fin", "1er RDV structure", "Délai 1er RDV (jours)",
    "Date contrat d’engagement", "Délai contrat (jours)", "Fin du contrat", "Heures par semaine", "Dispense",
    "Réorientation demandée le", "Sortie le", "Motif de sortie",
)  # fmt: skip


def orientations_of(user: User, period: Period) -> QuerySet[Orientation]:
    """Those that ran at least one day of the period, of the files this agent may know of."""
    running = Q(end__isnull=True) | Q(end__gte=period.first)
    rows = Orientation.objects.overview(user).filter(running, start__lte=period.last)
    contracts = EngagementContract.objects.signed().annotate(
        both_on=Greatest("signed_by_person_on", "signed_by_structure_on")
    )
    return (
        rows.select_related("person__department_identity", "referent")
        .prefetch_related(
            "reorientations",
            Prefetch("contracts", contracts.order_by("both_on"), to_attr="signed_contracts"),
            Prefetch("exits", PathwayExit.objects.standing(), to_attr="standing_exits"),
        )
        .order_by("person__search_key", "start")
    )


def rows_of(user: User, period: Period) -> Iterator[tuple[Value, ...]]:
    found: Iterable[tuple[Any, date | None]] = first_meetings(orientations_of(user, period))
    for row, met in found:
        person = row.person
        identity: DepartmentIdentity | None = getattr(person, "department_identity", None)
        first = row.signed_contracts[0] if row.signed_contracts else None
        last = row.signed_contracts[-1] if row.signed_contracts else None
        asked = [request.requested_on for request in row.reorientations.all()]
        left = row.standing_exits[0] if row.standing_exits else None
        yield (
            identity.caf_number if identity else "", identity.internal_id if identity else "",
            identity.rsa_number if identity else "", person.usual_name or person.birth_name, person.first_names,
            person.birth_date, row.structure, row.referent.full_name if row.referent else "", row.get_kind_display(),
            row.notified_on, row.start, row.end, met, (met - row.notified_on).days if met else None,
            first.both_on if first else None, (first.both_on - row.notified_on).days if first else None,
            last.end if last else None, last.weekly_hours if last else None,
            last.get_exemption_display() if last and last.exemption else "", max(asked, default=None),
            left.on if left else None, left.get_reason_display() if left else "",
        )  # fmt: skip
