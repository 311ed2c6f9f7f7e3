"""`/metriques/`: who may look, what is told, and that nothing of it names anybody."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import override_settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from cias.accounts.models import User
from cias.lists.models import ExportRun
from cias.operations import metrics
from cias.operations.backup import LAST_BACKUP
from cias.operations.heartbeat import KEY
from cias.operations.tasks import heartbeat
from cias.schedule import BEAT_SCHEDULE
from tests.access.world import build_world
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-more-than-thirty-two-characters"
URL = "/metriques/"


@pytest.fixture(autouse=True)
def _token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def ask(token: str | None = TOKEN):
    return StrictClient().get(URL, headers={"Authorization": f"Bearer {token}"} if token is not None else {})


def told() -> dict[tuple[str, ...], float]:
    """Every sample: its name and the values of its labels."""
    response = ask()
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


class TestAccess:
    def test_a_program_shows_the_token(self) -> None:
        response = ask()
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "no-store" in response["Cache-Control"]
        assert "sessionid" not in response.cookies

    @pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "é"])
    def test_a_wrong_token_is_refused(self, token: str) -> None:
        response = ask(token)
        assert (response.status_code, response.content) == (401, b"")

    @pytest.mark.parametrize("token", ["", TOKEN])
    def test_without_a_configured_token_no_token_is_good(self, settings, token: str) -> None:
        settings.METRICS_TOKEN = ""
        assert ask(token).status_code == 401

    def test_without_anything_one_is_led_to_the_login(self) -> None:
        response = ask(None)
        assert response.status_code == 302
        assert response.url.startswith("/compte/connexion/")

    def test_the_administrator_looks_without_a_token_and_others_do_not(
        self, login, armelle: User, isabelle: User
    ) -> None:
        assert login(armelle).get(URL).status_code == 200
        assert login(isabelle).get(URL).status_code == 403
        # The right is the session's: a token does not add to it.
        assert login(isabelle).get(URL, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 403

    def test_it_only_reads(self, login, armelle: User) -> None:
        assert login(armelle).post(URL).status_code == 405


class TestMetrics:
    def test_jobs_by_state_and_the_oldest_that_waits(self, claire: User) -> None:
        now = timezone.now()
        run = {
            "requested_by": claire,
            "listing": "households",
            "columns": ["numero"],
            "file_format": "csv",
            "reason": "Bilan",
        }
        old = ExportRun.objects.create(**run)
        ExportRun.objects.filter(pk=old.pk).update(created_at=now - timedelta(minutes=5))
        ExportRun.objects.create(**run)
        ExportRun.objects.create(**run, state="failed", failure_reason="Panne", finished_at=now)
        found = told()
        assert found["cias_jobs", "lists.exportrun", "waiting"] == 2
        assert found["cias_jobs", "lists.exportrun", "failed"] == 1
        assert found["cias_jobs", "lists.exportrun", "done"] == 0
        assert 300 <= found["cias_jobs_oldest_waiting_seconds", "lists.exportrun"] < 400
        kinds = {name[1] for name in found if name[0] == "cias_jobs_oldest_waiting_seconds"}
        assert {"abs_reports.compilationrun", "rights.estimaterun"} <= kinds
        assert found["cias_jobs_oldest_waiting_seconds", "rights.estimaterun"] == 0

    def test_sessions_connections_queue_and_sizes(self, login, claire: User) -> None:
        before = told()["cias_sessions",]
        login(claire)
        found = told()
        assert found["cias_sessions",] == before + 1
        assert found["cias_database_connections", "active"] >= 1
        assert found["cias_up", "database"] == found["cias_up", "broker"] == 1
        assert found["cias_database_bytes",] > 1_000_000
        assert found["cias_documents_disk_free_bytes",] > 0
        assert found["cias_queue_tasks",] >= 0
        assert ("cias_queue_delivered_tasks",) in found
        assert ("cias_info", "0.1.0") in found

    def test_the_worker_and_the_last_backup_are_told_only_once_known(self) -> None:
        cache.delete_many([KEY, LAST_BACKUP])
        found = told()
        assert not {"cias_worker_heartbeat_timestamp_seconds", "cias_last_backup_bytes"} & {
            name[0] for name in found
        }
        heartbeat()
        cache.set(LAST_BACKUP, {"at": 1_795_000_000, "bytes": 1234}, timeout=60)
        found = told()
        assert abs(found["cias_worker_heartbeat_timestamp_seconds",] - timezone.now().timestamp()) < 60
        assert found["cias_last_backup_timestamp_seconds",] == 1_795_000_000
        assert found["cias_last_backup_bytes",] == 1234
        cache.delete(LAST_BACKUP)
        assert BEAT_SCHEDULE["operations-heartbeat"]["task"] == heartbeat.name

    @override_settings(MIGRATION_MODULES={})
    def test_migrations_that_wait_are_counted(self) -> None:
        """The tables of tests come without: those of our applications are all still to be applied."""
        assert told()["cias_migrations_pending",] > 10

    def test_a_service_that_is_away_is_said_to_be(self, monkeypatch) -> None:
        def away():
            raise DatabaseError("canari-erreur")
            yield

        monkeypatch.setattr(metrics, "_of_database", away)
        response = ask()
        assert response.status_code == 200
        assert 'cias_up{service="database"} 0.0' in response.content.decode()
        assert "canari" not in response.content.decode()
        assert ("cias_queue_tasks",) in told()

    def test_a_broker_that_is_away_is_said_to_be(self, settings) -> None:
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        found = told()
        assert found["cias_up", "broker"] == 0
        assert found["cias_up", "database"] == 1
        assert ("cias_queue_tasks",) not in found

    def test_nothing_names_anybody(self) -> None:
        world = build_world()
        text = ask().content.decode()
        assert not [
            agent for agent in world.agents.values() if agent.last_name in text or agent.email in text
        ]
        assert "canari" not in text.lower()
        assert str(world.household.pk) not in text
