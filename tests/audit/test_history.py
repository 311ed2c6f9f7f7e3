"""The write history as agents read it (C5)."""

from datetime import date, time
from uuid import UUID

import pghistory
import pytest
from django.template.loader import render_to_string

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.history import Change, ChangeKind, changes_of, changes_where, merge
from cias.territory.models import ExceptionalClosure, OpeningHours, Weekday
from households.enums import Theme
from households.models import Address, Note
from tests.factories import AddressFactory, CommuneFactory, HouseholdFactory, NoteFactory, UserFactory

pytestmark = pytest.mark.django_db


def moved(change: Change) -> dict[str, tuple[str, str]]:
    return {field.label: (field.before, field.after) for field in change.fields}


def test_a_change_tells_who_and_shows_french_labels_and_values(claire: User, armelle: User) -> None:
    with pghistory.context(user=str(armelle.pk)):
        claire.role = Role.PSYCHOLOGIST
        claire.job_title = "Psychologue clinicienne"
        claire.is_active = False
        claire.save()
    newest, oldest = changes_of(claire)
    assert (newest.kind, newest.author, newest.subject) == (ChangeKind.UPDATED, "Armelle Colin", "compte")
    assert moved(newest) == {
        "Rôle": ("Travail social", "Psychologue"),
        "Fonction": ("", "Psychologue clinicienne"),
        "Compte actif": ("Oui", "Non"),
    }
    assert (oldest.kind, oldest.author) == (ChangeKind.CREATED, "")
    assert moved(oldest)["Nom"] == ("", "Vasseur")


def test_neither_secrets_nor_technical_fields_are_shown(claire: User) -> None:
    claire.set_password("Un nouveau mot de passe 1")
    claire.save()
    (creation,) = changes_of(claire)
    assert not {"Password", "Id", "Créé le"} & moved(creation).keys()


def test_a_deleted_row_keeps_its_history() -> None:
    closure = ExceptionalClosure.objects.create(
        first_day=date(2026, 12, 24), last_day=date(2026, 12, 24), label="Pont"
    )
    closure.delete()
    newest, _creation = changes_where(ExceptionalClosure, label="Pont")
    assert newest.kind == ChangeKind.DELETED
    assert moved(newest)["Du"] == ("24/12/2026", "")


def test_related_rows_and_lists_are_named() -> None:
    luce = CommuneFactory(luce=True)
    household = HouseholdFactory()
    address = AddressFactory(household=household)
    note = NoteFactory(household=household, themes=[Theme.values[0], Theme.values[1]])
    address.commune = luce
    address.save()
    newest, _creation = changes_where(Address, household=household)
    assert moved(newest) == {"Commune": ("Chartres", "Lucé")}
    (creation,) = changes_of(note)
    assert moved(creation)["Thèmes"] == ("", f"{Theme.labels[0]}, {Theme.labels[1]}")


def test_a_related_row_that_is_gone_is_said_to_be() -> None:
    address = AddressFactory()
    event = Address.pgh_event_model.objects.get(pgh_obj=address)
    event.household_id = UUID(int=0)
    event.save()
    (creation,) = changes_of(address)
    assert moved(creation)["Ménage"] == ("", "supprimé")


def test_times_are_french() -> None:
    OpeningHours.objects.filter(weekday=Weekday.SATURDAY).delete()
    row = OpeningHours.objects.create(
        weekday=Weekday.SATURDAY, opens_at=time(9), closes_at=time(12, 30), valid_from=date(2026, 1, 1)
    )
    (creation,) = changes_of(row)
    assert moved(creation) == {
        "Jour": ("", "samedi"),
        "Ouverture": ("", "9\u00a0h"),
        "Fermeture": ("", "12\u00a0h\u00a030"),
        "À partir du": ("", "01/01/2026"),
    }


def test_several_objects_make_one_history_newest_first(claire: User, mehdi: User) -> None:
    claire.phone = "+33237000001"
    claire.save()
    changes = changes_of(claire, mehdi)
    assert moved(changes[0])["Téléphone"][1] == "02\u00a037\u00a000\u00a000\u00a001"
    assert [change.at for change in changes] == sorted((change.at for change in changes), reverse=True)
    assert len(changes) == 3
    assert len(merge(changes, changes, limit=4)) == 4


def test_a_limited_history_still_knows_what_was_before(claire: User) -> None:
    for number in range(3):
        claire.job_title = f"Fonction {number}"
        claire.save()
    (newest,) = changes_of(claire, limit=1)
    assert moved(newest) == {"Fonction": ("Fonction 1", "Fonction 2")}


def test_the_number_of_queries_does_not_grow(django_assert_num_queries) -> None:
    household = HouseholdFactory()
    notes = [NoteFactory(household=household, author=UserFactory()) for _ in range(8)]
    for note in notes:
        with pghistory.context(user=str(note.author_id)):
            note.text = "Corrigée"
            note.save()
    with django_assert_num_queries(4):  # events, authors, households, note authors
        changes = changes_where(Note, household=household)
    assert len(changes) == 16


def test_the_page_part_shows_before_and_after(claire: User) -> None:
    claire.job_title = "Référente logement"
    claire.save()
    html = render_to_string("audit/history.html", {"changes": changes_of(claire)})
    assert "Référente logement" in html
    assert "vide" in html
    assert "par un traitement automatique" in html
    assert "Aucun changement" in render_to_string("audit/history.html", {"changes": []})
