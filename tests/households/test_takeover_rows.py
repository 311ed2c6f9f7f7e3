"""H17: refusals, remarks, groups of lines, duplicates and what agents decide about them."""

from datetime import date

import pytest

from cias.accounts.models import User
from households.enums import Decision, TakeOverJobKind
from households.models import Household, Membership, Person, TakeOver, TakeOverKey
from households.services import PersonData, add_member, open_household
from households.takeover import services
from households.takeover.profiles import domifa_header
from tests.factories import CommuneFactory
from tests.households.takeovers import (
    checked,
    csv_file,
    imported,
    line,
    messages,
    outcomes,
    results,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territory", "media")]
YANN = line(dossier="B1", nom="Kerbrat", prenom="Yann", naissance="03/09/1988", tel="0612345678")


def issues(takeover: TakeOver, number: int = 2) -> list[tuple[str, str, bool]]:
    row = takeover.rows.get(number=number)
    return [(issue["column"], issue["message"], issue["refuses"]) for issue in row.issues]


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ({"prenom": "Anne"}, "Nom", "le nom manque"),
        ({"nom": "Le Goff", "naissance": "31/02/1986"}, "Date de naissance", "cette date n’existe pas"),
        ({"nom": "Le Goff", "naissance": "01/01/2030"}, "Date de naissance", "avenir"),
        ({"nom": "Le Goff", "ouvert": "01/01/2030"}, "Ouvert le", "avenir"),
        ({"nom": "0612345678"}, "Nom", "contient des chiffres"),
        ({"nom": "x" * 81}, "Nom", "plus de 80 caractères"),
        ({"nom": "Le Goff", "m1_nom": "Le Goff", "m1_lien": "Demandeur"}, "", ""),
    ],
)
def test_what_refuses_a_household_names_row_and_column(isabelle: User, values, column, message) -> None:
    takeover = checked(isabelle, csv_file(line(**values)))
    found = issues(takeover)
    if message:
        assert outcomes(takeover) == [(2, "refused")]
        assert [(column, True)] == [(said, refuses) for said, _text, refuses in found]
        assert message in found[0][1]
    else:
        assert outcomes(takeover) == [(2, "create")]
        assert takeover.rows.get().data["persons"][0]["first_names"] == ""


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ({"tel": "12"}, "Téléphone", "n’est pas un numéro"),
        ({"mail": "anne(at)exemple"}, "E-mail", "adresse e-mail"),
        ({"logement": "Yourte"}, "Logement", "non renseigné"),
        ({"referent": "Personne Inconnue"}, "Référent", "n’est pas un travailleur social"),
        ({"cp": "28300"}, "Commune", "le code postal ne suffit pas"),
        ({"cp": "28300", "commune": "Chartres"}, "Commune", "n’est pas celui de cette commune"),
        ({"m1_prenom": "Léo"}, "Membre 1 : nom", "celui du demandeur est repris"),
        ({"adresse": "#REF!"}, "Adresse", "erreur du tableur"),
    ],
)
def test_what_only_leaves_a_value_out_is_said(isabelle: User, values, column, message) -> None:
    takeover = checked(isabelle, csv_file(line(nom="Le Goff", **values)))
    assert outcomes(takeover) == [(2, "create")]
    [(said, text, refuses)] = issues(takeover)
    assert (said, refuses) == (column, False)
    assert message in text


def test_the_same_identifier_twice_is_refused(isabelle: User) -> None:
    takeover = checked(isabelle, csv_file(YANN, line(dossier="B1", nom="Autre")))
    assert outcomes(takeover) == [(2, "create"), (3, "refused")]
    assert "déjà celui de la ligne 2" in messages(takeover.rows.get(number=3))[0]


def test_lines_of_one_household_are_gathered(isabelle: User) -> None:
    header = ("Foyer", "Nom", "Prénom", "Né le", "Lien", "Commune")
    content = csv_file(
        ("F1", "Le Goff", "Léo", "2017", "Enfant", ""),
        ("F2", "Diallo", "Mamadou", "", "", "Lucé"),
        ("f1", "Le Goff", "Anne", "1986", "Demandeur", "Chartres"),
        ("", "Le Goff", "Zoé", "2019", "Enfant", ""),
        header=header,
    )
    takeover = imported(isabelle, content)
    assert results(takeover) == [(2, "created"), (3, "created")]
    assert takeover.rows.get(number=2).file_lines == [2, 4, 5]
    anne = Person.objects.get(first_names="Anne").memberships.get()
    assert (anne.role, anne.household.commune_id, anne.household.memberships.count()) == (
        "applicant", "28085", 3,
    )  # fmt: skip


