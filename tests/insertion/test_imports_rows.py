"""I1: what becomes of each person of the Département's file."""

from datetime import date

import pytest

from cias.accounts.models import User
from cias.audit.models import AccessLog
from households.enums import MemberRole, TakeOverJobKind
from households.models import Household, Membership, Person
from households.services import update_person
from insertion.imports.services import attach_exact, decide
from insertion.models import DepartmentIdentity, Orientation, OrientationImport
from tests.factories import HouseholdFactory, MembershipFactory, PersonFactory
from tests.insertion.department_files import (
    checked,
    csv_file,
    imported,
    line,
    messages,
    nir,
    outcomes,
    refusals,
    results,
    run,
    undone,
)
from tests.insertion.protection import protect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday", "territory", "media", "silent_bell")]

ANNE = {
    "caf": "0012345", "civilite": "Mme", "nom": "LE GOFF", "prenom": "Anne", "naissance": "12/04/1986",
    "adresse": "3 rue des Lilas", "iodas": "I-77", "nir": nir(), "mail": "anne@exemple.test", "tel": "0639980001",
    "referent": "Vasseur",
}  # fmt: skip
YANN = {
    "caf": "12345", "civilite": "M.", "nom": "LE GOFF", "prenom": "Yann", "naissance": "03/09/1984", "role": "CJT",
    "iodas": "I-78", "nir": nir(1, 84, 9, 71), "tel": "0639980001",
}  # fmt: skip
PAUL = {
    "caf": "99", "nom": "Martin", "prenom": "Paul", "naissance": "01/02/1990", "iodas": "I-90", "nir": nir(1, 90, 2),
}  # fmt: skip


def test_new_persons_are_oriented_in_the_household_of_their_caf_number(claire: User) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    assert results(batch) == ["created"] * 3
    assert Household.objects.count() == 2
    couple = Household.objects.get(name="Le Goff")
    assert [(m.person.first_names, m.role) for m in couple.memberships.all()] == [
        ("Anne", MemberRole.APPLICANT), ("Yann", MemberRole.PARTNER),
    ]  # fmt: skip
    orientation = Orientation.objects.get(person__first_names="Anne")
    assert (orientation.kind, orientation.notified_on, orientation.referent) == (
        "sociale",
        date(2026, 11, 2),
        claire,
    )
    assert couple.addresses.get().street == "3 rue des Lilas"
    assert couple.situations.get().main_resource == "rsa"
    assert couple.assignments.get().agent == claire
    identity = DepartmentIdentity.objects.get(person=orientation.person)
    assert (identity.internal_id, identity.caf_number) == ("I-77", "12345")


def test_the_same_file_twice_changes_nothing(claire: User) -> None:
    content = csv_file(line(**ANNE), line(**YANN), line(**PAUL))
    imported(claire, content)
    before = (
        list(Person.objects.values()),
        list(Orientation.objects.values()),
        list(Household.objects.values()),
    )
    again = imported(claire, content)
    assert outcomes(again) == ["unchanged"] * 3
    assert results(again) == ["unchanged"] * 3
    assert before == (
        list(Person.objects.values()), list(Orientation.objects.values()), list(Household.objects.values())
    )  # fmt: skip


def test_undo_leaves_nothing_behind(claire: User) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    undone(batch)
    assert results(batch) == ["undone"] * 3
    for model in (Person, Household, Orientation, DepartmentIdentity, Membership):
        assert not model.objects.exists()


def test_undo_keeps_what_somebody_worked_on_and_says_so(claire: User) -> None:
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    yann = Person.objects.get(first_names="Yann")
    yann.phone = "+33639980009"
    update_person(by=claire, person=yann)
    undone(batch)
    assert results(batch) == ["kept", "kept", "undone"]
    kept = {row.number: messages(row)[-1] for row in batch.rows.filter(result="kept")}
    assert "personne a été modifié depuis" in kept[3]
    assert "utilisé depuis" in kept[2], "the household cannot go while Yann lives in it"
    assert Orientation.objects.count() == 2


