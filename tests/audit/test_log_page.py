"""The read log as those who watch over it read it, and as each agent reads their own lines (C4)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit import views
from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LOG, MINE = "/journal/", "/compte/journal/"


def line(user: User | None, action: AccessAction = AccessAction.VIEW, **fields: object) -> AccessLog:
    return AccessLog.objects.create(user=user, action=action, **fields)


def page(response) -> str:
    return response.content.decode()


def rows(response) -> int:
    return page(response).count("<time datetime")


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DIRECTOR, Role.DPO)], ids=str)
def test_the_others_may_not_read_it(login, role: Role) -> None:
    assert login(UserFactory(role=role)).get(LOG).status_code == 403


def test_it_says_who_did_what_on_what_and_why(login, david: User, isabelle: User) -> None:
    household = uuid4()
    line(
        isabelle,
        AccessAction.REASON,
        object_type="households.household",
        object_id=household,
        subject_id=household,
        reason="Réclamation de l’usager",
    )
    text = page(login(david).get(LOG))
    for part in ("Isabelle Marchand", "Accès avec motif", "Ménage", "Réclamation de l’usager"):
        assert part in text
    assert f"?dossier={household}" in text


def test_a_failed_login_on_no_account_is_said_in_french(login, david: User) -> None:
    line(None, AccessAction.LOGIN_FAILED, detail={"event": SecurityEvent.PASSWORD_REFUSED})
    text = page(login(david).get(LOG))
    assert "Compte inconnu" in text
    assert "mot de passe refusé" in text


def test_a_kind_of_object_that_no_longer_exists_does_not_break_the_page(login, david: User) -> None:
    line(david, object_type="ancien.modele")
    assert "Ancien.modele" in page(login(david).get(LOG))


@pytest.mark.parametrize(
    ("fields", "label", "precision"),
    [
        ({"url_name": "dashboard:home"}, "Accueil et tableaux de bord", ""),
        ({"url_name": "account_login"}, "", ""),
        ({"url_name": "disparue:liste"}, "disparue", ""),
        ({"detail": {"rows": 12}}, "", "12\u00a0lignes"),
        ({"detail": {"tab": "droits"}}, "", "partie «\u00a0Droits\u00a0»"),
        ({"detail": {"tab": "fin-de-vie"}}, "", "partie «\u00a0Fin de vie\u00a0»"),
        ({"detail": {"tab": "disparue"}}, "", "partie «\u00a0disparue\u00a0»"),
        ({"detail": {"tab": "synthese"}}, "", "partie «\u00a0Synthèse\u00a0»"),
        ({"detail": {"tab": "droits"}, "reason": "Réclamation"}, "", "Réclamation"),
        ({"detail": {"event": "codes_perdus"}}, "", "codes_perdus"),
    ],
)
def test_a_line_is_told_in_words(fields: dict[str, object], label: str, precision: str) -> None:
    written = AccessLog(action=AccessAction.VIEW, **fields)
    assert (written.object_label, written.precision) == (label, precision)


class TestFilters:
    @pytest.fixture
    def client(self, login, david: User):
        return login(david)

    def test_by_agent(self, client, claire: User, mehdi: User) -> None:
        line(claire)
        line(mehdi)
        assert rows(client.get(f"{LOG}?agent={claire.pk}")) == 1

    def test_by_action(self, client, claire: User) -> None:
        line(claire)
        line(claire, AccessAction.EXPORT)
        assert rows(client.get(f"{LOG}?action=export")) == 1

    def test_by_file(self, client, claire: User) -> None:
        household = uuid4()
        line(claire, subject_id=household)
        line(claire, subject_id=uuid4())
        assert rows(client.get(f"{LOG}?dossier={household}")) == 1

    def test_by_period_in_local_days(self, client, claire: User) -> None:
        line(claire, at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC))  # the 10th at 0.30 in Paris
        line(claire, at=datetime(2026, 11, 10, 22, 59, tzinfo=UTC))
        line(claire, at=datetime(2026, 11, 10, 23, 1, tzinfo=UTC))  # the 11th
        assert rows(client.get(f"{LOG}?du=10/11/2026&au=10/11/2026")) == 2

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("du=31/02/2026", "Cette date n’existe pas"),
            ("du=10/11/2026&au=09/11/2026", "La fin de la période précède son début."),
            ("agent=claire", "valide"),
            ("dossier=M-2026-00001", "tapez plutôt son numéro"),
            ("action=vol", "valide"),
        ],
    )
    def test_what_cannot_be_is_told_and_shows_nothing(
        self, client, claire: User, query: str, message: str
    ) -> None:
        line(claire)
        response = client.get(f"{LOG}?{query}")
        assert response.status_code == 200
        assert message in page(response)
        assert rows(response) == 0


class TestPages:
    def test_fifty_by_page_then_the_older_ones(self, login, david: User, claire: User) -> None:
        now = timezone.now()
        for number in range(120):
            line(claire, at=now - timedelta(minutes=number // 2))  # pairs share their minute
        client = login(david)
        seen, url = [], LOG
        while url:
            response = client.get(url)
            seen.append(rows(response))
            older = response.context["older"]
            url = f"{LOG}?avant={older}" if older else ""
        assert seen == [50, 50, 20]

    def test_filters_stay_on_the_next_page(self, login, david: User, claire: User) -> None:
        for _ in range(51):
            line(claire)
        text = page(login(david).get(f"{LOG}?agent={claire.pk}"))
        assert f"?agent={claire.pk}&amp;avant=" in text

    @pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 40])
    def test_a_strange_page_starts_at_the_beginning(self, login, david: User, before: str) -> None:
        line(david)
        assert rows(login(david).get(f"{LOG}?avant={before}")) == 1

    def test_the_number_of_queries_does_not_grow(
        self, login, david: User, django_assert_max_num_queries
    ) -> None:
        for _ in range(50):
            account = UserFactory()
            event = {"event": SecurityEvent.ACCOUNT_CLOSED}
            line(
                account,
                AccessAction.SECURITY,
                object_type="accounts.user",
                object_id=account.pk,
                detail=event,
            )
        client = login(david)
        with django_assert_max_num_queries(7):
            assert rows(client.get(LOG)) == 50


def test_everybody_reads_their_own_lines_and_no_other(login, francoise: User, claire: User) -> None:
    line(francoise, AccessAction.LOGIN)
    line(claire, AccessAction.EXPORT)
    response = login(francoise).get(MINE)
    assert rows(response) == 1
    assert "Export" not in page(response)
    assert "dossier=" not in page(response)


class TestExport:
    def test_it_holds_what_the_filter_shows_and_is_logged(self, login, david: User, claire: User) -> None:
        line(claire, AccessAction.REASON, reason="=cmd|calc")
        line(david, AccessAction.SEARCH)
        client = login(david)
        url = f"{LOG}export/?agent={claire.pk}"
        assert url in page(client.get(f"{LOG}?agent={claire.pk}"))
        assert "1\u00a0ligne" in page(client.get(url))
        response = client.post(url, {"reason": "Demande de la direction"})
        text = response.content.decode("utf-8-sig")
        assert response.headers["Content-Disposition"].startswith('attachment; filename="journal-')
        assert len(text.splitlines()) == 2
        assert "Claire Vasseur;Accès avec motif" in text
        assert ";'=cmd|calc" in text  # no spreadsheet runs it
        (trace,) = AccessLog.objects.filter(action=AccessAction.EXPORT)
        assert (trace.user, trace.url_name, trace.detail) == (david, "audit:export", {"rows": 1})
        assert trace.reason == "Demande de la direction"

    @pytest.mark.parametrize("reason", ["", "   ", "bof"])
    def test_it_wants_a_reason(self, login, david: User, reason: str) -> None:
        response = login(david).post(f"{LOG}export/", {"reason": reason})
        assert "Erreur\u00a0: Exporter le journal" in page(response).replace("Erreur :", "Erreur\u00a0:")
        assert not AccessLog.objects.filter(action=AccessAction.EXPORT).exists()

    def test_too_long_an_export_asks_for_a_shorter_period(
        self, login, david: User, claire: User, monkeypatch
    ) -> None:
        monkeypatch.setattr(views, "EXPORT_LIMIT", 1)
        line(claire)
        line(claire)
        client = login(david)
        response = client.get(f"{LOG}export/?agent={claire.pk}", follow=True)
        assert "réduisez la période" in page(response)
        assert rows(response) == 2
        assert not AccessLog.objects.filter(action=AccessAction.EXPORT).exists()

    def test_it_is_for_those_who_read_the_log(self, login, claire: User) -> None:
        assert login(claire).get(f"{LOG}export/").status_code == 403
