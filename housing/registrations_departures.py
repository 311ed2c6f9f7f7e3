"""What an agent who leaves holds in housing and energy."""

from django.db.models import QuerySet

from households.holdings import declare, kept_by_author, rows_of
from housing.models import (
    DaloAppeal,
    EnergyFile,
    EnergyVisit,
    EvictionFile,
    HousingApplication,
    InventoryDraft,
    LodgingRequest,
    Stay,
)


def stays() -> QuerySet[Stay]:
    return Stay.objects.filter(end__isnull=True)


def visits() -> QuerySet[EnergyVisit]:
    """Visits of running files that are not done."""
    return EnergyVisit.objects.filter(done_on__isnull=True, file__in=EnergyFile.objects.running())


def register() -> None:
    declare(
        "housing_applications",
        rows_of(
            ("demande de logement social suivie", "demandes de logement social suivies"),
            HousingApplication.objects.running,
        ),
    )
    declare("dalo", rows_of(("recours DALO suivi", "recours DALO suivis"), DaloAppeal.objects.running))
    declare(
        "evictions",
        rows_of(("dossier d’expulsion suivi", "dossiers d’expulsion suivis"), EvictionFile.objects.open),
    )
    declare(
        "lodging_requests",
        rows_of(
            ("demande d’hébergement suivie", "demandes d’hébergement suivies"), LodgingRequest.objects.open
        ),
    )
    declare("stays", rows_of(("séjour suivi", "séjours suivis"), stays, field="referent"))
    declare(
        "energy", rows_of(("dossier énergie suivi", "dossiers énergie suivis"), EnergyFile.objects.running)
    )
    declare(
        "energy_visits",
        rows_of(("visite énergie à faire", "visites énergie à faire"), visits, household="file__household"),
    )
    declare(
        "inventory_drafts",
        kept_by_author(
            ("brouillon d’état des lieux", "brouillons d’états des lieux"),
            InventoryDraft.objects.all,
            "Personne d’autre ne lit un brouillon\u00a0: à enregistrer ou à effacer par son auteur avant son départ.",
        ),
    )
