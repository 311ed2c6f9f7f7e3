"""Objects behind insertion's addresses, for the URL × role test."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cias.accounts.enums import Role
from insertion.contracts import services as contracts
from insertion.diagnoses import services as diagnoses
from insertion.followup import no_shows
from insertion.models import (
    DiagnosisLabel,
    DiagnosisTheme,
    LegitimateReason,
    Objective,
    ObjectiveAction,
    OrientationImport,
    OrientationImportRow,
    OrientationMapping,
    PathwayParameter,
)
from tests.factories import (
    EngagementContractFactory,
    OrientationFactory,
    ReorientationRequestFactory,
    WorkshopNoticeFactory,
    WorkshopRegistrationFactory,
)
from tests.insertion import samples_jobs, samples_permanences


def sample_kwargs(world: Any) -> dict[str, object]:
    orientation = OrientationFactory(household=world.household, person=world.person)
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    return {
        "orientation_id": orientation.pk,
        "contract_id": contract.pk,
        "reorientation_id": ReorientationRequestFactory(orientation=orientation).pk,
        **import_kwargs(world),
        **workshop_kwargs(world),
        **samples_permanences.sample_kwargs(world),
        **samples_jobs.sample_kwargs(world),
        **pathway_kwargs(world, orientation, contract),
    }


def pathway_kwargs(world: Any, orientation: Any, contract: Any) -> dict[str, object]:
    """A diagnosis, an avenant to be signed and absences followed up."""
    agent = orientation.referent
    diagnosis = diagnoses.open_diagnosis(by=agent, household=world.household, person=world.person)
    objective = Objective.objects.create(
        diagnosis=diagnosis,
        theme=DiagnosisTheme.objects.all()[0],
        label="Se former",
        opened_on=date(2026, 10, 6),
    )
    action = ObjectiveAction.objects.create(objective=objective, label="S’inscrire", owner_kind="person")
    amendment = contracts.prepare_amendment(
        by=agent, contract=contract, effective_on=date(2026, 11, 2), end=contract.end,
        weekly_hours=contract.weekly_hours, changes="La formation commence plus tôt.",
    )  # fmt: skip
    case = no_shows.open_case(by=agent, orientation=orientation, missed=[(date(2026, 10, 12), "Rendez-vous")])
    no_shows.summon(
        by=agent, case=case, on=date(2026, 10, 13), channel="letter",
        meeting_at=timezone.make_aware(datetime(2026, 10, 26, 9, 30)),  # noqa: DTZ001 - made aware
    )  # fmt: skip
    return {
        "pathway_diagnosis_id": diagnosis.pk,
        "rank": 1,
        "objective_id": objective.pk,
        "objective_action_id": action.pk,
        "contract_action_id": contract.actions.create(kind="training", label="Formation").pk,
        "amendment_id": amendment.pk,
        "no_show_id": case.pk,
        "no_show_step": "joindre",
        "pathway_parameter_id": PathwayParameter.objects.all()[0].pk,
        "legitimate_reason_id": LegitimateReason.objects.all()[0].pk,
        "diagnosis_theme_id": DiagnosisTheme.objects.all()[0].pk,
        "diagnosis_label_id": DiagnosisLabel.objects.all()[0].pk,
    }


def import_kwargs(world: Any) -> dict[str, object]:
    layout = {"said": "CSV, séparateur virgule, UTF-8", "header": 1, "rows": 1, "samples": {"0": ["Petit"]}}
    batch = OrientationImport.objects.create(
        file_name="orientations.csv",
        source="Département",
        sha256="0" * 64,
        created_by=world.agents[Role.SOCIAL_WORKER],
        layout=layout,
        columns=[{"place": 0, "header": "Nom", "rank": 1, "target": "birth_name", "slot": 0}],
    )
    row = OrientationImportRow.objects.create(
        batch=batch, number=2, last_number=2, outcome="doubt", name="Petit Léa"
    )
    mapping = OrientationMapping.objects.create(name="Fichier mensuel", source="Département")
    return {
        "orientation_import_id": batch.pk,
        "orientation_import_row_id": row.pk,
        "orientation_mapping_id": mapping.pk,
    }


def workshop_kwargs(world: Any) -> dict[str, object]:
    registration = WorkshopRegistrationFactory(household=world.household, person=world.person)
    return {
        "workshop_id": registration.session.workshop_id,
        "workshop_session_id": registration.session_id,
        "workshop_registration_id": registration.pk,
        "workshop_notice_id": WorkshopNoticeFactory(registration=registration).pk,
    }
