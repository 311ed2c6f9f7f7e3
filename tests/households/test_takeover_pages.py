"""H17 on screen: send, map, answer, verify, decide, import, take back."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cias.accounts.models import User
from cias.audit.models import AccessLog
from households.enums import TakeOverJobKind
from households.management.commands import import_households
from households.models import Household, Person, TakeOver, TakeOverMapping, TakeOverRun
from households.takeover import services
from households.takeover.job import do_here
from tests.appointments.pages import parse, select, words
from tests.households.takeovers import checked, csv_file, imported, line, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territory", "media", "silent_bell")]
FILE = csv_file(
    line(dossier="A1", nom="LE GOFF", prenom="Anne", tel="0612345678", logement="Yourte"),
    line(dossier="A2", prenom="Sans nom", tel="+33612345678"),
    line(dossier="A3", nom="Diallo", prenom="=SOMME(A)"),
)

WHY = {"reason": "Corriger la liste"}


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


def test_from_the_file_to_the_report(login, isabelle: User) -> None:
    client = login(isabelle)
    sent = client.post(url("takeovers"), {"file": SimpleUploadedFile("liste.csv", FILE)})
    takeover = TakeOver.objects.get()
    assert sent.url == url("takeover_columns", takeover.pk)
    page = parse(client.get(sent.url))
    assert "LE GOFF" in words(page)
    assert select(page, "select[name=target_3] option[selected]")[0].get("value") == "birth_name"
    data = {
        field.get("name"): _value(field)
        for field in [
            *select(page, "form[id=colonnes] select"),
            *select(page, "form[id=colonnes] input[type=text]"),
        ]
    }
    mapped = client.post(sent.url, {**data, "notes": "on", "save_as": "Notre tableur"})
    assert mapped.url == url("takeover", takeover.pk)
    assert TakeOverMapping.objects.get().name == "Notre tableur"
    assert "Vérification en cours" in words(parse(client.get(mapped.url)))
    TakeOverRun.objects.all().delete()
    run(takeover, TakeOverJobKind.CHECK)
    page = parse(client.get(mapped.url))
    assert "1 valeur de liste nous est inconnue" in words(page)
    assert "le nom manque" in words(page)
    answered = client.post(url("takeover_values", takeover.pk), {"word_0": "makeshift"})
    assert answered.url == mapped.url
    takeover.refresh_from_db()
    assert takeover.values == {"housing_status": {"yourte": "makeshift"}}


def _value(field) -> str:
    chosen = select(field, "option[selected]")
    return chosen[0].get("value", "") if chosen else field.get("value") or ""


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "vide"), (b"nom\nPetit\n", "une seule colonne"), (b"\x00" * 9, "ni un fichier CSV")],
)
def test_a_bad_file_is_an_error_at_the_field(login, isabelle: User, content, message) -> None:
    page = parse(login(isabelle).post(url("takeovers"), {"file": SimpleUploadedFile("a.csv", content)}))
    assert message in words(select(page, "div[data-error-summary]")[0])
    assert not TakeOver.objects.exists()


def test_a_mapping_that_cannot_be_used_says_why_and_keeps_what_was_chosen(login, isabelle: User) -> None:
    takeover = services.receive(by=isabelle, name="f.csv", content=FILE)
    page = parse(
        login(isabelle).post(url("takeover_columns", takeover.pk), {"source": "X", "target_4": "phone"})
    )
    assert "Aucune colonne ne donne le nom" in words(select(page, "div[data-error-summary]")[0])
    assert select(page, "select[name=target_4] option[selected]")[0].get("value") == "phone"


def test_the_report_s_files_are_safe_for_a_spreadsheet_and_come_back(login, isabelle: User) -> None:
    takeover = checked(isabelle, FILE)
    client = login(isabelle)
    for name in ("takeover_report", "takeover_refused"):
        asked = client.get(url(name, takeover.pk)).content.decode()
        assert "Motif" in asked
        assert "Sans nom" not in asked
        assert client.post(url(name, takeover.pk), {"reason": ""}).context["form"].errors["reason"]
    report = client.post(url("takeover_report", takeover.pk), WHY).content.decode("utf-8-sig")
    assert "le nom manque" in report
    refused = client.post(url("takeover_refused", takeover.pk), WHY).content
    assert "'+33612345678" in refused.decode("utf-8-sig")
    assert refused.decode("utf-8-sig").count("\r\n") == 2
    again = checked(isabelle, refused.replace(b";;Sans nom", b";Petit;Jean"))
    assert [(row.outcome, row.data["persons"][0]["phone"]) for row in again.rows.all()] == [
        ("create", "+33612345678")
    ]
    log = AccessLog.objects.filter(action="export").order_by("at")
    assert [(row.reason, row.detail) for row in log] == [
        (WHY["reason"], {"rows": 3}),
        (WHY["reason"], {"rows": 1}),
    ]


def test_the_models_can_be_filled_and_read(login, isabelle: User) -> None:
    client = login(isabelle)
    book = load_workbook(BytesIO(client.get(url("takeover_model_xlsx")).content))
    assert book.active.max_row == 3
    takeover = checked(isabelle, client.get(url("takeover_model_csv")).content)
    assert [row.outcome for row in takeover.rows.all()] == ["create", "create"]
    assert takeover.rows.first().issues == []


def test_decisions_cancel_and_discard(login, isabelle: User) -> None:
    takeover = checked(isabelle, csv_file(line(nom="Petit", prenom="Jean"), line(nom="PETIT", prenom="Jean")))
    client = login(isabelle)
    row = takeover.rows.get(number=3)
    page = parse(client.get(f"{url('takeover', takeover.pk)}?etat=duplicate"))
    assert "aussi ligne 2" in words(page)
    client.post(url("takeover_decide", row.pk), {"decision": "create"})
    client.post(url("takeover_default", takeover.pk), {"decision": "attach"})
    row.refresh_from_db()
    takeover.refresh_from_db()
    assert (row.decision, takeover.default_decision) == ("create", "attach")
    client.post(url("takeover_start", takeover.pk), {"kind": "import"})
    twice = client.post(url("takeover_start", takeover.pk), {"kind": "import"}, follow=True)
    assert "Un travail est déjà en cours" in words(parse(twice))
    client.post(url("takeover_cancel", takeover.pk))
    assert TakeOverRun.objects.first().state == "cancelled"
    client.post(url("takeover_discard", takeover.pk))
    assert not TakeOver.objects.filter(pk=takeover.pk).exists()


def test_queries_do_not_grow_with_the_rows(login, isabelle: User, django_assert_max_num_queries) -> None:
    takeover = checked(isabelle, csv_file(*(line(nom="Petit", prenom="Jean", tel="06") for _ in range(30))))
    client = login(isabelle)
    with django_assert_max_num_queries(12 + 6):  # with the session, the user, the read log and its savepoints
        client.get(url("takeover", takeover.pk))


def test_the_file_is_encrypted_and_goes_after_thirty_days(
    isabelle: User, media: Path, django_capture_on_commit_callbacks
) -> None:
    takeover = imported(isabelle, FILE)
    [path] = [path for path in media.rglob("*") if path.is_file()]
    assert b"LE GOFF" not in path.read_bytes()
    assert services.purge_old() == 0
    late = timezone.now() - timedelta(days=32)
    TakeOver.objects.update(created_at=late, imported_at=late)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.purge_old() == 1
    assert not [path for path in media.rglob("*") if path.is_file()]
    takeover.refresh_from_db()
    assert (takeover.rows.count(), takeover.stored_name, takeover.can_undo) == (0, "", False)
    assert "samples" not in takeover.layout
    assert takeover.counts["results"]["created"] == 2


class TestCommand:
    def call(self, tmp_path: Path, content: bytes, *options: str) -> str:
        path = tmp_path / "liste.csv"
        path.write_bytes(content)
        out: list[str] = []

        class Out:
            def write(self, text: str) -> None:
                out.append(text)

        call_command("import_households", str(path), *options, stdout=Out())
        return "".join(out)

    @pytest.mark.parametrize(
        ("content", "options", "message"),
        [
            (b"", (), "liste.csv.*vide"),
            (b"Tel;Mail\n1;2\n", (), "liste.csv, ligne 1.*nom du demandeur"),
            (csv_file(line(prenom="Anne")), (), "liste.csv, ligne 2, colonne Nom.*le nom manque"),
            (FILE, ("--mapping", "Autre"), "aucune correspondance"),
            (FILE, ("--mapping", "DomiFa"), "ligne 1.*disposition de DomiFa"),
            (FILE, ("--by", "personne@cias.test"), "Aucun compte actif"),
        ],
    )
    def test_bad_input_is_one_line_and_exit_code_2(
        self, isabelle: User, tmp_path, monkeypatch, content, options, message
    ) -> None:
        in_the_foreground(monkeypatch)
        with pytest.raises(CommandError, match=message) as caught:
            self.call(tmp_path, content, *options)
        assert caught.value.returncode == 2
        assert "\n" not in str(caught.value)
        assert not Person.objects.exists()
        assert not TakeOver.objects.exists()

    def test_it_verifies_then_imports(self, isabelle: User, tmp_path, monkeypatch, capsys) -> None:
        in_the_foreground(monkeypatch)
        said = self.call(tmp_path, FILE, "--dry-run")
        assert "À créer\u00a0: 2" in said
        assert "liste.csv, ligne 3, colonne Nom\u00a0: le nom manque." in said
        assert not Household.objects.exists()
        assert "Créé\u00a0: 2" in self.call(tmp_path, FILE)
        assert "Inchangé\u00a0: 2" in self.call(tmp_path, FILE)
        assert Household.objects.count() == 2


def in_the_foreground(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of the command in the transaction of the test."""

    def do_run(run_id: UUID, echo: object) -> TakeOverRun:
        run = TakeOverRun.objects.get(pk=run_id)
        do_here(run)
        return run

    monkeypatch.setattr(import_households, "do_run", do_run)
