"""What happens along the RSA pathways: first meetings, diagnoses, hours, avenants, re-examinations, absences, exits."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.demo.world import World
from insertion.contracts import services as contracts
from insertion.contracts.enums import ActionMode
from insertion.diagnoses import services as diagnoses
from insertion.diagnoses.enums import (
    ENDED,
    LabelKind,
    ObjectiveState,
    ObstacleKind,
    ObstacleLevel,
    OwnerKind,
    StepState,
)
from insertion.enums import ActionState, OrientationKind
from insertion.followup import no_shows
from insertion.followup.enums import (
    ContactChannel,
    ContactResult,
    ExitEvidence,
    ExitReason,
    ReviewConclusion,
)
from insertion.models import (
    ContractAction,
    Diagnosis,
    DiagnosisLabel,
    DiagnosisTheme,
    EngagementContract,
    FirstMeeting,
    LegitimateReason,
    Objective,
    ObjectiveAction,
    Obstacle,
    Orientation,
    OrientationReview,
    PathwayExit,
    RealisedHours,
)

SUMMARIES = (
    "Souhaite retravailler dès que la garde du plus jeune est réglée. A tenu une caisse pendant quatre ans.",
    "Sans emploi depuis trois ans, se déplace à vélo. Voudrait un poste de cuisine en collectivité.",
    "Suit des soins réguliers, demande un accompagnement à son rythme. Loyer à jour depuis l’été.",
    "Arrivée dans le département il y a un an, parle bien le français, l’écrit peu. Cherche une formation.",
)
LEVELS = {ObstacleLevel.LIGHT: 30, ObstacleLevel.STRONG: 45, ObstacleLevel.BLOCKING: 25}
STATES = {
    StepState.DONE: 40, StepState.RUNNING: 28, StepState.PROJECT: 16, StepState.WAITING: 8, StepState.DROPPED: 5,
    StepState.CANCELLED: 3,
}  # fmt: skip
OUTCOMES = ("Dossier déposé", "Rendez-vous obtenu", "Inscription faite", "")
EXITS = {
    ExitReason.LASTING_JOB: 22, ExitReason.SHORT_JOB: 14, ExitReason.IAE: 12, ExitReason.TRAINING: 12,
    ExitReason.BUSINESS: 4, ExitReason.AAH_PENSION: 9, ExitReason.MOVED: 9, ExitReason.RIGHTS_END: 8,
    ExitReason.LOST: 7, ExitReason.REORIENTED: 3,
}  # fmt: skip
EVIDENCE = {
    ExitReason.LASTING_JOB: ExitEvidence.WORK_CONTRACT, ExitReason.SHORT_JOB: ExitEvidence.WORK_CONTRACT,
    ExitReason.IAE: ExitEvidence.WORK_CONTRACT, ExitReason.TRAINING: ExitEvidence.CERTIFICATE,
    ExitReason.RIGHTS_END: ExitEvidence.NOTICE, ExitReason.AAH_PENSION: ExitEvidence.NOTICE,
    ExitReason.LOST: ExitEvidence.NONE,
}  # fmt: skip
CASES = ("open", "contacted", "summoned", "late", "reported", "answered", "resumed", "excused")


def create_engagement(world: World) -> None:
    orientations = list(
        Orientation.objects.select_related("household", "person", "referent").order_by(
            "household__number", "start"
        )
    )
    for orientation in orientations:
        _meet(world, orientation)
    _review(world, orientations)
    _leave(world, orientations)
    running = [one for one in orientations if one.end is None and one.household.closed_on is None]
    labels = _labels()
    seen: set[Any] = set()
    for orientation in running:
        if orientation.person_id not in seen and world.chance(72):
            seen.add(orientation.person_id)
            _diagnose(world, orientation, labels)
    _contracts(world, running)
    _absences(world, running)


def _agent(world: World, orientation: Orientation) -> User:
    return orientation.referent or world.random.choice(world.workers)


def _meet(world: World, orientation: Orientation) -> None:
    """Most are met within the fortnight; the newest not yet."""
    day = orientation.start + timedelta(days=world.pick({4: 20, 8: 30, 12: 25, 15: 10, 19: 9, 27: 6}))
    if day <= min(world.today, orientation.end or world.today):
        FirstMeeting.objects.create(orientation=orientation, by=_agent(world, orientation), on=day)


def _review(world: World, orientations: list[Orientation]) -> None:
    for orientation in orientations:
        if orientation.kind != OrientationKind.SOCIAL or not world.chance(84):
            continue
        on = add_months(orientation.start, 6) - timedelta(days=world.random.randint(-12, 12))
        if on > min(world.today, orientation.end or world.today):
            continue
        OrientationReview.objects.create(
            orientation=orientation, by=_agent(world, orientation), on=on,
            next_on=add_months(orientation.start, 12),
            conclusion=world.pick({ReviewConclusion.KEEP: 76, ReviewConclusion.TO_MIXED: 18, ReviewConclusion.TO_PRO: 6}),
            note="Le logement est stabilisé, la garde reste à trouver.",
        )  # fmt: skip


def _leave(world: World, orientations: list[Orientation]) -> None:
    """An orientation nothing follows ended with an exit."""
    last = {orientation.person_id: orientation for orientation in orientations}
    for orientation in last.values():
        if orientation.end is None or orientation.end > world.today:
            continue
        reason = world.pick(EXITS)
        PathwayExit.objects.create(
            orientation=orientation, by=_agent(world, orientation), on=orientation.end, reason=reason,
            evidence=EVIDENCE.get(reason, ExitEvidence.DECLARATION), before={"end": None, "steps": []},
        )  # fmt: skip


def _labels() -> dict[str, dict[Any, list[str]]]:
    found: dict[str, dict[Any, list[str]]] = {kind: {} for kind in LabelKind.values}
    for row in DiagnosisLabel.objects.all():
        found[row.kind].setdefault(row.theme_id, []).append(row.label)
    return found


def _diagnose(world: World, orientation: Orientation, labels: dict[str, dict[Any, list[str]]]) -> None:
    random, agent = world.random, _agent(world, orientation)
    opened = min(orientation.start + timedelta(days=random.randint(5, 30)), world.today)
    diagnosis = Diagnosis.objects.create(
        household=orientation.household, person=orientation.person, author=agent, opened_on=opened,
        summary=random.choice(SUMMARIES),
    )  # fmt: skip
    themes = random.sample(list(DiagnosisTheme.objects.all()), random.randint(1, 3))
    findings = DiagnosisLabel.objects.filter(kind=LabelKind.FINDING, theme__in=themes)
    diagnosis.findings.set(list(findings)[: random.randint(1, 3)])
    for kind in random.sample(ObstacleKind.values, random.randint(1, 4)):
        level = world.pick(LEVELS)
        Obstacle.objects.create(diagnosis=diagnosis, by=agent, on=opened, kind=kind, level=level)
        later = opened + timedelta(days=random.randint(60, 200))
        if later <= world.today and world.chance(45):
            Obstacle.objects.create(
                diagnosis=diagnosis, by=agent, on=later, kind=kind, level=max(level - 1, 0)
            )
    for theme in themes:
        _objective(world, diagnosis, theme, labels, agent)
    if (world.today - opened).days > 120 and world.chance(55):
        diagnoses.bring_up_to_date(
            by=agent, diagnosis=diagnosis, on=world.today - timedelta(days=random.randint(3, 60)),
            comment="Point fait ensemble avant le renouvellement.",
        )  # fmt: skip


def _objective(
    world: World,
    diagnosis: Diagnosis,
    theme: DiagnosisTheme,
    labels: dict[str, dict[Any, list[str]]],
    agent: User,
) -> None:
    random, opened = world.random, diagnosis.opened_on
    objective = Objective.objects.create(
        diagnosis=diagnosis,
        theme=theme,
        label=random.choice(labels[LabelKind.OBJECTIVE][theme.pk]),
        opened_on=opened,
    )
    names = labels[LabelKind.ACTION].get(theme.pk, [])
    states = []
    for label in random.sample(names, min(len(names), random.randint(1, 3))):
        state = world.pick(STATES)
        due = opened + timedelta(days=random.randint(30, 240))
        ended = min(due + timedelta(days=random.randint(-20, 15)), world.today) if state in ENDED else None
        if state not in ENDED and due < world.today and world.chance(80):
            due = world.today + timedelta(days=random.randint(3, 90))
        mine = world.chance(30)
        ObjectiveAction.objects.create(
            objective=objective, label=label, owner_kind=OwnerKind.AGENT if mine else OwnerKind.PERSON,
            agent=agent if mine else None, due_on=due, state=state, ended_on=max(ended, opened) if ended else None,
            outcome=random.choice(OUTCOMES) if state == StepState.DONE else "",
        )  # fmt: skip
        states.append(state)
    if states and all(state == StepState.DONE for state in states):
        objective.state, objective.closed_on = ObjectiveState.DONE, world.today
        objective.save()


def _contracts(world: World, running: list[Orientation]) -> None:
    """Hours week by week, an avenant now and then, some contracts written and not signed yet."""
    rows = EngagementContract.objects.signed().filter(orientation__in=running, end__gte=world.today)
    for rank, contract in enumerate(
        rows.select_related("orientation__referent").order_by("household__number")
    ):
        agent = _agent(world, contract.orientation)
        actions = list(contract.actions.order_by("created_at", "pk"))
        _hours(world, contract, actions, agent)
        if rank % 9 == 0 and contract.end and contract.weekly_hours and contract.start < world.today:
            amendment = contracts.prepare_amendment(
                by=agent, contract=contract, effective_on=world.today, end=add_months(contract.end, 2),
                weekly_hours=contract.weekly_hours, next_review_on=contract.next_review_on,
                changes="La formation est prolongée de deux mois, le rythme ne change pas.",
            )  # fmt: skip
            if rank % 18 == 0:
                contracts.sign_amendment(
                    by=agent,
                    amendment=amendment,
                    signed_by_person_on=world.today,
                    signed_by_structure_on=world.today,
                )
    unsigned = [one for one in running if not one.contracts.exists()]
    for orientation in unsigned[::2]:
        start = world.today
        contract = EngagementContract.objects.create(
            household=orientation.household, orientation=orientation, start=start,
            end=add_months(start, 6) - timedelta(days=1), weekly_hours=Decimal(15),
            objectives="Reprendre un rythme, régler la garde, puis préparer une formation.",
        )  # fmt: skip
        ContractAction.objects.create(
            contract=contract, kind="rights", mode=ActionMode.INDIVIDUAL, label="Rencontrer le relais petite enfance",
            weekly_hours=Decimal(2), due_on=add_months(start, 1),
        )  # fmt: skip


def _hours(world: World, contract: EngagementContract, actions: list[ContractAction], agent: User) -> None:
    if not contract.weekly_hours or not actions:
        return
    share = (contract.weekly_hours / len(actions)).quantize(Decimal("0.5"))
    for action in actions:
        action.weekly_hours, action.mode = share, world.random.choice(ActionMode.values)
        action.state = world.pick({ActionState.RUNNING: 70, ActionState.DONE: 20, ActionState.PLANNED: 10})
        action.save()
    for week in range(1, 7):
        on = world.today - timedelta(days=7 * week)
        if on < contract.start:
            break
        RealisedHours.objects.bulk_create(
            RealisedHours(
                action=action,
                by=agent,
                on=on,
                hours=max(share + Decimal(world.random.randint(-3, 1)), Decimal(1)),
            )
            for action in actions
            if action.state != ActionState.PLANNED and world.chance(80)
        )


def _absences(world: World, running: list[Orientation]) -> None:
    """Absences in every state of their follow-up."""
    old = [one for one in running if (world.today - one.start).days > 90]
    chosen = world.random.sample(old, min(len(old), len(CASES) * 2))
    excuse = LegitimateReason.objects.all()[0]
    for rank, orientation in enumerate(sorted(chosen, key=lambda one: str(one.household.number))):
        _case(world, orientation, CASES[rank % len(CASES)], excuse)


def _case(world: World, orientation: Orientation, fate: str, excuse: LegitimateReason) -> None:
    agent = _agent(world, orientation)

    def ago(days: int) -> date:
        return world.today - timedelta(days=days)

    first = {"open": 3, "contacted": 9, "summoned": 20}.get(fate, 48)
    case = no_shows.open_case(
        by=agent,
        orientation=orientation,
        missed=[(ago(first), "Rendez-vous de 10 h"), (ago(first + 14), "Atelier CV")],
    )
    if fate == "open":
        return
    no_shows.look_for(
        by=agent, case=case, on=ago(first - 3), channel=ContactChannel.PHONE, result=ContactResult.MESSAGE,
        reason="Message laissé sur le répondeur.",
    )  # fmt: skip
    if fate == "contacted":
        return
    meeting = ago(first - 26) if fate == "summoned" else ago(first - 20)
    no_shows.summon(
        by=agent, case=case, on=ago(first - 6), channel=ContactChannel.REGISTERED, tracking="1A 204 118 7731 6",
        meeting_at=timezone.make_aware(datetime.combine(meeting, time(9, 30))),
        meeting_place="CIAS, 32 boulevard Chasles, Chartres",
    )  # fmt: skip
    if fate == "resumed":
        no_shows.resume(
            by=agent, case=case, on=meeting, reason="Venue au rendez-vous, contrat relu ensemble."
        )
    elif fate == "excused":
        no_shows.excuse(by=agent, case=case, on=meeting, excuse=excuse, reason="Certificat présenté.")
    elif fate in ("reported", "answered"):
        no_shows.report(by=agent, case=case, on=ago(first - 34))
        if fate == "answered":
            no_shows.answer(by=agent, case=case, on=ago(4), reason="Le Département recevra la personne.")
