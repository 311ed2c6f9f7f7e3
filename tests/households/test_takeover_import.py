"""H17: an existing list is taken over, once, and can be taken back."""

import pytest
from django.db.models import Model

from cias.accounts.models import User
from households.enums import TakeOverJobKind, TakeOverStatus
from households.models import (
    Address,
    Assignment,
    Household,
    Membership,
    Note,
    Person,
    Situation,
    TakeOver,
    TakeOverKey,
)
from households.services import update_person
from tests.households.takeovers import checked, csv_file, imported, line, outcomes, results, run

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("territory", "media", "silent_bell"),
]

LE_GOFF = line(
    dossier="A1", ouvert="14/03/2019", civilite="Mme", nom="LE GOFF", prenom="Anne", naissance="12/04/1986",
    tel="0237120001", mail="Anne@exemple.test", adresse="3 rue des Lilas", cp="28000", commune="CHARTRES",
    logement="Locataire HLM", emploi="CDI", referent="Claire Vasseur", commentaires="Vient le mardi.",
    m1_nom="Le Goff", m1_prenom="Léo", m1_naissance="22/01/2017", m1_lien="Fils",
)  # fmt: skip
DIALLO = line(dossier="A2", nom="Diallo", prenom="Mamadou", naissance="1980", commune="Lucé", cp="28110")
PARIS = line(dossier="A3", nom="Petit", prenom="Jean", naissance="XX/XX/1955", commune="Paris", cp="75012")
FILE = csv_file(LE_GOFF, DIALLO, PARIS)
CASE_MODELS: tuple[type[Model], ...] = (
    Person, Household, Membership, Address, Situation, Assignment, Note, TakeOverKey,
)  # fmt: skip


def state() -> dict[str, list[tuple]]:
    """Every row of every file, to the letter."""
    return {model.__name__: sorted(map(str, model._default_manager.values_list())) for model in CASE_MODELS}


def test_everything_a_line_says_is_written(isabelle: User, claire: User) -> None:
    takeover = imported(isabelle, FILE)
    assert results(takeover) == [(2, "created"), (3, "created"), (4, "created")]
    assert takeover.status == TakeOverStatus.IMPORTED
    household = TakeOverKey.objects.get(identifier="A1").household
    assert (household.name, household.commune_id, str(household.opened_on)) == (
        "Le Goff",
        "28085",
        "2019-03-14",
    )
    assert household.number == "M-2019-00001"
    assert household.assignments.get().agent == claire
    anne, leo = (member.person for member in household.memberships.order_by("role"))
    assert (anne.birth_name, anne.phone, anne.email) == ("Le Goff", "+33237120001", "anne@exemple.test")
    assert anne.search_key == "le goff anne"
    assert (leo.first_names, household.memberships.get(person=leo).role) == ("Léo", "child")
    situation = household.situations.get()
    assert (situation.housing_status, situation.activity, situation.commune_id) == (
        "social_tenant", "employed", "28085",
    )  # fmt: skip
    note = household.notes.get()
    assert (note.author, note.level) == (isabelle, "team")
    assert "Vient le mardi." in note.text
    petit = Person.objects.get(birth_name="Petit")
    assert (petit.birth_precision, petit.birth_label) == ("year", "1955")
    away = petit.memberships.get().household
    assert (away.off_territory, away.commune, away.addresses.get().city) == (True, None, "Paris")


def test_the_history_says_who_and_which_batch(isabelle: User) -> None:
    takeover = imported(isabelle, FILE)
    events = Person.pgh_event_model.objects.all()  # type: ignore[attr-defined]
    assert {event.pgh_context.metadata["takeover"] for event in events} == {str(takeover.pk)}
    assert {event.pgh_context.metadata["user"] for event in events} == {str(isabelle.pk)}
    assert len(events) == Person.objects.count() == 4


def test_the_same_file_twice_changes_nothing(isabelle: User, claire: User) -> None:
    imported(isabelle, FILE)
    before = state()
    again = imported(isabelle, FILE)
    assert outcomes(again) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    assert state() == before


