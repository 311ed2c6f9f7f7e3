"""Guarded exports: who, why, what leaves, for how long, and what the log keeps of it (H15, C9)."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.jobs import JobState
from cias.lists.exporting import write_table
from cias.lists.models import ExportRun
from cias.lists.services import forget_exports, purge_exports, run_export
from cias.lists.services.exports import VAULT
from households.models import Household
from tests.client import StrictClient
from tests.factories import (
    AddressFactory,
    AssignmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
EXPORT = "/listes/households/exporter/"
REASON = {"choice": "Bilan d’activité", "text": ""}
FORMULA = '=cmd|"/c calc"!A1'


@pytest.fixture
def town(claire: User) -> None:
    """Adam, followed by Claire, with a name a spreadsheet would run; Zola, followed by somebody else."""
    adam = HouseholdFactory(name=FORMULA, sort_key="adam", number="M-2026-00001")
    AssignmentFactory(household=adam, agent=claire)
    AddressFactory(household=adam)
    MembershipFactory(household=adam, person=PersonFactory(reachable=True))
    SituationFactory(household=adam, main_resource="rsa")
    zola = HouseholdFactory(
        name="Zola", sort_key="zola", number="M-2026-00002", commune=CommuneFactory(luce=True)
    )
    AssignmentFactory(household=zola, agent=UserFactory(last_name="-1+1"))


def ask(client: StrictClient, query: str = "", **fields: object) -> ExportRun:
    data = {**REASON, "columns": ["numero", "commune"], "file_format": "csv", **fields}
    response = client.post(f"{EXPORT}{query}", data)
    assert response.status_code == 302, response.context["form"].errors
    return ExportRun.objects.latest("created_at")


def lines(client: StrictClient, run: ExportRun) -> list[str]:
    response = client.get(reverse("lists:export_download", args=[run.pk]))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return response.content.decode("utf-8-sig").splitlines()


class TestWhatLeaves:
    def test_without_names_unless_they_are_asked_for(self, town: None, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        run = ask(client, "?tri=numero", columns=["numero", "referent", "ressource"])
        assert lines(client, run) == [
            "Numéro;Référent;Ressource principale",
            "M-2026-00001;Claire Vasseur;RSA",
            "M-2026-00002;Camille -1+1;Non renseigné",
        ]
        run = ask(client, "?commune=28085", named=["menage", "telephone", "adresse"])
        assert run.is_named
        header, row = lines(client, run)
        assert header == "Ménage;Numéro;Commune;Téléphone du demandeur;Adresse"
        assert row.startswith("\"'=cmd|"), "a spreadsheet shows it and runs nothing"
        assert "06\xa012\xa034\xa056\xa078" in row
        assert "12 rue du Soleil-d’Or" in row

    def test_a_workbook_says_what_it_is(self, town: None, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        run = ask(client, "?commune=28085", named=["menage"], file_format="xlsx")
        response = client.get(reverse("lists:export_download", args=[run.pk]))
        assert 'filename="menages-2026-11-24.xlsx"' in response.headers["Content-Disposition"]
        book = load_workbook(BytesIO(response.content))
        cell = book["Ménages"]["A2"]
        assert (cell.data_type, cell.value) == ("s", f"'{FORMULA}")
        about = {row[0].value: row[1].value for row in book["À propos"].iter_rows(min_row=2)}
        assert about["Motif"] == "Bilan d’activité"
        assert about["Filtre : Commune ou secteur"] == "Chartres"
        assert about["Contenu"].startswith("Données nominatives")

    def test_only_the_rows_one_may_see_and_the_columns_of_one_s_role(
        self, town: None, claire: User, login: Login
    ) -> None:
        client = login(claire)
        assert len(lines(client, ask(client))) == 3
        refused = client.post(EXPORT, {**REASON, "columns": ["secret"], "file_format": "csv"})
        assert "columns" in refused.context["form"].errors

    def test_a_social_worker_names_their_own_households_only(
        self, town: None, claire: User, login: Login
    ) -> None:
        client = login(claire)
        data = {**REASON, "columns": ["numero"], "named": ["menage"], "file_format": "csv"}
        page = client.post(EXPORT, data)
        assert "1\xa0ménage de cette liste" in page.content.decode()
        assert not ExportRun.objects.exists()
        assert len(lines(client, ask(client, "?referent=moi", named=["menage"]))) == 2

    def test_a_lost_filter_never_widens_an_export(self, town: None, claire: User, login: Login) -> None:
        page = login(claire).post(
            f"{EXPORT}?commune=99999", {**REASON, "columns": ["numero"], "file_format": "csv"}
        )
        assert "Un filtre de cet export n’existe plus" in page.content.decode()
        assert not ExportRun.objects.exists()


class TestWhoAndWhy:
    @pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
    def test_the_others_export_nothing(
        self, who: str, town: None, request: pytest.FixtureRequest, login: Login
    ) -> None:
        client = login(request.getfixturevalue(who))
        assert client.get(EXPORT).status_code == 403
        assert client.post(EXPORT, {**REASON, "columns": ["numero"], "file_format": "csv"}).status_code == 403
        assert not ExportRun.objects.exists()

    def test_a_reason_is_stated_and_logged_with_counts_and_codes(
        self, town: None, isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        page = client.post(
            EXPORT, {"choice": "autre", "text": "x", "columns": ["numero"], "file_format": "csv"}
        )
        assert "Écrivez le motif" in page.content.decode()
        run = ask(client, "?commune=28085", choice="autre", text="Demande de la préfecture")
        line = AccessLog.objects.filter(action=AccessAction.EXPORT).get()
        assert (line.reason, line.object_id) == ("Demande de la préfecture", run.pk)
        assert line.detail == {
            "listing": "households",
            "filters": ["commune"],
            "rows": 1,
            "columns": ["numero", "commune"],
            "named": False,
            "format": "csv",
        }
        assert line.precision == "1\xa0ligne, motif\xa0: Demande de la préfecture"
        lines(client, run)
        assert AccessLog.objects.filter(action=AccessAction.DOWNLOAD, object_id=run.pk).count() == 1

    def test_the_export_of_another_does_not_exist(
        self, town: None, claire: User, mehdi: User, isabelle: User, login: Login
    ) -> None:
        run = ask(login(claire))
        for who in (mehdi, isabelle):
            client = login(who)
            for name in ("export_run", "export_progress", "export_download"):
                assert client.get(reverse(f"lists:{name}", args=[run.pk])).status_code == 404
            assert client.post(reverse("lists:export_delete", args=[run.pk])).status_code == 404
            assert client.get(reverse("lists:exports")).context["rows"] == []


class TestFile:
    def test_it_is_encrypted_and_bound_to_its_row(
        self, town: None, claire: User, login: Login, media: Path
    ) -> None:
        client = login(claire)
        run, other = ask(client), ask(client)
        stored = VAULT.path(run.file_name)
        assert stored.is_relative_to(media)
        assert b"M-2026" not in stored.read_bytes()
        stored.write_bytes(VAULT.path(other.file_name).read_bytes())
        page = client.get(reverse("lists:export_download", args=[run.pk]), follow=True)
        assert "Le fichier manque ou a été modifié" in page.content.decode()

    def test_it_expires_after_a_day_and_is_purged(self, town: None, claire: User, login: Login) -> None:
        client = login(claire)
        run = ask(client)
        path = VAULT.path(run.file_name)
        with time_machine.travel(timezone.now() + timedelta(hours=24)):
            page = login(claire).get(reverse("lists:export_download", args=[run.pk]), follow=True)
            assert "n’est plus disponible" in page.content.decode()
            assert path.exists()
            assert purge_exports() == 1
            assert not path.exists()
            assert purge_exports() == 0
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            purge_exports()
        assert not ExportRun.objects.exists()

    def test_it_can_go_before_its_time(self, town: None, claire: User, login: Login) -> None:
        client = login(claire)
        run = ask(client)
        path = VAULT.path(run.file_name)
        client.post(reverse("lists:export_delete", args=[run.pk]))
        assert not path.exists()
        assert "expiré" in client.get(reverse("lists:exports")).content.decode()


@pytest.mark.django_db(transaction=True)
class TestLongExports:
    @pytest.fixture(autouse=True)
    def _everything_is_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cias.lists.services.exports.LARGE", 1)
        monkeypatch.setattr("cias.lists.exporting.CHUNK", 1)
        monkeypatch.setattr("cias.lists.services.exports.ring", lambda run_id: None)

    def test_the_worker_writes_them_once(self, town: None, claire: User, login: Login) -> None:
        client = login(claire)
        run = ask(client)
        status = client.get(reverse("lists:export_progress", args=[run.pk]))
        assert "En attente d’un moment libre" in status.content.decode()
        assert "HX-Refresh" not in status.headers
        assert client.get(reverse("lists:export_download", args=[run.pk])).status_code == 302
        done = run_export(run.pk)
        assert done is not None
        assert (done.state, done.rows, done.failure_reason) == (JobState.DONE, 2, "")
        assert run_export(run.pk) is None, "delivered twice, done once"
        assert client.get(reverse("lists:export_progress", args=[run.pk])).headers["HX-Refresh"] == "true"
        assert len(lines(client, run)) == 3

    def test_an_agent_who_left_gets_nothing(self, town: None, claire: User, login: Login) -> None:
        run = ask(login(claire))
        claire.is_active = False
        claire.save()
        done = run_export(run.pk)
        assert done is not None
        assert (done.state, done.file_name) == (JobState.FAILED, "")
        assert "ne permet plus cet export" in done.failure_reason

    def test_what_was_seen_and_no_longer_may_be_is_left_out(
        self, town: None, claire: User, login: Login
    ) -> None:
        run = ask(login(claire), "?ouvert_du=01/01/2026")
        Household.objects.filter(name="Zola").update(opened_on=date(2025, 1, 1))
        done = run_export(run.pk)
        assert done is not None
        assert done.rows == 1


@pytest.mark.django_db(transaction=True)
class TestFilesEmptiedMeanwhile:
    """An export that read the names before the files were emptied does not keep them (C7)."""

    def test_what_is_on_disk_goes(self, town: None, claire: User, login: Login) -> None:
        run = ask(login(claire))
        name = run.file_name
        assert VAULT.has(name)
        assert forget_exports() == 1
        run.refresh_from_db()
        assert not run.is_available
        assert not VAULT.has(name)
        assert forget_exports() == 0

    def test_what_the_worker_was_writing_is_made_again(
        self, town: None, claire: User, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rung: list[object] = []
        monkeypatch.setattr("cias.lists.services.exports.LARGE", 1)
        monkeypatch.setattr("cias.lists.services.exports.ring", rung.append)
        run, before = ask(login(claire)), list(VAULT.root.glob("*/*"))

        def emptied_meanwhile(one: ExportRun, on_chunk: Any = None) -> bytes:
            content = write_table(one)
            Household.objects.update(name="Effacé")
            in_another_process(forget_exports)
            return content

        monkeypatch.setattr("cias.lists.services.exports.write_table", emptied_meanwhile)
        assert run_export(run.pk) is None
        run.refresh_from_db()
        assert (run.state, run.file_name, rung) == (JobState.WAITING, "", [run.pk, run.pk])
        assert list(VAULT.root.glob("*/*")) == before
        monkeypatch.setattr("cias.lists.services.exports.write_table", write_table)
        done = run_export(run.pk)
        assert done is not None
        assert (done.state, done.rows) == (JobState.DONE, 2)

    def test_what_somebody_waits_for_is_waited_for(
        self, town: None, claire: User, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its row is not there yet for others to see: the emptying comes after it, and finds it."""
        deleted: list[int] = []
        emptying = Thread(target=lambda: deleted.append(_and_close(forget_exports)))

        def emptied_meanwhile(one: ExportRun) -> bytes:
            content = write_table(one)
            emptying.start()
            emptying.join(1)
            assert emptying.is_alive(), "it did not wait"
            return content

        monkeypatch.setattr("cias.lists.services.exports.write_table", emptied_meanwhile)
        run = ask(login(claire))
        emptying.join(20)
        assert deleted == [1]
        run.refresh_from_db()
        assert run.file_name == ""


def _and_close(act: Callable[[], int]) -> int:
    try:
        return act()
    finally:
        connection.close()


def in_another_process(act: Callable[[], int]) -> None:
    other = Thread(target=_and_close, args=[act])
    other.start()
    other.join()