def test_a_later_file_updates_what_changed_and_keeps_corrections(claire: User, mehdi: User) -> None:
    imported(claire, csv_file(line(**ANNE)))
    anne = Person.objects.get()
    anne.email = "corrigee@exemple.test"
    update_person(by=claire, person=anne)
    later = {
        **ANNE,
        "tel": "0639980044",
        "mail": "autre@exemple.test",
        "referent": "Aouragh",
        "tags": "Sans mobilité",
    }
    batch = checked(claire, csv_file(line(**later)))
    row = batch.rows.get()
    assert row.outcome == "update"
    assert row.data["changes"] == ["téléphone", "e-mail", "référent unique", "précision"]
    batch = imported(claire, csv_file(line(**later)))
    anne.refresh_from_db()
    assert (anne.phone, anne.email) == ("+33639980044", "corrigee@exemple.test")
    orientation = Orientation.objects.get()
    assert (orientation.referent, orientation.comment) == (mehdi, "Sans mobilité")
    assert any("e-mail, la valeur corrigée ici est gardée" in said for said in messages(batch.rows.get()))
    undone(batch)
    anne.refresh_from_db()
    orientation.refresh_from_db()
    assert (anne.phone, orientation.referent, orientation.comment) == ("+33639980001", claire, "")
    assert outcomes(checked(claire, csv_file(line(**ANNE)))) == ["unchanged"], "the identity is what it was"


def test_a_new_decision_ends_the_running_one_only_when_confirmed(claire: User) -> None:
    imported(claire, csv_file(line(**{**ANNE, "courrier": "02/09/2026"})))
    content = csv_file(line(**{**ANNE, "orientation": "Emploi", "courrier": "10/11/2026"}))
    batch = imported(claire, content)
    row = batch.rows.get()
    assert (row.outcome, row.result, row.matches[0]["ends"]) == ("doubt", "skipped", "02/09/2026")
    assert Orientation.objects.count() == 1
    with pytest.raises(Exception, match="créée une seconde fois"):
        decide(row=row, decision="create")
    decide(row=row, decision="attach", chosen=Person.objects.get().pk)
    batch.refresh_from_db()
    assert batch.status == "partial"
    run(batch, TakeOverJobKind.IMPORT)
    assert list(Orientation.objects.order_by("start").values_list("kind", "end")) == [
        ("sociale", date(2026, 11, 9)), ("pro", None),
    ]  # fmt: skip
    undone(batch)
    assert Orientation.objects.get().end is None


# peers.md §3.7 and T8: an identifier alone is certain; the rest is asked.
@pytest.mark.parametrize(
    ("known", "said", "outcome"),
    [
        ({}, {}, "doubt"),
        ({"birth_date": date(1986, 4, 13)}, {}, "doubt"),
        ({"birth_date": date(1971, 1, 1)}, {}, "create"),
        ({"first_names": "Yann"}, {"naissance": "03/09/1984"}, "create"),
        ({"birth_name": "Autre"}, {"tel": "0639980001"}, "doubt"),
        ({"birth_name": "Autre", "first_names": "Léa"}, {"tel": "0639980001", "naissance": ""}, "create"),
    ],
)
def test_names_and_shared_phones_are_never_enough(
    claire: User, known: dict, said: dict, outcome: str
) -> None:
    MembershipFactory(
        person=PersonFactory(**{
            "birth_name": "Le Goff", "first_names": "Anne", "birth_date": date(1986, 4, 12),
            "phone": "+33639980001", **known,
        })
    )  # fmt: skip
    values = {**ANNE, "nir": "", "tel": "", "mail": "", **said}
    assert outcomes(checked(claire, csv_file(line(**values)))) == [outcome]


def test_two_persons_of_one_household_are_never_merged(claire: User) -> None:
    """Twins by name and day of birth, one CAF number, one phone, one e-mail (RI#1881)."""
    twins = [
        line(**{**ANNE, "prenom": first, "nir": nir(2, 86, 4, rank), "iodas": f"T{rank}"})
        for first, rank in (("Anne", 1), ("Anna", 2))
    ]
    batch = imported(claire, csv_file(*twins))
    assert results(batch) == ["created", "created"]
    assert Household.objects.count() == 1
    assert outcomes(checked(claire, csv_file(*twins))) == ["unchanged", "unchanged"]


def test_a_new_member_joins_the_household_of_a_known_caf_number(claire: User) -> None:
    imported(claire, csv_file(line(**ANNE)))
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN)))
    assert results(batch) == ["unchanged", "created"]
    assert Household.objects.get().memberships.count() == 2
    undone(batch)
    assert results(batch) == ["unchanged", "undone"]
    assert Household.objects.get().memberships.count() == 1
    assert Person.objects.count() == 1


