"""H17: what the cells of other tools say, whatever their spelling."""

from datetime import date

import pytest

from cias.core.grids import read_grid
from households.enums import BirthPrecision
from households.takeover import cells
from households.takeover.lists import CHOICES, read_word
from households.takeover.mapping import check, cut, propose
from households.takeover.profiles import DOMIFA, SIMPLE, domifa_header

TODAY = date(2026, 11, 24)
DAY, MONTH, YEAR, PRESUMED = (
    BirthPrecision.DAY,
    BirthPrecision.MONTH,
    BirthPrecision.YEAR,
    BirthPrecision.PRESUMED,
)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("12/04/1986", date(1986, 4, 12), DAY),
        ("12-04-86", date(1986, 4, 12), DAY),
        ("1986-04-12 00:00:00", date(1986, 4, 12), DAY),
        ("31514", date(1986, 4, 12), DAY),
        ("31514.0", date(1986, 4, 12), DAY),
        ("12 avril 1986", date(1986, 4, 12), DAY),
        ("né le 12/04/1986", date(1986, 4, 12), DAY),
        ("04/1986", date(1986, 4, 1), MONTH),
        ("XX/04/1986", date(1986, 4, 1), MONTH),
        ("00/04/1986", date(1986, 4, 1), MONTH),
        ("1980", date(1980, 1, 1), YEAR),
        ("XX/XX/1980", date(1980, 1, 1), YEAR),
        ("00/00/1980", date(1980, 1, 1), YEAR),
        ("01/01/1980 (présumée)", date(1980, 1, 1), PRESUMED),
        ("01/01/1980 ?", date(1980, 1, 1), PRESUMED),
        ("vers 1980", date(1980, 1, 1), YEAR),
    ],
)
def test_birth_dates(text, day, precision):
    birth = cells.read_birth_cell(text, today=TODAY)
    assert (birth.day, birth.precision) == (day, precision)


@pytest.mark.parametrize("text", ["31/02/1986", "12/04/2031", "hier", "99999", "1850"])
def test_birth_dates_that_are_none(text):
    with pytest.raises(ValueError):
        cells.read_birth_cell(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("06 12 34 56 78", ["+33612345678"]),
        ("612345678", ["+33612345678"]),
        ("06.12.34.56.78 / 02 37 12 00 01", ["+33612345678", "+33237120001"]),
        ("06/12/34/56/78", ["+33612345678"]),
        ("0033612345678", ["+33612345678"]),
        ("+352 621 123 456", ["+352621123456"]),
    ],
)
def test_phones(text, numbers):
    assert cells.read_phones(text) == numbers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LE  GOFF", "Le Goff"),
        ("lefèvre", "Lefèvre"),
        ("N'DIAYE-PETIT", "N’Diaye-Petit"),
        ("Le Goff", "Le Goff"),
        ("DUPONT DE LA TOUR", "Dupont de La Tour"),
        ("McDonald", "McDonald"),
    ],
)
def test_names_get_their_capitals_back(text, name):
    assert cells.read_name(text) == name


@pytest.mark.parametrize(
    ("text", "last", "first"),
    [
        ("LE GOFF Anne-Marie", "LE GOFF", "Anne-Marie"),
        ("Anne LE GOFF", "LE GOFF", "Anne"),
        ("Mme MARTIN Zoé", "MARTIN", "Zoé"),
        ("Martin, Paul", "Martin", "Paul"),
        ("Martin Paul", "Martin", "Paul"),
    ],
)
def test_names_in_one_cell(text, last, first):
    assert cells.split_full_name(text) == (last, first)


@pytest.mark.parametrize(
    ("text", "band"), [("0", "none"), ("607,75 €", "600_1000"), ("1 240", "1000_1500"), ("2500.10", "2000")]
)
def test_incomes(text, band):
    assert cells.read_income(text) == band


def table(text: str):
    return cut(read_grid("f.csv", text.encode(), most_rows=100))


