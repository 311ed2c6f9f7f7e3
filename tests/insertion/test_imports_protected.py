"""A file of the Département about somebody whose household was protected since: on every page, in every act."""

import pytest
from django.urls import reverse

from cias.accounts.models import User
from households.enums import Custody, MemberRole, TakeOverJobKind
from households.models import Household, Membership, Person
from households.models.closed import PROTECTED_FILE
from insertion.imports.enums import RowOutcome
from insertion.models import OrientationImport
from tests.factories import MembershipFactory, PersonFactory
from tests.insertion.department_files import checked, csv_file, imported, line, results, run
from tests.insertion.protection import protect
from tests.insertion.test_imports_pages import ANNE, WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "territory", "media", "silent_bell")]

YANN = {"caf": "12345", "nom": "LE GOFF", "prenom": "Yann", "naissance": "03/09/1984", "iodas": "I-78"}


@pytest.fixture
def doubt(claire: User) -> tuple[OrientationImport, Person]:
    """A row that may be about a known person, whose file was protected after the check."""
    known = PersonFactory(
        birth_name="Le Goff", usual_name="Kervella", first_names="Anne", birth_date="1986-04-12"
    )
    home = MembershipFactory(person=known).household
    batch = checked(claire, csv_file(line(**ANNE)))
    assert batch.rows.get().matches[0]["known"] == str(known.pk)
    protect(home, by=claire)
    return batch, known


def test_a_proposal_of_a_protected_file_is_shown_to_who_is_named_only(login, doubt, claire, mehdi) -> None:
    batch, known = doubt
    url = reverse("insertion:import", args=[batch.pk])
    assert str(known.pk) in login(claire).get(url).content.decode()
    seen = login(mehdi).get(url).content.decode()
    assert str(known.pk) not in seen
    assert known.full_name not in seen


def test_nobody_is_attached_to_a_person_they_may_not_know(login, doubt, claire, mehdi) -> None:
    batch, known = doubt
    row = batch.rows.get()
    url, chosen = reverse("insertion:import_decide", args=[row.pk]), {"decision": f"attach:{known.pk}"}
    for agent, decision in ((mehdi, ""), (claire, "attach")):
        login(agent).post(url, chosen)
        row.refresh_from_db()
        assert row.decision == decision


def test_attaching_all_the_exact_ones_leaves_protected_files_alone(login, doubt, claire, mehdi) -> None:
    batch, _known = doubt
    url = reverse("insertion:import_exact", args=[batch.pk])
    for agent, decision in ((mehdi, ""), (claire, "attach")):
        login(agent).post(url)
        assert batch.rows.get().decision == decision


def test_a_row_says_nothing_of_a_protected_file_even_of_somebody_known_elsewhere(
    login, claire, mehdi
) -> None:
    batch = imported(claire, csv_file(line(**ANNE)))
    row = batch.rows.get()
    protected = Household.objects.get()
    MembershipFactory(person=row.person, role=MemberRole.CHILD, custody=Custody.ALTERNATE)
    protect(protected, by=claire)
    url = reverse("insertion:import", args=[batch.pk])
    assert protected.number in login(claire).get(url).content.decode()
    seen = login(mehdi).get(url).content.decode()
    assert PROTECTED_FILE in seen
    assert protected.number not in seen
    decide, skip = reverse("insertion:import_decide", args=[row.pk]), {"decision": "skip"}
    assert login(claire).post(decide, skip).status_code == 302
    assert login(mehdi).post(decide, skip).status_code == 404


def test_refused_lines_of_a_protected_file_are_not_handed_out(login, claire, mehdi) -> None:
    batch = checked(claire, csv_file(line(**{**ANNE, "prenom": ""})))
    home = MembershipFactory().household
    batch.rows.update(household=home)
    assert batch.rows.get().outcome == RowOutcome.REFUSED
    protect(home, by=claire)
    address = reverse("insertion:import_refused", args=[batch.pk])
    for agent, is_told in ((claire, True), (mehdi, False)):
        text = b"".join(login(agent).post(address, WHY)).decode()
        assert ("GOFF" in text) == is_told


@pytest.mark.parametrize("said", [{**ANNE, "tel": "0639980077"}, YANN], ids=["known", "joining"])
def test_a_file_protected_between_check_and_import_is_not_written_to(claire, mehdi, said) -> None:
    """The import is its author's act: what they may no longer enter is refused, line by line."""
    imported(claire, csv_file(line(**ANNE)))
    batch = checked(mehdi, csv_file(line(**said)))
    assert batch.rows.get().outcome in (RowOutcome.UPDATE, RowOutcome.CREATE)
    protect(Household.objects.get(), by=claire)
    run(batch, TakeOverJobKind.IMPORT)
    assert results(batch) == ["refused"]
    assert Membership.objects.count() == 1
    assert not Person.objects.filter(phone__endswith="77").exists()
