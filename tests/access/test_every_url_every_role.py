"""Every URL × every role (C1), generated from the URLconf and the permission matrix."""

import pytest
from django.urls import reverse

from appointments.views import documents
from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import BY_CODE, scope_of
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.access import ANY_AGENT, PUBLIC
from tests.access import world as canaries
from tests.access.reading import text_of
from tests.access.routes import all_routes
from tests.access.walking import DRAW, client_of, held, refusals_undrawn, routes, sample
from tests.access.world import World
from tests.client import StrictClient

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
    "help:login",
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


# The dpo reads an identity where a person of the file asked for it (features.md, baseline): the register, and the copy.
OF_A_REQUEST = {
    f"households:person_request{page}"
    for page in ("s", "", "_new", "_answer", "_extend", "_pdf", "_json", "_documents")
}  # fmt: skip
TOLD_OF_A_REQUEST = {
    canaries.IDENTITY,
    canaries.STREET,
    canaries.TEAM_NOTE,
    canaries.CIRCLE_NOTE,
    canaries.BUDGET,
    JOBS,
}


def last_line() -> int:
    return AccessLog.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_opens_what_the_matrix_grants_and_learns_nothing_else(world: World, role: Role) -> None:
    """One walk asks for all of it: who gets in, what is written in the read log, what the answer tells."""
    user = world.agents[role]
    client = client_of(user)
    wrong, leaks = [], []
    line = last_line()
    for route in routes():
        rights = route.rights or ()
        url = sample(route, world)
        allowed = held(user, rights)
        reach = {scope_of(user, right) for right in rights if right in BY_CODE}
        response = client.get(url)
        if not allowed:
            expected = {403}
            with refusals_undrawn():
                if client.post(url).status_code != 403:
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
        before, line = line, last_line()
        reads = response.status_code in (200, 403) and PERSONAL & set(route.parameters)
        if reads and line == before and route.name not in SHOWN_BY_A_LOGGED_PAGE:
            wrong.append((route.name, "GET", "left no line in the read log"))
        text = text_of(response)
        told = TOLD_OF_A_REQUEST if role == Role.DPO and route.name in OF_A_REQUEST else set()
        words = [word for word in FORBIDDEN[role] if word not in told]
        leaks += [(route.name, word) for word in words if word in text]
    assert wrong == []
    assert leaks == []


def test_a_printed_page_is_read_as_its_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk reads the words a page is printed from; here one is drawn, and its reader knows them again."""
    card = reverse("appointments:card", args=[world.kwargs["appointment_id"]])
    client = client_of(world.agents[Role.SOCIAL_WORKER])
    words = text_of(client.get(card))
    monkeypatch.setattr(documents, "render_pdf", DRAW)
    drawn = client.get(card)
    assert drawn.content.endswith(b"%%EOF\n")
    for told in ("Votre", canaries.IDENTITY):
        assert told in text_of(drawn)
        assert told in words


def test_a_refusal_says_who_may_open_the_page_and_keeps_the_session(world: World) -> None:
    board = world.agents[Role.BOARD]
    client = client_of(board)
    response = client.get(f"/menages/{world.household.pk}/logement/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "Peuvent l’ouvrir" in page
    assert "Travail social" in page
    assert AccessLog.objects.filter(user=board, action=AccessAction.REFUSED).exists()
    assert client.get("/accessibilite/").status_code == 200
