"""I1 in the browser's eyes: upload, columns, words, report, decisions, and what each reader may see."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.enums import TakeOverJobKind
from households.models import Household, Person
from households.models.closed import PROTECTED_FILE
from insertion.imports import job, services
from insertion.imports.job import do_here
from insertion.models import Orientation, OrientationImport, OrientationImportRun, OrientationMapping
from tests.factories import MembershipFactory, PersonFactory
from tests.insertion.department_files import checked, csv_file, imported, line, nir
from tests.insertion.protection import protect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "territory", "media", "silent_bell")]
ANNE = {
    "caf": "12345",
    "nom": "LE GOFF",
    "prenom": "Anne",
    "naissance": "12/04/1986",
    "iodas": "I-77",
    "nir": nir(),
}

WHY = {"reason": "Corriger le fichier"}


def work() -> None:
    """What the worker does with what was asked for."""
    for run in OrientationImportRun.objects.active():
        do_here(run)


def upload(client, content: bytes, name: str = "orientations.csv") -> OrientationImport:
    response = client.post(reverse("insertion:imports"), {"file": SimpleUploadedFile(name, content)})
    batch = OrientationImport.objects.get()
    assert response.url == reverse("insertion:import_columns", args=[batch.pk])
    return batch


def test_from_the_upload_to_the_undo(login, claire: User) -> None:
    client = login(claire)
    batch = upload(
        client, csv_file(line(**ANNE), line(nom="Sans prénom"), line(**{**ANNE, "iodas": "Z", "nir": "12"}))
    )
    url = reverse("insertion:import_columns", args=[batch.pk])
    page = client.get(url).content.decode()
    assert "DECISION ORIENTATION" in page
    assert nir() not in page
    assert "(numéro de sécurité sociale)" in page
    values = {f"target_{column['place']}": column["target"] for column in batch.columns}
    refused = client.post(url, {**values, "target_2": "", "save_as": "Mensuel"}).content.decode()
    assert "Aucune colonne ne donne le nom" in refused
    assert 'value="Mensuel"' in refused
    client.post(url, {**values, "save_as": "Mensuel"})
    assert OrientationMapping.objects.get().name == "Mensuel"
    assert (
        "Vérification en cours" in client.get(reverse("insertion:import", args=[batch.pk])).content.decode()
    )
    work()
    page = client.get(reverse("insertion:import", args=[batch.pk])).content.decode()
    assert "le prénom manque" in page
    assert "n’est pas valable" in page
    assert not Person.objects.exists()
    start = reverse("insertion:import_start", args=[batch.pk])
    client.post(start, {"kind": "import"})
    work()
    assert Orientation.objects.get().person.first_names == "Anne"
    page = client.get(reverse("insertion:imports")).content.decode()
    assert "Importé le 24/11/2026" in page
    client.post(start, {"kind": "undo"})
    work()
    assert not Person.objects.exists()
    assert "Défait" in client.get(reverse("insertion:import", args=[batch.pk])).content.decode()


def test_an_unreadable_file_says_why_at_the_field(login, claire: User) -> None:
    client = login(claire)
    page = client.post(
        reverse("insertion:imports"), {"file": SimpleUploadedFile("x.csv", b"\x00\x01\x02")}
    ).content.decode()
    assert "ce n’est ni un fichier CSV ni un classeur XLSX" in page
    assert not OrientationImport.objects.exists()


def test_unknown_words_are_asked_and_remembered(login, claire: User) -> None:
    client = login(claire)
    content = csv_file(line(**{**ANNE, "orientation": "Parcours X"}))
    batch = upload(client, content)
    url = reverse("insertion:import_columns", args=[batch.pk])
    client.post(url, {**{f"target_{c['place']}": c["target"] for c in batch.columns}, "save_as": "Mensuel"})
    work()
    values = reverse("insertion:import_values", args=[batch.pk])
    assert "Parcours X" in client.get(values).content.decode()
    client.post(values, {"word_0": "sociale"})
    work()
    assert batch.rows.get().outcome == "create"
    assert OrientationMapping.objects.get().values == {"kind": {"parcours x": "sociale"}}
    again = services.receive(by=claire, name="suivant.csv", content=content)
    assert again.values == {"kind": {"parcours x": "sociale"}}
    shown = client.get(reverse("insertion:import_mapping", args=[OrientationMapping.objects.get().pk]))
    assert "Parcours X".lower() in shown.content.decode().lower()


def test_a_likely_person_is_put_to_the_agent(login, claire: User) -> None:
    known = MembershipFactory(
        person=PersonFactory(birth_name="Le Goff", first_names="Anne", birth_date="1986-04-12")
    ).person
    batch = checked(claire, csv_file(line(**ANNE)))
    client = login(claire)
    page = client.get(reverse("insertion:import", args=[batch.pk])).content.decode()
    assert "C’est Anne Le Goff" in page or f"C’est {known.full_name}" in page
    row = batch.rows.get()
    url = reverse("insertion:import_decide", args=[row.pk])
    stranger = PersonFactory()
    for bad in (f"attach:{stranger.pk}", "attach:xyz", "erase"):
        client.post(url, {"decision": bad})
        row.refresh_from_db()
        assert row.decision == ""
    client.post(url, {"decision": f"attach:{known.pk}"})
    client.post(reverse("insertion:import_start", args=[batch.pk]), {"kind": "import"})
    work()
    assert Orientation.objects.get().person == known


def test_the_report_of_a_protected_file_says_nothing(login, claire: User, mehdi: User) -> None:
    batch = imported(claire, csv_file(line(**ANNE)))
    protect(Household.objects.get(), by=claire)
    url = reverse("insertion:import", args=[batch.pk])
    assert "LE GOFF" in login(claire).get(url).content.decode().upper()
    seen = login(mehdi).get(url).content.decode()
    assert PROTECTED_FILE in seen
    assert "Goff" not in seen
    report = b"".join(login(mehdi).post(reverse("insertion:import_report", args=[batch.pk]), WHY)).decode()
    assert "Goff" not in report


def test_downloads_never_carry_the_nir(login, claire: User) -> None:
    batch = checked(claire, csv_file(line(**{**ANNE, "prenom": "", "tel": nir()})))
    client = login(claire)
    for name in ("import_report", "import_refused"):
        address = reverse(f"insertion:{name}", args=[batch.pk])
        assert "le prénom manque" not in client.get(address).content.decode()
        text = b"".join(client.post(address, WHY)).decode()
        found = AccessLog.objects.filter(action=AccessAction.EXPORT).latest("pk")
        assert (found.reason, found.detail["rows"]) == (WHY["reason"], 1)
        assert nir()[:13] not in text
        assert "le prénom manque" in text


def test_cancel_and_go_on(login, claire: User, monkeypatch) -> None:
    monkeypatch.setattr(job, "NEW_AT_ONCE", 1)
    zoe = {**ANNE, "caf": "7", "iodas": "B", "nir": "", "prenom": "Zoé"}
    batch = checked(claire, csv_file(line(**ANNE), line(**zoe)))
    client = login(claire)
    url = reverse("insertion:import_start", args=[batch.pk])
    client.post(url, {"kind": "import"})
    client.post(reverse("insertion:import_cancel", args=[batch.pk]))
    assert OrientationImportRun.objects.first().state == "cancelled"
    client.post(url, {"kind": "import"})
    client.post(url, {"kind": "import"})  # twice: one piece of work at a time
    assert OrientationImportRun.objects.active().count() == 1
    work()
    assert Orientation.objects.count() == 2


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_files_are_closed_to_roles_without_the_right(login, request, claire: User, who: str) -> None:
    batch = checked(claire, csv_file(line(**ANNE)))
    client = login(request.getfixturevalue(who))
    for name, args in (("imports", []), ("import", [batch.pk]), ("import_report", [batch.pk])):
        response = client.get(reverse(f"insertion:{name}", args=args))
        assert response.status_code == 403
        assert b"GOFF" not in response.content


def test_queries_do_not_grow_with_the_rows(login, claire: User, django_assert_max_num_queries) -> None:
    lines = [
        line(nom=f"Nom{chr(65 + rank)}", prenom="Anne", naissance=f"{rank + 1:02d}/04/1986", iodas=f"I{rank}")
        for rank in range(12)
    ]
    small, large = imported(claire, csv_file(lines[0])), imported(claire, csv_file(*lines[1:]))
    client = login(claire)
    client.get(reverse("insertion:import", args=[small.pk]))
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("insertion:import", args=[small.pk]))
    with django_assert_max_num_queries(20) as many:
        client.get(reverse("insertion:import", args=[large.pk]))
    assert len(many) == len(few)
    with django_assert_max_num_queries(12):
        client.get(reverse("insertion:imports"))


def test_the_kind_of_work_must_exist(login, claire: User) -> None:
    batch = checked(claire, csv_file(line(**ANNE)))
    assert (
        login(claire).post(reverse("insertion:import_start", args=[batch.pk]), {"kind": "x"}).status_code
        == 404
    )
    assert TakeOverJobKind.values == ["check", "import", "undo"]
