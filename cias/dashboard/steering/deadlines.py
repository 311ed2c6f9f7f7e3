"""Deadlines that are past, by domain, and what is to be watched before it becomes late."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from cias.accounts.models import User
from cias.core.deadlines import DueStatus
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
from housing.lodging.waiting import counts as waiting_counts
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


def groups_of(user: User, today: date, months: int, known: Caseload) -> tuple[list[Group], list[Group]]:
    """What is late and what is to be watched, by domain: a number of queries that does not depend on the rows."""
    rights, housing, energy, insertion, files = (
        _rights(user, today),
        _housing(user, today),
        _energy(user, today),
        _insertion(user, today),
        _files(user, today, months, known),
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


def _rights(user: User, today: date) -> Pair:
    delays = delay_filters(today)
    files = RightsFile.objects.for_user(user).active()
    found = files.aggregate(late=Count("pk", filter=delays["late"]), soon=Count("pk", filter=delays["soon"]))
    decided = AidRequest.objects.for_user(user).filter(state=AidState.DECIDED).count()
    late = [Figure("Dossiers de droits", found["late"], link("rights:files", delai=LATE.value), late=True)]
    if DomiciliationSettings.objects.filter(is_used=True).exists():
        rows = Domiciliation.objects.for_user(user).filter(domiciliations_in("en-retard", today))
        url = link("rights:domiciliations", liste="en-retard")
        late.append(Figure("Domiciliations à décider", rows.count(), url, late=True))
    watched = [
        Figure("Dossiers à échéance proche", found["soon"], link("rights:files", delai=SOON.value)),
        Figure("Décisions d’aide à notifier", decided, link("rights:aids", etat=AidState.DECIDED.value)),
    ]
    return late, watched


def _housing(user: User, today: date) -> Pair:
    evictions: Any = EvictionFile.objects.for_user(user).with_next(today).open()
    hearings = EvictionDeadline.objects.filter(file=OuterRef("pk"), code=HEARING, due_on__gte=today)
    applications = HousingApplication.objects.for_user(user).running()
    renewals = applications.aggregate(
        late=Count("pk", filter=Q(renewal_due_on__lt=today)),
        due=Count("pk", filter=Q(renewal_alert_on__lte=today)),
    )
    waiting = waiting_counts(LodgingRequest.objects.for_user(user))
    late = [
        Figure(
            "Procédures d’expulsion",
            evictions.filter(next_due__lt=today).count(),
            link("housing:evictions", echeance="depassee"),
            late=True,
        ),
        Figure(
            "Demandes de logement social non renouvelées",
            renewals["late"],
            link("housing:applications", liste="retard"),
            late=True,
        ),
        Figure(
            "Contrats d’hébergement échus",
            Stay.objects.for_user(user).overdue(today).count(),
            link("housing:occupancy", fin=OVERDUE),
            late=True,
        ),
        Figure("Comptes en impayé", len(arrears_of(user, today)), link("housing:arrears"), late=True),
    ]
    watched = [
        Figure(
            "Audiences d’expulsion à venir",
            evictions.filter(Exists(hearings)).count(),
            link("housing:evictions", echeance="audience"),
        ),
        Figure(
            "Demandes de logement à renouveler",
            renewals["due"],
            link("housing:applications", liste="renouveler"),
        ),
        Figure(
            "Ménages en attente d’hébergement",
            waiting["en-attente"],
            link("housing:waiting_list", liste="en-attente"),
        ),
        Figure(
            "Places proposées sans réponse ni entrée",
            waiting["proposees"],
            link("housing:waiting_list", liste="proposees"),
        ),
    ]
    return late, watched


# Codes of the energy list, in its order.
ENERGY_WATCHED = {
    "a-contacter": "Ménages à contacter (SLIME)",
    "a-orienter": "Visites faites, ménage à orienter",
    "a-rappeler": "Appels de suivi à faire",
}


def _energy(user: User, today: date) -> Pair:
    asked = conditions(today)
    codes = {"en-retard": "Ménages à contacter (SLIME)", **ENERGY_WATCHED}
    names = {code: code.replace("-", "_") for code in codes}
    found = EnergyFile.objects.for_user(user).aggregate(
        **{names[code]: Count("pk", filter=asked[code]) for code in codes}
    )

    def figure(code: str) -> Figure:
        url = link("housing:energy", attente=code)
        return Figure(codes[code], found[names[code]], url, late=code == "en-retard")

    return [figure("en-retard")], [figure(code) for code in ENERGY_WATCHED]


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


def _files(user: User, today: date, months: int, known: Caseload) -> Pair:
    answers = ReferralOut.objects.followed_by(user).pending().filter(due_on__lt=today)
    late = [
        Figure(
            "Orientations sans réponse",
            answers.count(),
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