def test_the_same_file_without_identifiers_twice_changes_nothing(isabelle: User) -> None:
    homonym = line(nom="Diallo", prenom="Mamadou")
    content = csv_file(line(nom="Petit", prenom="Jean"), homonym, homonym)
    first = checked(isabelle, content)
    assert outcomes(first) == [(2, "create"), (3, "create"), (4, "duplicate")]
    imported(isabelle, content)
    before = state()
    again = imported(isabelle, content)
    assert results(again)[:2] == [(2, "unchanged"), (3, "unchanged")]
    assert state() == before


def test_a_batch_is_taken_back_to_the_letter(isabelle: User, claire: User) -> None:
    imported(isabelle, csv_file(line(dossier="Z", nom="Ancien", prenom="Paul")))
    before = state()
    takeover = imported(isabelle, FILE)
    assert state() != before
    assert run(takeover, TakeOverJobKind.UNDO).state == "done"
    assert state() == before
    assert takeover.status == TakeOverStatus.UNDONE
    assert {result for _number, result in results(takeover)} == {"undone"}


class TestUpdate:
    CHANGED = csv_file(
        [*LE_GOFF[:6], "06 12 34 56 78", *LE_GOFF[7:11], "Propriétaire", *LE_GOFF[12:]],
        [*DIALLO[:8], "8 place du Marché", *DIALLO[9:]],
        PARIS,
    )

    def test_only_what_changed_in_the_other_tool_is_written(self, isabelle: User, claire: User) -> None:
        imported(isabelle, FILE)
        takeover = checked(isabelle, self.CHANGED)
        assert outcomes(takeover) == [(2, "update"), (3, "update"), (4, "unchanged")]
        assert takeover.rows.get(number=2).data["changes"] == ["logement", "Anne\u00a0: téléphone"]
        run(takeover, TakeOverJobKind.IMPORT)
        household = TakeOverKey.objects.get(identifier="A1").household
        assert Person.objects.get(first_names="Anne").phone == "+33612345678"
        assert [row.housing_status for row in household.situations.all()] == ["owner", "social_tenant"]
        diallo = TakeOverKey.objects.get(identifier="A2").household
        assert diallo.addresses.order_by("-start").first().street == "8 place du Marché"

    def test_a_correction_made_here_is_kept_and_said(self, isabelle: User, claire: User) -> None:
        imported(isabelle, FILE)
        anne = Person.objects.get(first_names="Anne")
        anne.phone = "+33699999999"
        update_person(by=claire, person=anne)
        takeover = imported(isabelle, self.CHANGED)
        anne.refresh_from_db()
        assert anne.phone == "+33699999999"
        assert "la valeur corrigée ici est gardée" in str(takeover.rows.get(number=2).issues)

    def test_taken_back_it_is_as_before(self, isabelle: User, claire: User) -> None:
        imported(isabelle, FILE)
        before = state()
        takeover = imported(isabelle, self.CHANGED)
        assert state() != before
        run(takeover, TakeOverJobKind.UNDO)
        assert state() == before

    def test_what_was_used_or_changed_since_stays_whole(self, isabelle: User, claire: User) -> None:
        takeover = imported(isabelle, FILE)
        anne = Person.objects.get(first_names="Anne")
        anne.email = "autre@exemple.test"
        update_person(by=claire, person=anne)
        diallo = TakeOverKey.objects.get(identifier="A2").household
        Note.objects.create(
            household=diallo, author=claire, held_on="2026-11-24", means="office", text="Reçu."
        )
        run(takeover, TakeOverJobKind.UNDO)
        assert results(takeover) == [(2, "kept"), (3, "kept"), (4, "undone")]
        assert "personne a été modifié depuis" in str(takeover.rows.get(number=2).issues)
        assert "note d’entretien" in str(takeover.rows.get(number=3).issues)
        assert Household.objects.count() == 2
        assert not TakeOver.objects.get().can_undo


def test_one_bad_row_never_sinks_the_batch(isabelle: User, monkeypatch: pytest.MonkeyPatch) -> None:
    takeover = checked(isabelle, FILE)
    row = takeover.rows.get(number=3)
    row.data["persons"].append({**row.data["persons"][0], "role": "applicant"})
    row.save()
    run(takeover, TakeOverJobKind.IMPORT)
    assert results(takeover) == [(2, "created"), (3, "refused"), (4, "created")]
    assert "Le ménage a déjà un demandeur" in str(takeover.rows.get(number=3).issues)
    assert [household.number for household in Household.objects.order_by("number")][-1].endswith("00001")
