"""What the psychologist writes is found nowhere by anyone else: pages, prints, exports, history, logs, raw database."""

import logging
import sys
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from cias.accounts.enums import Role
from cias.audit.services import state_reason
from cias.core.registry import summary
from households.models import EmergencyAccess
from insertion.models import Counselling, CounsellingSession, LiaisonNote
from insertion.permanences import services
from insertion.permanences.enums import DraftKind
from insertion.permanences.services import Place
from tests.access.reading import text_of
from tests.access.walking import paper_as_words, routes, sample
from tests.access.world import build_world
from tests.client import StrictClient
from tests.factories import AssignmentFactory, UserFactory
from tests.insertion.samples_permanences import LIAISON, SEALED

pytestmark = pytest.mark.django_db
UNSENT = "canari-liaison-inachevee"
MARKS = (*SEALED, UNSENT)


def everything() -> str:
    """The whole database as text, history tables included: what a backup holds, read without our keys."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608 - our own tables
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture
def world():
    world = build_world()
    counselling = Counselling.objects.get(pk=world.kwargs["counselling_id"])
    world.kwargs |= {"household_id": counselling.household_id, "person_id": counselling.person_id}
    psychologist = world.agents[Role.PSYCHOLOGIST]
    services.keep_draft(by=psychologist, kind=DraftKind.LIAISON, target=counselling.pk, page="z", text=UNSENT)
    AssignmentFactory(household=counselling.household, agent=world.agents[Role.SOCIAL_WORKER])
    return world


@pytest.mark.parametrize("who", ["ts", "direction", "colleague"])
def test_no_page_print_or_download_tells_it(world, who) -> None:
    """The référent, the direction with a stated reason and the door forced, another psychologist of the household."""
    household = Counselling.objects.get(pk=world.kwargs["counselling_id"]).household
    if who == "colleague":
        user = UserFactory(role=Role.PSYCHOLOGIST, email="lea@cias.test")
        AssignmentFactory(household=household, agent=user, role="other")
    else:
        user = world.agents[Role(who)]
    if who == "direction":
        state_reason(user=user, subject_id=household.pk, reason="Réclamation")
        EmergencyAccess.objects.create(
            household=household,
            agent=user,
            reason="danger",
            expires_at=timezone.now() + timedelta(hours=1),
        )
    client = StrictClient()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    leaks = []
    marks = MARKS if who == "ts" else (*MARKS, LIAISON)
    with paper_as_words():
        for route in routes():
            text = text_of(client.get(sample(route, world)))
            leaks += [(route.name, mark) for mark in marks if mark in text]
    sections = {"sections": [code for code, _ in summary.items()], "imprimer": "1"}
    printed = text_of(client.get(reverse("households:summary", args=[household.pk]), sections))
    leaks += [("print", mark) for mark in (*MARKS, LIAISON) if mark in printed]
    assert leaks == []


def test_the_raw_database_and_its_history_hold_no_clear_text(world) -> None:
    counselling = Counselling.objects.get(pk=world.kwargs["counselling_id"])
    session = CounsellingSession.objects.get(pk=world.kwargs["counselling_session_id"])
    author = counselling.psychologist
    services.save_text(by=author, place=Place(counselling, session), text=f"{SEALED[0]} bis", base=1)
    services.undo_text(by=author, place=Place(counselling, session), version=2)
    note = LiaisonNote.objects.get(pk=world.kwargs["liaison_note_id"])
    services.withdraw(by=author, note=note)
    raw = everything()
    assert "insertion" in raw or str(counselling.pk) in raw, "the dump reads something"
    assert [mark for mark in (*MARKS, LIAISON) if mark in raw] == []
    out = StringIO()
    call_command("dumpdata", "insertion", stdout=out)
    assert [mark for mark in (*MARKS, LIAISON) if mark in out.getvalue()] == []


def test_merging_moves_the_rows_and_tells_nothing(world, claire) -> None:
    from cias.core import merging

    counselling = Counselling.objects.get(pk=world.kwargs["counselling_id"])
    words = " ".join(one for noun in merging.counts(counselling.household) for one in noun)
    for word in ("suivi psy", "psycholog", "séance", "liaison", "chiffr"):
        assert word not in words
    assert "autre élément" in words


def test_nothing_is_logged(login, hugo, caplog) -> None:
    from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory

    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    client = login(hugo)
    values = {"text": SEALED[0], "base": 0, "page": "a"}
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("insertion:session_draft", args=[session.pk]), values)
        client.post(reverse("insertion:session_note", args=[session.pk]), values)
        client.get(reverse("insertion:counselling", args=[session.counselling_id]))
    assert SEALED[0] not in caplog.text
    raw = everything()
    assert "audit_accesslog" in connection.introspection.table_names()
    assert SEALED[0] not in raw


@pytest.mark.parametrize("page", ["session_note", "session_draft", "counselling"])
def test_an_error_report_hides_it(hugo, monkeypatch, page) -> None:
    """A report written while the text is in memory, as Django sends it by e-mail."""
    from insertion.permanences.views import counsellings, texts
    from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory

    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    services.save_text(by=hugo, place=Place(session.counselling, session), text=SEALED[0], base=0)

    def broken(*args, **kwargs):
        raise RuntimeError("panne")

    request = RequestFactory().post("/", {"text": SEALED[0], "base": 1, "page": "a"})
    request.user, request.resolver_match = hugo, None
    if page == "counselling":
        request = RequestFactory().get("/")
        request.user, request.resolver_match = hugo, None
        monkeypatch.setattr(counsellings, "render", broken)
        view, key = counsellings.counselling, session.counselling_id
    else:
        monkeypatch.setattr(texts.services, "save_text", broken)
        monkeypatch.setattr(texts.services, "keep_draft", broken)
        view, key = getattr(texts, page), session.pk
    with pytest.raises(RuntimeError):
        view(request, key)
    try:
        view(request, key)
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())
        report = reporter.get_traceback_text() + reporter.get_traceback_html()
    assert "panne" in report
    assert SEALED[0] not in report


def test_the_direction_s_view_of_an_agent_hides_liaison_notes(world) -> None:
    from cias.dashboard.worklist import work_of

    agent, direction = world.agents[Role.SOCIAL_WORKER], world.agents[Role.DIRECTOR]
    today = date(2026, 11, 26)
    assert "liaison" in {item.kind for item in work_of(agent, today)}
    assert "liaison" not in {item.kind for item in work_of(agent, today, reader=direction)}
