"""Objects behind insertion's addresses, for the URL × role test."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from insertion.contracts import services as contracts
from insertion.diagnoses import services as diagnoses
from insertion.followup import no_shows
from insertion.models import (
    DiagnosisLabel,
    DiagnosisTheme,
    LegitimateReason,
    Objective,
    ObjectiveAction,
    PathwayParameter,
)
from tests.factories import EngagementContractFactory, OrientationFactory


def sample_kwargs(world: Any) -> dict[str, object]:
    orientation = OrientationFactory(household=world.household, person=world.person)
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    return {
        "orientation_id": orientation.pk,
        "contract_id": contract.pk,
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
