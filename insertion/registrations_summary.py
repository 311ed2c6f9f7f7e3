"""The pathways in the printed summary of a household."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core.french import date_short
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table, summary
from households.file import may_read_content
from households.models import Household
from insertion.diagnoses.enums import StepState
from insertion.diagnoses.reading import arrange, with_content
from insertion.models import Diagnosis, EngagementContract, Orientation, PathwayExit, ReorientationRequest


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "insertion.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    pathways = Orientation.objects.for_user(request.user, request.subject.pk)
    contracts = EngagementContract.objects.for_user(request.user, request.subject.pk)
    asked = ReorientationRequest.objects.for_user(request.user, request.subject.pk)
    if request.person is not None:
        asked = asked.filter(orientation__person=request.person)
        pathways = pathways.filter(person=request.person)
        contracts = contracts.filter(orientation__person=request.person)
    yield Table(
        title="Orientations RSA",
        header=("Personne", "Orientation", "Structure", "Référent unique", "Du", "Au"),
        rows=[
            (
                request.hide(row.person.full_name),
                row.get_kind_display(),
                row.structure,
                row.referent.full_name if row.referent else "—",
                date_short(row.start),
                date_short(row.end) if row.end else "en cours",
            )
            for row in pathways.select_related("person", "referent")
        ],
    )
    yield Table(
        title="Demandes de réorientation",
        header=("Personne", "Demandée le", "Souhaitée", "Motif", "État"),
        rows=[
            (
                request.hide(row.orientation.person.full_name),
                date_short(row.requested_on),
                row.get_wanted_kind_display(),
                request.hide(row.reason),
                row.get_state_display(),
            )
            for row in asked.select_related("orientation__person")
        ],
    )
    yield Table(
        title="Contrats d’engagement",
        header=("Du", "Au", "Objectifs", "Signé par la personne le"),
        rows=[
            (
                date_short(row.start),
                date_short(row.end) if row.end else "en cours",
                request.hide(row.objectives),
                date_short(row.signed_by_person_on) if row.signed_by_person_on else "—",
            )
            for row in contracts.standing()
        ],
    )
    diagnoses = with_content(Diagnosis.objects.for_user(request.user, request.subject.pk))
    left = (
        PathwayExit.objects.standing().filter(orientation__in=pathways).select_related("orientation__person")
    )
    if request.person is not None:
        diagnoses = diagnoses.filter(person=request.person)
    yield Table(
        title="Diagnostic d’insertion",
        header=("Personne", "Thème", "Objectif", "Actions réalisées", "État"),
        rows=[
            (
                request.hide(diagnosis.person.full_name),
                theme.label,
                request.hide(objective.label),
                f"{sum(row.state == StepState.DONE for row in objective.actions.all())} sur "
                f"{len(objective.actions.all())}",
                objective.get_state_display(),
            )
            for diagnosis in diagnoses
            for theme, objectives in arrange(diagnosis).themes
            for objective in objectives
        ],
    )
    yield Table(
        title="Sorties du parcours",
        header=("Personne", "Le", "Motif", "Justificatif"),
        rows=[
            (
                request.hide(row.orientation.person.full_name),
                date_short(row.on),
                row.get_reason_display(),
                row.get_evidence_display(),
            )
            for row in left
        ],
    )


def register() -> None:
    summary.register(
        "insertion", SummarySection(title="Insertion", position=90, may_read=may_read, blocks=blocks)
    )