def test_unknown_words_are_listed_once_and_answered_once(isabelle: User) -> None:
    lines = [line(nom=f"Nom{letter}", logement="Yourte") for letter in "abc"]
    takeover = checked(isabelle, csv_file(*lines))
    assert takeover.unknown_values == {"housing_status": {"Yourte": 3}}
    services.set_values(takeover=takeover, values={"housing_status": {"Yourte": "makeshift"}})
    takeover.refresh_from_db()
    run(takeover, TakeOverJobKind.CHECK)
    assert takeover.unknown_values == {}
    assert takeover.rows.first().data["situation"] == {"housing_status": "makeshift"}
    saved = services.save_mapping(takeover=takeover, name="Notre tableur")
    again = services.receive(by=isabelle, name="f.csv", content=csv_file(*lines), saved=saved)
    run(again, TakeOverJobKind.CHECK)
    assert (again.unknown_values, again.values) == ({}, takeover.values)


class TestDuplicates:
    @pytest.fixture
    def yann(self, claire: User) -> Person:
        household = open_household(
            by=claire,
            applicant=PersonData(
                birth_name="Kerbrat", first_names="Yann", birth_date=date(1988, 9, 3), phone="+33612345678"
            ),
            opened_on=date(2024, 3, 4),
            commune=CommuneFactory(luce=True),
        )
        return household.memberships.get().person

    def test_a_phone_or_a_household_alone_never_makes_one(self, isabelle: User, yann: Person) -> None:
        family = line(nom="Petit", prenom="Zoé", tel="0612345678", m1_nom="Petit", m1_prenom="Zoé")
        assert outcomes(checked(isabelle, csv_file(family))) == [(2, "create")]

    def test_a_known_person_is_proposed_with_the_reasons_and_left_aside(
        self, isabelle: User, yann: Person
    ) -> None:
        takeover = checked(isabelle, csv_file(YANN))
        assert outcomes(takeover) == [(2, "duplicate")]
        [match] = takeover.rows.get().matches
        assert match["known"] == str(yann.pk)
        assert match["reasons"] == ["même date de naissance", "même nom", "même prénom", "même téléphone"]
        run(takeover, TakeOverJobKind.IMPORT)
        assert results(takeover) == [(2, "skipped")]
        assert Person.objects.count() == 1

    def test_created_all_the_same_when_it_is_decided(self, isabelle: User, yann: Person) -> None:
        takeover = checked(isabelle, csv_file(YANN))
        services.decide(row=takeover.rows.get(), decision=Decision.CREATE)
        run(takeover, TakeOverJobKind.IMPORT)
        assert (results(takeover), Household.objects.count()) == ([(2, "created")], 2)

    def test_attached_it_completes_the_known_household(self, isabelle: User, yann: Person) -> None:
        content = csv_file(
            [*YANN[:7], "yann@exemple.test", *YANN[8:15], "Kerbrat", "Nolwenn", "2019", "Enfant"]
        )
        before = sorted(map(str, Person.objects.values_list()))
        takeover = checked(isabelle, content)
        services.decide_by_default(takeover=takeover, decision=Decision.ATTACH)
        takeover.refresh_from_db()
        run(takeover, TakeOverJobKind.IMPORT)
        assert results(takeover) == [(2, "attached")]
        yann.refresh_from_db()
        assert yann.email == "yann@exemple.test"
        household = Household.objects.get()
        assert [member.person.first_names for member in household.memberships.order_by("role")] == [
            "Yann",
            "Nolwenn",
        ]
        assert outcomes(checked(isabelle, content)) == [(2, "unchanged")]
        run(takeover, TakeOverJobKind.UNDO)
        assert sorted(map(str, Person.objects.values_list())) == before
        assert not TakeOverKey.objects.exists()

    def test_a_child_of_another_household_is_not_taken_away(
        self, isabelle: User, claire: User, yann: Person
    ) -> None:
        home = Household.objects.get()
        leo = PersonData(birth_name="Kerbrat", first_names="Léo", birth_date=date(2017, 1, 22))
        add_member(by=claire, household=home, person=leo, start=date(2024, 3, 4), role="child")
        content = csv_file(
            line(nom="Moreira", prenom="Inês", m1_nom="Kerbrat", m1_prenom="Léo", m1_naissance="22/01/2017")
        )
        takeover = checked(isabelle, content)
        services.decide(row=takeover.rows.get(), decision=Decision.ATTACH)
        run(takeover, TakeOverJobKind.IMPORT)
        assert results(takeover) == [(2, "refused")]
        assert "garde alternée" in messages(takeover.rows.get())[-1]
        assert (Household.objects.count(), Membership.objects.count()) == (1, 2)

    def test_somebody_met_higher_in_the_file(self, isabelle: User) -> None:
        second = line(dossier="B2", nom="KERBRAT", prenom="Yan", naissance="03/09/1988")
        takeover = checked(isabelle, csv_file(YANN, second))
        assert outcomes(takeover) == [(2, "create"), (3, "duplicate")]
        assert takeover.rows.get(number=3).matches[0]["line"] == 2
        services.decide(row=takeover.rows.get(number=3), decision=Decision.ATTACH)
        run(takeover, TakeOverJobKind.IMPORT)
        assert results(takeover) == [(2, "created"), (3, "attached")]
        assert (Household.objects.count(), Person.objects.count(), TakeOverKey.objects.count()) == (1, 1, 2)
        run(takeover, TakeOverJobKind.UNDO)
        assert (Household.objects.count(), Person.objects.count(), TakeOverKey.objects.count()) == (0, 0, 0)