def test_a_row_the_database_refuses_leaves_the_others(claire: User) -> None:
    """The number Paul's household would get is taken: he alone is refused."""
    HouseholdFactory(number="M-2026-00002")
    batch = imported(claire, csv_file(line(**ANNE), line(**YANN), line(**PAUL)))
    assert results(batch) == ["created", "created", "refused"]
    paul = batch.rows.get(result="refused")
    assert (paul.person, paul.household, paul.written) == (None, None, {})
    assert [row.person.orientations.count() for row in batch.rows.exclude(pk=paul.pk)] == [1, 1]
    undone(batch)
    assert results(batch) == ["undone", "undone", "refused"]
    assert not Orientation.objects.exists()


def test_an_agent_attaches_a_known_person(claire: User) -> None:
    member = MembershipFactory(
        person=PersonFactory(birth_name="Le Goff", first_names="Anne", birth_date=date(1986, 4, 12)),
        household=HouseholdFactory(),
    )
    batch = checked(claire, csv_file(line(**ANNE)))
    assert attach_exact(batch=batch, by=claire) == 1
    run(batch, TakeOverJobKind.IMPORT)
    assert results(batch) == ["attached"]
    assert Orientation.objects.get().household == member.household
    assert outcomes(checked(claire, csv_file(line(**ANNE)))) == ["unchanged"]
    undone(batch)
    assert Person.objects.get() == member.person
    assert not Orientation.objects.exists()
    assert not DepartmentIdentity.objects.exists()


def test_other_structures_are_left_aside_unless_the_person_is_ours(claire: User) -> None:
    imported(claire, csv_file(line(**{**ANNE, "courrier": "02/09/2026"})))
    gone = {
        **ANNE,
        "structure": "Mission locale",
        "courrier": "16/11/2026",
        "orientation": "pro",
        "referent": "Dupont",
    }
    batch = imported(claire, csv_file(line(**gone), line(**{**PAUL, "structure": "France Travail"})))
    assert outcomes(batch) == ["doubt", "aside"]
    assert Person.objects.count() == 1


def test_contradictions_of_identifiers_are_refused_or_asked(claire: User) -> None:
    imported(claire, csv_file(line(**ANNE), line(**PAUL)))
    other_nir, two_persons = {**ANNE, "nir": nir(2, 86, 4, 99)}, {**ANNE, "iodas": "I-90", "caf": ""}
    batch = checked(claire, csv_file(line(**other_nir), line(**two_persons)))
    assert outcomes(batch) == ["refused", "refused"]
    said = refusals(batch)
    assert "le NIR n’est pas celui de la personne connue" in said[2][0][1]
    assert "deux personnes différentes" in said[3][0][1]
    someone_else = {**PAUL, "prenom": "Sophie", "nir": "", "naissance": "05/06/1999"}
    batch = checked(claire, csv_file(line(**someone_else)))
    assert outcomes(batch) == ["doubt"]
    assert not batch.rows.get().matches[0]["sure"]


def test_the_nir_is_nowhere(claire: User, login) -> None:
    number = ANNE["nir"]
    batch = imported(
        claire, csv_file(line(**ANNE), line(**{**PAUL, "tel": number}), line(**{**YANN, "nir": number}))
    )
    kept = [str(row.__dict__) for row in batch.rows.all()] + [str(OrientationImport.objects.values())]
    kept += [str(DepartmentIdentity.objects.values()), str(AccessLog.objects.values())]
    assert not any(number in text or number[:13] in text for text in kept)
    assert "elle n’est ni lue ni gardée" in str([messages(row) for row in batch.rows.all()])


def test_protected_files_do_not_exist_for_who_is_not_named(claire: User, mehdi: User) -> None:
    imported(claire, csv_file(line(**ANNE)))
    protect(Household.objects.get(), by=claire)
    content = csv_file(line(**{**ANNE, "tel": "0639980077"}), line(**YANN))
    batch = checked(mehdi, content)
    assert outcomes(batch) == ["refused", "refused"]
    assert {said for row in refusals(batch).values() for _column, said in row} == {
        "cette ligne ne peut pas être traitée ici\u00a0: signalez-la à la direction."
    }
    assert outcomes(checked(claire, content)) == ["update", "create"]


def test_a_running_orientation_typed_by_hand_is_recognised(claire: User) -> None:
    imported(claire, csv_file(line(**ANNE)))
    Orientation.objects.update(structure="CIAS", comment="")
    assert outcomes(checked(claire, csv_file(line(**ANNE)))) == ["unchanged"]
