"""Objects behind the addresses of the sealed room: the psychologist's own, with a canary in every text."""

from datetime import date
from typing import Any

from cias.accounts.enums import Role
from households.enums import AssignmentRole
from insertion.permanences import services
from insertion.permanences.enums import DraftKind
from insertion.permanences.services import Place
from tests.factories import AssignmentFactory, UserFactory
from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory

# What nobody else may meet anywhere, and what the recipient of a liaison note may.
SEALED = ("canari-seance", "canari-fil", "canari-brouillon")
LIAISON = "canari-liaison"


def sample_kwargs(world: Any) -> dict[str, object]:
    psychologist = world.agents[Role.PSYCHOLOGIST]
    counselling = CounsellingFactory(psychologist=psychologist)
    AssignmentFactory(household=counselling.household, agent=psychologist, role=AssignmentRole.OTHER)
    session = CounsellingSessionFactory(counselling=counselling)
    services.save_text(by=psychologist, place=Place(counselling, session), text=SEALED[0], base=0)
    services.save_text(by=psychologist, place=Place(counselling), text=SEALED[1], base=0)
    services.keep_draft(by=psychologist, kind=DraftKind.SESSION, target=session.pk, page="a", text=SEALED[2])
    note = services.send(
        by=psychologist, household=counselling.household, person=counselling.person,
        recipients=[world.agents[Role.SOCIAL_WORKER]], text=LIAISON, basis="agreement", agreement="spoken",
        agreed_on=date(2026, 10, 6),
    )  # fmt: skip
    given = CounsellingFactory(psychologist=psychologist)
    colleague = UserFactory(role=Role.PSYCHOLOGIST, email="consoeur@cias.test")
    handover = services.hand_over(
        by=psychologist, counselling=given, to=colleague, with_notes=True, agreement="spoken",
        agreed_on=date(2026, 10, 6),
    )  # fmt: skip
    return {
        "counselling_id": counselling.pk, "counselling_session_id": session.pk, "liaison_note_id": note.pk,
        "counselling_handover_id": handover.pk,
    }  # fmt: skip
