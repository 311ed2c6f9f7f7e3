"""What an agent who leaves holds in access to rights: files, aids, domiciliations."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from households.holdings import declare, rows_of
from rights.models import AidRequest, Domiciliation, Election, RightsFile


def domiciliations() -> QuerySet[Domiciliation]:
    """Those that hold today, or are asked for."""
    elections = Election.objects.filter(domiciliation=OuterRef("pk"))
    live = elections.in_force(timezone.localdate()) | elections.pending()
    return Domiciliation.objects.filter(Exists(live))


def register() -> None:
    declare(
        "rights",
        rows_of(("dossier de droit suivi", "dossiers de droits suivis"), RightsFile.objects.active),
    )
    declare("aids", rows_of(("demande d’aide suivie", "demandes d’aide suivies"), AidRequest.objects.active))
    declare("domiciliations", rows_of(("domiciliation suivie", "domiciliations suivies"), domiciliations))
