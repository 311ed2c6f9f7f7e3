"""Every URL × every role (C1), generated from the URLconf and the permission matrix."""

import pytest

from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import BY_CODE, scope_of
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.access import ANY_AGENT, PUBLIC
from tests.access import world as canaries
from tests.access.routes import Route, all_routes
from tests.access.world import World, build_world
from tests.client import StrictClient

pytestmark = pytest.mark.django_db

# The only pages that answer without login.
PUBLIC_VIEWS = {
    "account_inactive",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "accounts:provider",
    "accounts:provider_callback",
    "appointments:feed",
    "dashboard:accessibility",
    "dashboard:privacy",
    "health",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
# Parameters that designate somebody's file: reading such a page leaves a line in the log.
PERSONAL = {"household_id", "person_id", "appointment_id", "rights_file_id", "stay_id", "note_id", "orientation_id",
            "contract_id", "document_id", "referral_in_id", "referral_out_id",
            "letter_id", "aid_request_id", "lodging_request_id", "stay_contract_id",
            "eviction_file_id", "diagnosis_id", "housing_application_id",
            "dalo_appeal_id",
            "pathway_diagnosis_id", "objective_id", "objective_action_id", "contract_action_id", "amendment_id",
            "no_show_id", "workshop_registration_id", "workshop_notice_id", "workshop_session_id",
            "counselling_id", "counselling_session_id", "counselling_handover_id", "liaison_note_id",
            "job_search_id", "job_step_id", "search_outcome_id", "cv_entry_id",
            "energy_file_id", "energy_visit_id", "energy_orientation_id"}  # fmt: skip
# Pictures of a page whose opening is a line already: one more for each would hide the readings that count.
SHOWN_BY_A_LOGGED_PAGE = {
    "households:document_thumbnail", "rights:estimate_progress",
    # The form of a session names nobody: its page does.
    "insertion:workshop_session_edit", "insertion:workshop_session_move", "insertion:workshop_session_cancel",
}  # fmt: skip
# These end or change the session itself, which would spoil the walk.
NOT_WALKED = {"account_logout"}


@pytest.fixture
def world() -> World:
    return build_world()


def routes() -> list[Route]:
    return [route for route in all_routes() if route.name not in NOT_WALKED]


def sample(route: Route, world: World) -> str:
    samples = {"uidb36": "0" * 32, "key": "set-password", "pk": 1, **world.kwargs}
    missing = [name for name in route.parameters if name not in samples]
    assert not missing, f"{route.name}: no sample for {missing}; add it to tests/<app>/samples.py"
    return Route(route.name, route.view, route.parameters).url(samples)


def held(user, rights: tuple[str, ...]) -> bool:
    return any(right in (PUBLIC, ANY_AGENT) or scope_of(user, right) is not None for right in rights)


def test_every_view_declares_a_right_of_the_matrix() -> None:
    undeclared = [route.name for route in all_routes() if route.rights is None]
    assert undeclared == []
    unknown = {right for route in all_routes() for right in route.rights or ()} - {
        PUBLIC,
        ANY_AGENT,
        *BY_CODE,
    }
    assert unknown == set()


def test_the_public_pages_are_these_and_no_other() -> None:
    assert {route.name for route in all_routes() if PUBLIC in (route.rights or ())} == PUBLIC_VIEWS


def test_every_line_of_the_matrix_protects_a_page_or_says_how_far_one_reads() -> None:
    used = {right for route in all_routes() for right in route.rights or ()}
    # Rights checked inside a page, on an object or a part of it.
    inside = {
        "agenda.reason",
        "notes.view",
        "situation.view",
        "referents.manage",
        "agenda.receive",
        "rights.view",
        "lists.share",
        "lists.moderate",
        "files.export_named",
        "sessions.count",
    }
    assert set(BY_CODE) - used - inside == set()


def test_a_visitor_reaches_the_login_page_and_nothing_else(world: World) -> None:
    client = StrictClient()
    for route in routes():
        if PUBLIC in (route.rights or ()):
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(sample(route, world))
            assert response.status_code == 302, (route.name, method)
            assert response.url.startswith("/compte/connexion/"), (route.name, method)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_opens_what_the_matrix_grants_and_nothing_else(world: World, role: Role) -> None:
    user = world.agents[role]
    client = StrictClient()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong = []
    for route in routes():
        rights = route.rights or ()
        allowed = held(user, rights)
        reach = {scope_of(user, right) for right in rights if right in BY_CODE}
        before = AccessLog.objects.count()
        response = client.get(sample(route, world))
        if not allowed:
            expected = {403}
            if client.post(sample(route, world)).status_code != 403:
                wrong.append((route.name, "POST", "not refused"))
        elif reach and reach <= {Scope.OWN, None}:
            expected = {200, 302, 404, 405}
        else:
            expected = {200, 302, 405}
            # An export is its asker's alone, whatever the role.
            if {"pk", "uidb36", "export_id"} & set(route.parameters):
                expected |= {404}
        if response.status_code not in expected:
            wrong.append((route.name, "GET", response.status_code))
        logs_a_read = AccessLog.objects.count() > before
        if response.status_code in (200, 403) and PERSONAL & set(route.parameters) and not logs_a_read:
            if route.name in SHOWN_BY_A_LOGGED_PAGE:
                continue
            wrong.append((route.name, "GET", "left no line in the read log"))
    assert wrong == []


# What tests/households/samples.py writes in orientations.
REFERRALS = ("canari-demande", "canari-orientation", "canari-courrier")
# What tests/housing/samples.py writes in procedures and requests for housing.
PROCEDURES = (
    "canari-dette", "canari-acte", "canari-releve", "canari-logement", "canari-proposition", "canari-dalo",
)  # fmt: skip
# What tests/insertion/samples_permanences.py writes in the sealed room; a social worker it was sent to reads the last.
ROOM = ("canari-seance", "canari-fil", "canari-brouillon")
LIAISON = "canari-liaison"
# What tests/insertion/samples_jobs.py writes in a job search.
JOBS = "canari-emploi"
# What each role may never meet, on any page it may open.
FORBIDDEN = {
    Role.RECEPTION: (*canaries.NOTES, canaries.BUDGET, *REFERRALS, *PROCEDURES, *ROOM, LIAISON, JOBS),
    Role.SOCIAL_WORKER: (canaries.PERSONAL_NOTE, *ROOM),
    Role.PSYCHOLOGIST: (*canaries.NOTES, canaries.BUDGET, canaries.STREET, canaries.IDENTITY, JOBS),
    Role.DIRECTOR: (*canaries.NOTES, canaries.BUDGET, *REFERRALS, *PROCEDURES, *ROOM, LIAISON, JOBS),
    Role.BOARD: (
        *canaries.NOTES,
        canaries.BUDGET,
        canaries.STREET,
        canaries.IDENTITY,
        "63998",
        *ROOM,
        LIAISON,
    ),
    Role.DPO: (*canaries.NOTES, canaries.BUDGET, canaries.STREET, canaries.IDENTITY, *ROOM, LIAISON, JOBS),
    Role.ADMIN: (*canaries.NOTES, canaries.BUDGET, canaries.STREET, canaries.IDENTITY, *ROOM, LIAISON, JOBS),
}


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_no_page_shows_a_role_what_it_may_not_know(world: World, role: Role) -> None:
    client = StrictClient()
    client.force_login(world.agents[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    leaks = []
    for route in routes():
        response = client.get(sample(route, world))
        if response.streaming:
            body = b"".join(response.streaming_content).decode(errors="ignore")
        else:
            body = response.content.decode(errors="ignore")
        headers = " ".join(response.headers.values())
        leaks += [(route.name, canary) for canary in FORBIDDEN[role] if canary in body or canary in headers]
    assert leaks == []


def test_a_refusal_says_who_may_open_the_page_and_keeps_the_session(world: World) -> None:
    client = StrictClient()
    board = world.agents[Role.BOARD]
    client.force_login(board, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(f"/menages/{world.household.pk}/logement/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "Peuvent l’ouvrir" in page
    assert "Travail social" in page
    assert AccessLog.objects.filter(user=board, action=AccessAction.REFUSED).exists()
    assert client.get("/accessibilite/").status_code == 200
