"""Deadlines that are past, by domain, and what is to be watched before it becomes late."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cias.accounts.models import User
from cias.core.deadlines import DueStatus
from cias.dashboard.steering.counting import count_all
from cias.dashboard.steering.figures import Figure, Group, link
from households.caseload import Caseload
from households.enums import Domain
from households.forms.referrals import LATE as REFERRAL_LATE
from households.models import ReferralOut
from households.rules import WITHOUT_REFERENT
from housing.dues.reading import arrears_of
from housing.energy.lists import conditions
from housing.evictions.chronology import HEARING
from housing.lodging.forms.places import OVERDUE
from housing.lodging.waiting import LISTS as WAITING_LISTS
from housing.models import (
    EnergyFile,
    EvictionDeadline,
    EvictionFile,
    HousingApplication,
    LodgingRequest,
    Stay,
)
from insertion.deadlines import DueCode
from insertion.followup.listing import NOBODY
from insertion.models import Orientation
from insertion.pathways import Pathway, running, with_deadlines
from rights.aids.enums import AidState
from rights.domiciliation.lists import condition as domiciliations_in
from rights.models import AidRequest, Domiciliation, DomiciliationSettings, RightsFile
from rights.views.lists import delay_filters

LATE, SOON = DueStatus.LATE, DueStatus.SOON
# Codes of the waiting list for a lodging.
WAITING, PROPOSED = "en-attente", "proposees"


# Codes of the energy list, in its order.
ENERGY_WATCHED = {
    "a-contacter": "Ménages à contacter (SLIME)",
    "a-orienter": "Visites faites, ménage à orienter",
    "a-rappeler": "Appels de suivi à faire",
}
ENERGY_LATE = "en-retard"


def groups_of(user: User, today: date, months: int, known: Caseload) -> tuple[list[Group], list[Group]]:
    """What is late and what is to be watched, by domain: a number of queries that does not depend on the rows."""
    counted = count_all(_lists(user, today))
    rights, housing, energy, insertion, files = (
        _rights(counted),
        _housing(counted, len(arrears_of(user, today))),
        _energy(counted),
        _insertion(user, today),
        _files(counted, months, known),
    )
    late = [
        Group(Domain.RIGHTS, "Droits", rights[0]),
        Group(Domain.HOUSING, "Logement", housing[0]),
        Group(Domain.ENERGY, "Énergie", energy[0]),
        Group(Domain.INSERTION, "Insertion", insertion[0]),
        Group("", "Partenaires", files[0]),
    ]
    watched = [
        Group("", "Dossiers", files[1]),
        Group(Domain.RIGHTS, "Droits", rights[1]),
        Group(Domain.HOUSING, "Logement", housing[1]),
        Group(Domain.ENERGY, "Énergie", energy[1]),
        Group(Domain.INSERTION, "Insertion", insertion[1]),
    ]
    return late, watched


type Pair = tuple[list[Figure], list[Figure]]
type Counted = Mapping[str, int]


def _lists(user: User, today: date) -> dict[str, QuerySet[Any]]:
    """The lists that are only counted here, by the names the figures below look for."""
    delays = delay_filters(today)
    files = RightsFile.objects.for_user(user).active()
    evictions: Any = EvictionFile.objects.for_user(user).with_next(today).open()
    hearings = EvictionDeadline.objects.filter(file=OuterRef("pk"), code=HEARING, due_on__gte=today)
    applications = HousingApplication.objects.for_user(user).running()
    waiting = LodgingRequest.objects.for_user(user)
    energy, asked = EnergyFile.objects.for_user(user), conditions(today)
    domiciliations = Domiciliation.objects.for_user(user)
    return {
        "rights": files.filter(delays["late"]),
        "rights soon": files.filter(delays["soon"]),
        "aids decided": AidRequest.objects.for_user(user).filter(state=AidState.DECIDED),
        "domiciliation used": DomiciliationSettings.objects.filter(is_used=True),
        "domiciliations": domiciliations.filter(domiciliations_in("en-retard", today)),
        "evictions": evictions.filter(next_due__lt=today),
        "hearings": evictions.filter(Exists(hearings)),
        "renewals": applications.filter(renewal_due_on__lt=today),
        "renewals soon": applications.filter(renewal_alert_on__lte=today),
        "stays": Stay.objects.for_user(user).overdue(today),
        **{code: waiting.filter(state__in=WAITING_LISTS[code][1]) for code in (WAITING, PROPOSED)},
        **{f"energy {code}": energy.filter(asked[code]) for code in (ENERGY_LATE, *ENERGY_WATCHED)},
        "referrals": ReferralOut.objects.followed_by(user).pending().filter(due_on__lt=today),
    }


def _rights(counted: Counted) -> Pair:
    late = [
        Figure("Dossiers de droits", counted["rights"], link("rights:files", delai=LATE.value), late=True)
    ]
    if counted["domiciliation used"]:
        url = link("rights:domiciliations", liste="en-retard")
        late.append(Figure("Domiciliations à décider", counted["domiciliations"], url, late=True))
    watched = [
        Figure("Dossiers à échéance proche", counted["rights soon"], link("rights:files", delai=SOON.value)),
        Figure(
            "Décisions d’aide à notifier",
            counted["aids decided"],
            link("rights:aids", etat=AidState.DECIDED.value),
        ),
    ]
    return late, watched


def _housing(counted: Counted, arrears: int) -> Pair:
    late = [
        Figure(
            "Procédures d’expulsion",
            counted["evictions"],
            link("housing:evictions", echeance="depassee"),
            late=True,
        ),
        Figure(
            "Demandes de logement social non renouvelées",
            counted["renewals"],
            link("housing:applications", liste="retard"),
            late=True,
        ),
        Figure(
            "Contrats d’hébergement échus",
            counted["stays"],
            link("housing:occupancy", fin=OVERDUE),
            late=True,
        ),
        Figure("Comptes en impayé", arrears, link("housing:arrears"), late=True),
    ]
    watched = [
        Figure(
            "Audiences d’expulsion à venir",
            counted["hearings"],
            link("housing:evictions", echeance="audience"),
        ),
        Figure(
            "Demandes de logement à renouveler",
            counted["renewals soon"],
            link("housing:applications", liste="renouveler"),
        ),
        Figure(
            "Ménages en attente d’hébergement",
            counted[WAITING],
            link("housing:waiting_list", liste=WAITING),
        ),
        Figure(
            "Places proposées sans réponse ni entrée",
            counted[PROPOSED],
            link("housing:waiting_list", liste=PROPOSED),
        ),
    ]
    return late, watched


def _energy(counted: Counted) -> Pair:
    labels = {ENERGY_LATE: "Ménages à contacter (SLIME)", **ENERGY_WATCHED}

    def figure(code: str) -> Figure:
        url = link("housing:energy", attente=code)
        return Figure(labels[code], counted[f"energy {code}"], url, late=code == ENERGY_LATE)

    return [figure(ENERGY_LATE)], [figure(code) for code in ENERGY_WATCHED]


# What is late first in a pathway, as the list tells it apart.
INSERTION_LATE = {
    DueCode.SIGN: "Contrats d’engagement à signer",
    DueCode.RENEW: "Contrats d’engagement à renouveler",
    DueCode.END: "Contrats d’engagement terminés",
    DueCode.MEETING: "Premiers rendez-vous à donner",
    DueCode.UPDATE: "Actualisations du contrat",
    DueCode.REVIEW: "Réexamens de l’orientation",
    DueCode.ABSENCE: "Absences à suivre",
}


def _insertion(user: User, today: date) -> Pair:
    pathways = with_deadlines(running(Orientation.objects.overview(user), today), today)
    late = [row for row in pathways if row.status == LATE]
    soon = sum(row.status == SOON for row in pathways)
    alone = sum(row.orientation.referent_id is None for row in pathways)
    by_code = {code: sum(_first(row) == code for row in late) for code in INSERTION_LATE}
    figures = [
        Figure(
            label, by_code[code], link("insertion:pathways", delai=LATE.value, etape=code.value), late=True
        )
        for code, label in INSERTION_LATE.items()
        # What happens most stands there even at zero.
        if by_code[code] or code == DueCode.SIGN
    ]
    watched = [
        Figure("Parcours à échéance proche", soon, link("insertion:pathways", delai=SOON.value)),
        Figure("Parcours sans référent unique", alone, link("insertion:pathways", referent=NOBODY)),
    ]
    return figures, watched


def _first(row: Pathway) -> DueCode | None:
    return row.deadlines[0].code if row.deadlines else None


def _files(counted: Counted, months: int, known: Caseload) -> Pair:
    late = [
        Figure(
            "Orientations sans réponse",
            counted["referrals"],
            link("households:referral_list", etat=REFERRAL_LATE),
            late=True,
        )
    ]
    watched = [
        Figure(
            f"Ménages sans nouvelles depuis {months}\u00a0mois",
            known.dormant,
            link("households:dormant", mois=months),
        ),
        Figure(
            "Ménages sans référent",
            known.without_referent,
            link("households:list", etat=WITHOUT_REFERENT),
        ),
    ]
    return late, watched