SYLLABLES = ("ba", "co", "di", "fu", "ga", "lé", "mi", "no", "pu", "ra", "sé", "ti", "vo")
FIRST_NAMES = ("Anne", "Karim", "Zoé", "Paul", "Inès", "Hugo", "Lina", "Omar", "Jade", "Noé", "Rose")


def domifa_line(rank: int) -> list[str]:
    """One file as DomiFa exports it, with up to nine ayants droit."""
    name = f"{SYLLABLES[rank % 13]}{SYLLABLES[rank // 13 % 13]}{SYLLABLES[rank // 169]}rd"
    members = [
        cell
        for member in range(rank % 10)
        for cell in (
            name.capitalize(),
            FIRST_NAMES[member],
            f"{1 + (rank + 3 * member) % 28:02}/{1 + member:02}/{2000 + rank % 23}",
            "ENFANT",
        )
    ]
    return [
        f"{rank}b", "HF"[rank % 2], name.upper(), FIRST_NAMES[rank % 11], "",
        f"{1 + rank % 28:02}/06/{1950 + rank % 43}", "Paris",
        f"06020304{rank % 100:02}", "", "VALIDE", "", "", "PREMIERE",
        "10/03/2019", "10/03/2020", "10/03/2019", "18/12/2020", "NON", "", "NON", "RSA", "", "OUI", "RSA", "SOCIAL",
        "suivi social", "FEMME_ISOLE_AVEC_ENFANT", "SANS_ABRI", "", "ERRANCE", "", "EXERCICE_DROITS", "", "OUI",
        "CCAS", "À revoir", *members,
    ]  # fmt: skip


def test_three_hundred_files_of_domifa(isabelle: User) -> None:
    content = csv_file(*(domifa_line(rank) for rank in range(300)), header=domifa_header())
    takeover = imported(isabelle, content, name="export-domifa.csv")
    assert takeover.source == "DomiFa"
    assert takeover.unknown_values == {}
    assert {issue["message"] for row in takeover.rows.all() for issue in row.issues} == set()
    created = takeover.rows.filter(result="created").count()
    duplicates = takeover.rows.filter(result="skipped").count()
    assert created + duplicates == 300
    assert created > 250
    household = TakeOverKey.objects.get(identifier="9b").household
    assert household.memberships.count() == 10
    assert str(household.opened_on) == "2019-03-10"
    situation = household.situations.get()
    assert (situation.family_type, situation.housing_status, situation.main_resource, situation.activity) == (
        "lone_parent", "homeless", "rsa", "",
    )  # fmt: skip
    note = household.notes.get().text
    assert "Lien avec la commune\u00a0: SOCIAL" in note
    assert "Statut domiciliation\u00a0: VALIDE" in note
    numbers = sorted(Household.objects.values_list("number", flat=True))
    assert numbers[-1] == f"M-2019-{created:05d}"
