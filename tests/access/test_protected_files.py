"""A protected file (C3) does not exist outside the agents named on it: every URL, every role, every canary."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.enums import Place
from appointments.models import Absence, Appointment, Message, VisitNote, WaitingEntry
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import state_reason
from households.enums import AssignmentRole, LinkKind, ProtectionReason
from households.models import Membership, Note, NoteDraft, PersonLink
from households.services import protect_household
from rights.models import FilePiece, RightsFile
from tests.access.reading import text_of
from tests.access.routes import Route
from tests.access.walking import acting_client_of, client_of, routes, sample
from tests.access.world import (
    CIRCLE_NOTE,
    IDENTITY,
    NOTES,
    PERSONAL_NOTE,
    STREET,
    TEAM_NOTE,
    World,
)
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    ReasonFactory,
    UserFactory,
)

FIRST_NAME, EMAIL, PHONE = "Ornella", "canari@exemple.test", ("+33639980417", "06 39 98 04 17")
PRACTICAL, VISIT, MESSAGE, WAITING, PIECE, DOMICILIATION, LODGING = (
    "canari-pratique", "canari-visite", "canari-message", "canari-attente", "canari-piece", "canari-entretien",
    "canari-hebergement",
)  # fmt: skip
CANARIES = (
    IDENTITY, FIRST_NAME, EMAIL, *PHONE, STREET, *NOTES, PRACTICAL, VISIT, MESSAGE, WAITING, PIECE, DOMICILIATION,
    LODGING, "canari-emploi",
    "Une note de l’agent qui parcourt",
)  # fmt: skip
# Those who may know that a file of this number is protected.
BY_NUMBER = {Role.DIRECTOR, Role.DPO}
# The only pages on which an agent who is named reads a hidden address.
TELL_ADDRESS = {"households:detail", "households:composition", "households:move", "households:history"}
# What a parameter can stand for in the protected file.
IN_FILE = (
    "household_id", "person_id", "membership_id", "assignment_id", "merge_id", "note_id", "link_id", "appointment_id",
    "message_id", "waiting_entry_id", "rights_file_id", "file_piece_id", "stay_id", "orientation_id", "contract_id",
    "document_id", "budget_id", "budget_snapshot_id", "debt_id", "letter_id", "referral_in_id", "referral_out_id",
    "domiciliation_id", "election_id", "desk_event_id", "proxy_id", "forwarding_id", "pause_id",
    "aid_request_id", "lodging_request_id", "stay_contract_id", "due_id", "payment_id", "plan_id", "deposit_id",
    "settlement_id", "reminder_id", "inventory_id", "inventory_room_id", "inventory_photo_id",
    "inventory_correction_id", "eviction_file_id", "eviction_act_id", "eviction_debt_id", "eviction_track_id",
    "diagnosis_id", "housing_application_id", "housing_proposal_id", "dalo_appeal_id", "energy_file_id",
    "energy_visit_id", "energy_orientation_id", "workshop_registration_id", "workshop_notice_id", "job_search_id",
    "job_step_id", "search_outcome_id", "cv_entry_id", "amendment_id", "contract_action_id", "no_show_id",
    "objective_id", "objective_action_id", "pathway_diagnosis_id", "reorientation_id", "person_request_id",
)  # fmt: skip
# Pages of the file that say its number and nothing else, to who watches over the read log or may force the door.
ABOUT_FILE = {
    "households:readings", "households:emergency", "households:ending_file", "households:hold_set",
}  # fmt: skip


@dataclass
class Protected:
    world: World
    keeper: User
    right_number: str


@pytest.fixture(scope="module")
def closed(built: World) -> Protected:
    return protect(built)


def protect(world: World) -> Protected:
    """The household of build_world(), full of canaries, protected by a colleague of those who walk.

    Its référent, the psychologist who receives it and the director who stated a reason are among those kept out.
    """
    household, person, worker = world.household, world.person, world.agents[Role.SOCIAL_WORKER]
    psychologist = world.agents[Role.PSYCHOLOGIST]
    person.email = EMAIL
    person.save()
    AssignmentFactory(household=household, agent=psychologist, role=AssignmentRole.OTHER)
    now = timezone.now()
    about = {"household": household, "person": person, "practical_note": PRACTICAL}
    visit = AppointmentFactory(agent=worker, start=now + timedelta(minutes=39), place=Place.HOME, **about)
    AppointmentFactory(
        agent=psychologist,
        start=now + timedelta(minutes=39),
        reason=ReasonFactory(psychologist=True),
        **about,
    )
    AppointmentFactory(
        agent=worker, start=now - timedelta(days=1), arrived_at=now - timedelta(days=1), **about
    )
    Absence.objects.create(agent=worker, start=visit.start, end=visit.end, kind="visit")
    VisitNote.objects.create(household=household, text=VISIT, in_pairs=True, written_by=worker)
    Message.objects.filter(household=household).update(text=MESSAGE)
    WaitingEntry.objects.filter(household=household).update(practical_note=WAITING)
    FilePiece.objects.filter(file__household=household).update(remark=PIECE)
    NoteDraft.objects.filter(household=household).update(values={"text": [TEAM_NOTE]})
    Note.objects.create(
        household=household, author=worker, held_on=now.date(), means="office", text=PERSONAL_NOTE
    )
    # Somebody outside, whose page would name the person.
    PersonLink.objects.create(
        person_id=world.kwargs["other_id"], other=person, kind=LinkKind.PARENT, no_contact=True
    )
    state_reason(user=world.agents[Role.DIRECTOR], subject_id=household.pk, reason="Appui")
    keeper = UserFactory(
        role=Role.SOCIAL_WORKER, email="gardienne@cias.test", last_name="Gardienne", has_agenda=True
    )
    protect_household(by=keeper, household=household, reason=ProtectionReason.SHELTERED)
    return Protected(world, keeper, RightsFile.objects.get(household=household).number)


@pytest.fixture
def protected(closed: Protected, world: World) -> Protected:
    """As it was built: what a test writes goes with it."""
    return closed


AGENTS = (Role.RECEPTION, Role.SOCIAL_WORKER, Role.PSYCHOLOGIST, Role.DIRECTOR)
REFUSED = (403, 404, 405)


def in_file(route: Route) -> bool:
    return bool(set(route.parameters) & set(IN_FILE)) and route.name not in ABOUT_FILE


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_no_page_tells_anything_of_a_protected_file(protected: Protected, role: Role) -> None:
    world = protected.world
    client = client_of(world.agents[role])
    address = f"/menages/{world.household.pk}/"
    secrets = [*CANARIES, protected.right_number, address]
    if role not in BY_NUMBER:
        secrets.append(world.household.number)
    leaks, opened = [], []
    for route in routes():
        response = client.get(sample(route, world))
        if role in AGENTS and in_file(route) and response.status_code not in REFUSED:
            opened.append((route.name, response.status_code))
        text = text_of(response)
        told = {secret for secret in secrets if secret in text}
        if route.name in ABOUT_FILE or _is_closed_page(route, text):
            told -= {address}
        leaks += [(route.name, secret) for secret in told]
    assert opened == []
    assert not leaks, "\n".join(map(str, leaks))


def _is_closed_page(route: Route, text: str) -> bool:
    """The page « Dossier protégé », which leads who may force the door to the form."""
    return set(route.parameters) & set(IN_FILE) != set() and "Seuls les agents nommés sur ce dossier" in text


@pytest.mark.usefixtures("undrawn")
def test_nothing_of_it_can_be_changed(protected: Protected) -> None:
    world = protected.world
    appointments = Appointment.objects.filter(household=world.household).order_by("pk")
    before = list(appointments.values())
    wrong = []
    for role in AGENTS:
        client = acting_client_of(world.agents[role])
        for route in filter(in_file, routes()):
            status = client.post(sample(route, world)).status_code
            if status not in REFUSED:
                wrong.append((role.value, route.name, status))
    assert wrong == []
    assert list(appointments.values()) == before


def searches(protected: Protected) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Every box where one types a name, a number or a phone: address, what is typed, headers."""
    world = protected.world
    new = {"birth_name": IDENTITY, "first_names": FIRST_NAME, "birth": "09/03/1954", "last_name": IDENTITY}
    other = world.kwargs["other_household_id"]
    person = Membership.objects.get(household=other).person_id
    boxes = {
        "/menages/recherche/": ("q",),
        "/menages/nouveau/": (),
        f"/menages/{other}/membres/ajouter/": ("q",),
        f"/menages/personnes/{person}/liens/": ("q",),
        "/agenda/rendez-vous/prendre/": ("last_name",),
        "/droits/depot/": ("q",),
    }
    for address, names in boxes.items():
        for typed in (IDENTITY, FIRST_NAME, world.household.number, "0639980417", "0417"):
            data = {**new, **dict.fromkeys(names, typed)}
            if typed == FIRST_NAME:
                data["is_new"] = "1"
            for headers in ({}, {"HX-Request": "true"}):
                yield address, data, headers