class TestHeader:
    def test_it_is_found_below_titles(self):
        found = table("Liste du CCAS;;\nMise à jour 2024;;\n\nNom;Prénom;Né le\nPetit;Jean;1980\n")
        assert found.header_number == 4
        assert [row.number for row in found.rows] == [5]

    def test_headers_met_twice_and_columns_without_one(self):
        found = table("Nom;Nom;;Tél\na;b;c;d\n")
        assert [column.label for column in found.columns] == ["Nom", "Nom (2)", "Colonne C", "Tél"]
        assert [column.target for column in propose(found.columns)] == ["birth_name", "", "", "phone"]

    def test_members_in_columns(self):
        header = "Nom;Prénom;Nom du conjoint;Prénom conjoint;Prénom enfant 1;Naissance enfant 1;Nb d'enfants"
        found = propose(table(f"{header}\n{'x;' * 6}1\n").columns)
        assert [(column.target, column.slot) for column in found] == [
            ("birth_name", 0), ("first_names", 0), ("birth_name", 1), ("first_names", 1), ("first_names", 2),
            ("birth_date", 2), ("children", 0),
        ]  # fmt: skip

    def test_our_own_model_is_understood_whole(self):
        columns = propose(table(";".join(name for name, *_ in SIMPLE) + "\n" + "x;" * 30).columns)
        assert [column.target for column in columns[: len(SIMPLE)]] == [
            target for _name, target, *_ in SIMPLE
        ]
        assert check(columns) == []

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            ("Prénom;Tél", "Aucune colonne ne donne le nom"),
            ("Foyer;Nom;Prénom;Prénom enfant 1", "une ligne par personne"),
            ("Nom;Nom et prénom", "ne va pas avec un nom"),
        ],
    )
    def test_what_cannot_be_used_says_why(self, header, message):
        columns = propose(table(f"{header}\na;b;c;d\n").columns)
        assert message in " ".join(check(columns))


class TestDomifa:
    def test_its_layout_is_recognised_with_nine_members(self):
        columns = propose(table(";".join(f'"{name}"' for name in domifa_header()) + "\n" + "x;" * 72).columns)
        assert len(columns) >= 72
        assert tuple((column.target, column.slot) for column in columns[:72]) == DOMIFA
        assert (columns[71].target, columns[71].slot) == ("role", 9)
        assert check(columns) == []

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            (
                "family_type",
                "Couple avec enfant(s)|Couple sans enfant|Femme isolée avec enfant(s)|Femme isolée sans enfant|"
                "Homme isolé avec enfant(s)|Homme isolé sans enfant|COUPLE_AVEC_ENFANT|COUPLE_SANS_ENFANT|"
                "FEMME_ISOLE_AVEC_ENFANT|FEMME_ISOLE_SANS_ENFANT|HOMME_ISOLE_AVEC_ENFANT|HOMME_ISOLE_SANS_ENFANT",
            ),
            (
                "occupation",
                "Étudiant|Salarié|Indépendant|Inscrit à France Travail (ex Pôle-emploi)|RSA|"
                "Allocation aux adultes handicapés (AAH)|Retraité|Autre|ETUDIANT|SALARIE|INDEPENDANT|FRANCE_TRAVAIL|"
                "AAH|RETRAITE|AUTRE",
            ),
            (
                "housing_status",
                "Domicile mobile (ex: Caravane) / Aire des gens du voyage / habitat itinérant|Hébergement social|"
                "Hébergé chez un tiers|Hôtel|Sans abri / Squat / Bidonville|"
                "Logement avec impossibilité d'utiliser son adresse|Autre résidence|DOMICILE_MOBILE|HEBERGEMENT_SOCIAL|"
                "HEBERGEMENT_TIERS|HOTEL|SANS_ABRI|AUTRE",
            ),
            (
                "role",
                "Conjoint.e|Enfant|Parent|Autre personne à la charge du domicilié|CONJOINT|ENFANT|PARENT|AUTRE",
            ),
            ("sex", "H|F|Homme|Femme"),
        ],
    )
    def test_every_word_of_its_lists_has_a_value_of_ours(self, field, words):
        values = dict(CHOICES[field])
        for word in words.split("|"):
            assert read_word(field, word, {}) in values, word


def test_an_agent_s_choice_comes_before_ours_and_blank_words_say_nothing():
    assert read_word("family_type", "Marié(e)", {}) is None
    assert read_word("family_type", "Marié(e)", {"marie e": "couple"}) == "couple"
    assert read_word("housing_status", "HLM", {"hlm": ""}) == ""
    assert read_word("housing_status", "non renseigné", {}) == ""
