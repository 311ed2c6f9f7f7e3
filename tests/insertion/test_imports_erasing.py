"""C7: the file of one household ends; of the Département's list its lines go, and the file, not the other persons'."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.urls import reverse

from cias.accounts.models import User
from households.datalife.anonymising import anonymise
from households.enums import Result, TakeOverJobKind
from households.models import Household, Person
from households.models.takeover import KEPT_DAYS
from households.takeover import services as common
from insertion.imports.services import receive
from insertion.models import OrientationImport
from tests.factories import HouseholdFactory, MembershipFactory, PersonFactory
from tests.households.canaries import database_text
from tests.insertion.department_files import (
    checked,
    csv_file,
    imported,
    line,
    nir,
    outcomes,
    results,
    run,
    undone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "territory", "media", "silent_bell")]

ANNE = {
    "caf": "0012345", "civilite": "Mme", "nom": "CANARIGOFF", "prenom": "Annezq", "naissance": "12/04/1986",
    "adresse": "3 rue des Lilaszq", "iodas": "IZQ-77", "nir": nir(), "mail": "annezq@exemple.test",
}  # fmt: skip
YANN = {
    "caf": "12345", "nom": "CANARIGOFF", "prenom": "Yannzq", "naissance": "03/09/1984", "role": "CJT",
    "iodas": "IZQ-78", "nir": nir(1, 84, 9, 71),
}  # fmt: skip
PAUL = {
    "caf": "99", "nom": "Martin", "prenom": "Paul", "naissance": "01/02/1990", "iodas": "I-90", "nir": nir(1, 90, 2),
}  # fmt: skip
WORDS = ("canarigoff", "annezq", "yannzq", "lilaszq", "izq-7")


def ended(name: str, capture) -> None:
    with capture(execute=True):
        anonymise([Household.objects.get(name=name).pk])


def page_of(client, batch: OrientationImport) -> str:
    return client.get(reverse("insertion:import", args=[batch.pk])).content.decode()


def tables_that_tell() -> dict[str, list[str]]:
    connection.check_constraints()
    told = {table: [word for word in WORDS if word in text.lower()] for table, text in database_text()}
    return {table: words for table, words in told.items() if words}


def files_kept(batch: OrientationImport) -> int:
    return sum(path.is_file() for path in batch.FILES.vault.root.rglob("*"))


def test_their_lines_go_and_the_others_stay(claire: User, django_capture_on_commit_callbacks) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    assert files_kept(batch) == 1
    assert tables_that_tell()
    ended("Canarigoff", django_capture_on_commit_callbacks)
    batch.refresh_from_db()
    assert [row.name for row in batch.rows.all()] == ["Martin Paul"]
    assert tables_that_tell() == {}
    assert files_kept(batch) == 0
    assert (batch.stored_name, batch.purged_at) == ("", None)
    assert batch.file_erased_at is not None
    assert batch.kept_until  # nothing is kept for longer than it would have been


def test_what_is_left_can_be_undone(claire: User, django_capture_on_commit_callbacks) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**PAUL)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    batch.refresh_from_db()
    undone(batch)
    assert results(batch) == [Result.UNDONE]
    assert not Person.objects.filter(birth_name="Martin").exists()


def test_what_is_left_can_be_imported_but_not_read_again(
    claire: User, login, django_capture_on_commit_callbacks
) -> None:
    imported(claire, csv_file(line(**ANNE)))
    moved = {**ANNE, "courrier": "09/11/2026", "adresse": "4 rue des Lilaszq"}
    batch = checked(claire, csv_file(line(**moved), line(**PAUL)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    batch.refresh_from_db()
    assert outcomes(batch) == ["create"]
    assert not batch.can_change
    with pytest.raises(common.ValidationError, match="n’est plus gardé"):
        common.read_again(takeover=batch, sheet="", header_number=1)
    with pytest.raises(common.ValidationError):
        run(batch, TakeOverJobKind.CHECK)
    client = login(claire)
    page = client.get(reverse("insertion:import", args=[batch.pk])).content.decode()
    assert "Le fichier d’origine n’est plus gardé" in page
    assert reverse("insertion:import_refused", args=[batch.pk]) not in page
    assert reverse("insertion:import_columns", args=[batch.pk]) not in page
    assert reverse("insertion:import_discard", args=[batch.pk]) in page
    for name in ("import_refused", "import_columns"):
        answer = client.get(reverse(f"insertion:{name}", args=[batch.pk]), follow=True)
        assert "n’est plus gardé, un de ses dossiers" in answer.content.decode()
    run(batch, TakeOverJobKind.IMPORT)
    assert results(batch) == ["created"]
    assert tables_that_tell() == {}


def test_a_line_that_may_be_them_goes_too(claire: User, django_capture_on_commit_callbacks) -> None:
    """Proposed to the agent, tied to nobody yet."""
    household = HouseholdFactory(name="Canarigoff")
    person = PersonFactory(birth_name="Canarigoff", first_names="Annezq", birth_date="1986-04-12")
    MembershipFactory(household=household, person=person)
    batch = checked(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    doubtful = batch.rows.get(number=2)
    assert doubtful.person is None
    assert doubtful.matches[0]["known"] == str(person.pk)
    ended("Canarigoff", django_capture_on_commit_callbacks)
    assert [row.name for row in batch.rows.all()] == [
        "Martin Paul"
    ]  # who was to live with her has no home to go to
    assert tables_that_tell() == {}


def test_a_list_of_nobody_else_goes_whole(login, claire: User, django_capture_on_commit_callbacks) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    batch.refresh_from_db()
    assert batch.purged_at is not None
    assert files_kept(batch) == 0
    assert "les dossiers de cette liste ont pris fin" in page_of(login(claire), batch)


def test_the_page_says_why_lines_are_gone(login, claire: User, django_capture_on_commit_callbacks) -> None:
    """One file has ended, then the thirty days: the page never says thirty days of what went before them."""
    client, batch = login(claire), imported(claire, csv_file(line(**ANNE), line(**PAUL)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    page = page_of(client, batch)
    assert "un dossier de cette liste a pris fin" in page
    assert "jours après" not in page
    ages = timedelta(days=KEPT_DAYS + 2)
    OrientationImport.objects.update(created_at=F("created_at") - ages, imported_at=F("imported_at") - ages)
    assert common.purge_old(OrientationImport) == 1
    page = page_of(client, batch)
    assert "30\u00a0jours après" in page
    assert "pris fin" not in page


def test_a_list_that_does_not_name_them_keeps_its_file(
    claire: User, django_capture_on_commit_callbacks
) -> None:
    imported(claire, csv_file(line(**ANNE)))
    other = receive(by=claire, name="autre.csv", content=csv_file(line(**PAUL)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    other.refresh_from_db()
    assert other.file_erased_at is None
    assert files_kept(other) == 1


def test_a_list_without_its_file_can_be_thrown_away(claire: User, django_capture_on_commit_callbacks) -> None:
    imported(claire, csv_file(line(**ANNE)))
    batch = checked(claire, csv_file(line(**{**ANNE, "courrier": "09/11/2026"}), line(**PAUL)))
    ended("Canarigoff", django_capture_on_commit_callbacks)
    common.discard(takeover=batch)
    assert not OrientationImport.objects.filter(pk=batch.pk).exists()