def test_no_search_finds_it(protected: Protected) -> None:
    leaks = []
    for role in AGENTS:
        client = client_of(protected.world.agents[role])
        for address, data, headers in searches(protected):
            text = text_of(client.post(address, data, headers=headers))
            told = [one for one in (str(protected.world.person.pk), *PHONE, STREET) if one in text]
            leaks += [(role.value, address, data, one) for one in told]
    assert not leaks, "\n".join(map(str, leaks))


def test_those_who_are_named_open_everything_and_read_the_address_on_the_file_only(
    protected: Protected,
) -> None:
    world = protected.world
    client = client_of(protected.keeper)
    shown, wrong = set(), []
    for route in routes():
        text = text_of(client.get(sample(route, world)))
        if IDENTITY in text:
            shown.add(route.name)
        if STREET in text and route.name not in TELL_ADDRESS:
            wrong.append(route.name)
    assert wrong == []
    assert {
        "households:detail", "households:list", "households:composition", "households:history", "households:person",
        "appointments:day", "appointments:detail", "appointments:letter", "appointments:card", "rights:file",
        "housing:stay", "insertion:household", "insertion:pathways", "rights:files",
    } <= shown  # fmt: skip


def test_a_named_agent_of_the_desk_books_and_reads_no_address(protected: Protected) -> None:
    from households.services import name_agent
    from households.services.protection import running_protection

    world = protected.world
    running = running_protection(world.household)
    assert running is not None
    name_agent(by=protected.keeper, protection=running, agent=world.agents[Role.RECEPTION])
    client = client_of(world.agents[Role.RECEPTION])
    text = text_of(client.get("/agenda/?jour=2026-11-24"))
    assert IDENTITY in text
    assert STREET not in text
    assert CIRCLE_NOTE not in text
