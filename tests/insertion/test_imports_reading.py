"""I1: broken files, explained row by row, and what cells say."""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from cias.accounts.models import User
from cias.core import nir as numbers
from cias.core.grids import Grid, GridRow
from households.takeover.mapping import cut, from_json
from insertion.imports import cells, services
from insertion.imports.targets import check, propose, read_word
from insertion.models import OrientationMapping
from tests.insertion.department_files import (
    FIELDS,
    HEADER,
    checked,
    csv_file,
    line,
    messages,
    nir,
    outcomes,
    received,
    refusals,
)

TODAY = date(2026, 11, 24)
ANNE = {"nom": "Le Goff", "prenom": "Anne", "naissance": "12/04/1986", "iodas": "I-77"}
files = pytest.mark.usefixtures("tuesday", "territory", "media", "silent_bell")


def workbook(*lines: list[object], merge: str = "", header: tuple[str, ...] = HEADER) -> bytes:
    book = Workbook()
    for row in (list(header), *lines):
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def column(field: str) -> str:
    return chr(65 + FIELDS.index(field))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1234567", "1234567"), ("0012345", "12345"), ("12 34 567", "1234567"), ("123456700", "1234567"),
        ("0000000", "0"), ("28A123", None), ("1,23E+06", None), ("1234567A", "1234567A"),
    ],
)  # fmt: skip
def test_caf_numbers_are_read_as_their_owners_write_them(text: str, said: str | None) -> None:
    if said is None:
        with pytest.raises(ValueError, match=r"allocataire|arrondi"):
            cells.read_caf_number(text)
    else:
        assert cells.read_caf_number(text) == said


def test_a_nir_is_read_with_or_without_its_key_and_never_repeated() -> None:
    number = nir()
    assert cells.read_nir(number) == cells.read_nir(number[:13]) == number[:13]
    assert cells.read_nir("2 86 04 2A 085 055 " + f"{numbers.key('286042A085055'):02d}") == "286042A085055"
    wrong = f"{number[:13]}{(int(number[13:]) + 1) % 97:02d}"
    for text, said in ((wrong, "clé ne correspond pas"), ("12345", "13 caractères"), ("2,86E+14", "arrondi")):
        with pytest.raises(ValueError, match=said) as error:
            cells.read_nir(text)
        assert text not in str(error.value)


@pytest.mark.parametrize(
    ("title", "birth", "said"),
    [
        ("mme", date(1986, 4, 12), ""), ("m", None, "d’une femme"), ("mme", date(1987, 4, 12), "année"),
        ("", date(1986, 5, 12), "mois"), ("", None, ""),
    ],
)  # fmt: skip
def test_a_nir_is_compared_with_the_row(title: str, birth: date | None, said: str) -> None:
    assert said in cells.nir_contradiction(nir()[:13], title=title, birth=birth)


def test_numbers_are_hidden_wherever_they_stand() -> None:
    for text in (nir(), nir()[:13], numbers.spaced(nir()), f"voir {nir()}, merci"):
        assert numbers.HIDDEN in numbers.hide(text)
        assert nir()[3:10] not in numbers.hide(text)
    for text in ("06 39 98 00 01", "+33639980001", "28000 CHARTRES", "12/04/1986", "1234567"):
        assert numbers.hide(text) == text


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("N° Allocataire", "caf_number"), ("MATRICULE", "caf_number"), ("n° d'allocataire", "caf_number"),
        ("Nom bénéficiaire", "birth_name"), ("PRENOM RESPONSABLE DOSSIER", "first_names"), ("CP Ville", "city"),
        ("ID IODAS", "internal_id"), ("Numéro de sécurité sociale", "nir"), ("ID pôle Emploi", "france_travail_id"),
        ("DECISION ORIENTATION", "kind"), ("Date envoie du courrier", "notified_on"), ("ROLE PERSONNE", "role"),
        ("Chargé d'orientation", "referent"), ("NUMERO DEMANDE RSA", "rsa_number"), ("Heure du rdv", ""),
        ("DATE DEBUT DROITS - DEVOIRS", "rsa_since"), ("ADRESSE ELECTRONIQUE DOSSIER", "email"), ("Délai CER", ""),
    ],
)  # fmt: skip
def test_headers_of_real_files_are_recognised(header: str, target: str, db: None) -> None:
    grid = Grid("x.csv", "", [GridRow(1, [header, "Autre chose"]), GridRow(2, ["a", "b"])])
    assert propose(cut(grid).columns)[0].target == target


@pytest.mark.parametrize(
    ("field", "word", "value"),
    [
        ("kind", "SOCIAL", "sociale"), ("kind", "Emploi", "pro"), ("kind", "Socio-Pro", "socio_pro"),
        ("kind", "Parcours X", None), ("role", "DEM", "applicant"), ("role", "CONJOINT(E)", "partner"),
        ("role", "Pacsée", "partner"), ("title", "MME", "mme"), ("title", "M.", "m"),
        ("structure", "Mission Locale", "other"), ("structure", "CCAS", "ours"), ("structure", "Asso Y", None),
    ],
)  # fmt: skip
def test_words_of_real_files_are_recognised(field: str, word: str, value: str | None) -> None:
    assert read_word(field, word, {}) == value


@files
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "where", "said"),
    [
        ({"nom": ""}, "Nom bénéficiaire", "le nom manque"),
        ({"prenom": ""}, "Prénom bénéficiaire", "le prénom manque"),
        ({"prenom": "Ann3"}, "Prénom bénéficiaire", "contient des chiffres"),
        ({"naissance": "31/02/1990"}, "Date de Naissance", "n’existe pas|date"),
        ({"naissance": "12/04/2031"}, "Date de Naissance", "dans l’avenir"),
        ({"naissance": "12/04/1906"}, "Date de Naissance", "pas une date de naissance possible"),
        ({"nir": "286042808505500"}, "NIR", "clé ne correspond pas"),
        ({"nir": nir(1)}, "NIR", "d’un homme"),
        ({"orientation": ""}, "DECISION ORIENTATION", "orientation décidée manque"),
        ({"orientation": "Parcours X"}, "DECISION ORIENTATION", "dites ce que veut dire"),
        ({"courrier": ""}, "Date envoie du courrier", "date de notification manque"),
        ({"courrier": "02/12/2026"}, "Date envoie du courrier", "dans l’avenir"),
        ({"courrier": "02/11/1975"}, "Date envoie du courrier", "trop ancien"),
        ({"structure": "Association Y"}, "Structure", "dites ce que veut dire"),
        ({"nom": "=CONCATENER(A1;B1)"}, "Nom bénéficiaire", "une formule et non son résultat"),
        ({"nom": "#REF!"}, "Nom bénéficiaire", "erreur du tableur"),
        ({"nom": "LÃ©onard"}, "Nom bénéficiaire", "accents sont illisibles"),
        ({"iodas": "1,2E+12"}, "ID IODAS", "arrondi ce numéro"),
    ],
)
def test_each_broken_row_says_its_column_and_why(claire: User, values: dict, where: str, said: str) -> None:
    batch = checked(
        claire, csv_file(line(**{**ANNE, "civilite": "Mme", **values}), line(**{**ANNE, "iodas": "Z"}))
    )
    row = batch.rows.get(number=2)
    assert row.outcome == "refused"
    assert [issue["column"] for issue in row.refusals] == [where]
    assert re.search(said, row.refusals[0]["message"]), row.refusals
    assert batch.rows.get(number=3).outcome != "refused"


@files
@pytest.mark.django_db
def test_remarks_leave_a_value_out_and_import_the_rest(claire: User) -> None:
    values = {
        "mail": "sans arobase",
        "tel": "12",
        "referent": "Personne",
        "ville": "28000 CHARTRES",
        "role": "Tuteur",
    }
    batch = checked(claire, csv_file(line(**{**ANNE, **values})))
    row = batch.rows.get()
    assert row.outcome == "create"
    assert {issue["column"] for issue in row.issues} == {
        "mails",
        "téléphones",
        "Chargé d'orientation",
        "Rôle",
    }
    assert batch.unknown_values == {"role": {"Tuteur": 1}}


@files
@pytest.mark.django_db
def test_windows_files_and_dates_counted_in_days_are_read(claire: User) -> None:
    lines = [line(**{**ANNE, "nom": "Lefèvre", "naissance": "31514", "courrier": "46328"})]
    batch = checked(claire, csv_file(*lines, encoding="cp1252"))
    data = batch.rows.get().data
    assert batch.layout["said"].endswith("Windows-1252")
    assert (data["persons"][0]["birth_name"], data["persons"][0]["birth_date"]) == ("Lefèvre", "1986-04-12")
    assert data["orientation"]["notified_on"] == "2026-11-02"


@files
@pytest.mark.django_db
def test_a_merged_cell_gives_nobody_the_name_of_another(claire: User) -> None:
    both = [line(**{**ANNE, "iodas": "A1", "tags": "T"}), line(**{**ANNE, "iodas": "A2", "prenom": "Yann"})]
    name = column("nom")
    batch = checked(claire, workbook(*both, merge=f"{name}2:{name}3"), "orientations.xlsx")
    assert outcomes(batch) == ["create", "refused"]
    assert refusals(batch)[3] == [
        ("Nom bénéficiaire", "cellule fusionnée avec une autre ligne\u00a0: chaque personne a la sienne.")
    ]
    tags = column("tags")
    batch = checked(claire, workbook(*both, merge=f"{tags}2:{tags}3"), "orientations.xlsx")
    assert "la valeur de la première ligne est reprise" in str(messages(batch.rows.get(number=3)))


@files
@pytest.mark.django_db
def test_a_formula_without_its_result_is_the_fault_of_its_row(claire: User) -> None:
    values: list[object] = list(line(**ANNE))
    values[FIELDS.index("nom")] = '=CONCATENATE("Le ","Goff")'
    batch = checked(claire, workbook(values, line(**{**ANNE, "iodas": "A2"})), "orientations.xlsx")
    assert outcomes(batch)[0] == "refused"
    assert "formule" in refusals(batch)[2][0][1].lower()


@files
@pytest.mark.django_db
def test_duplicate_headers_are_told_apart_and_one_is_kept(claire: User) -> None:
    header = (*HEADER, "Nom bénéficiaire")
    batch = received(claire, csv_file([*line(**ANNE), "Autre"], header=header))
    last = batch.columns[-1]
    assert (last["rank"], last["target"]) == (2, "")
    twice = [dict(column, target="birth_name") if column is last else column for column in batch.columns]
    assert check(from_json(twice)) == ["2 colonnes remplissent «\u00a0Nom\u00a0»\u00a0: gardez-en une."]


@files
@pytest.mark.django_db
def test_the_correspondence_of_a_layout_is_remembered(claire: User) -> None:
    header = ("Champ A", "Champ B", "Champ C", "Champ D")
    content = csv_file(["GOFF", "Anne", "Parcours X", "02/11/2026"], header=header)
    first = services.receive(by=claire, name="novembre.csv", content=content)
    assert [column["target"] for column in first.columns] == [""] * 4
    saved = OrientationMapping.objects.create(
        name="Le nôtre", source="Département", values={"kind": {"parcours x": "sociale"}},
        columns=[
            {"header": name, "rank": 1, "target": target, "slot": 0}
            for name, target in zip(header, ("birth_name", "first_names", "kind", "notified_on"), strict=True)
        ],
    )  # fmt: skip
    other_order = csv_file(
        ["02/11/2026", "Parcours X", "Anne", "GOFF", "?"], header=(*reversed(header), "Champ E")
    )
    batch = checked(claire, other_order, "décembre.csv")
    assert batch.options["mapping"] == saved.name
    assert batch.rows.get().outcome == "create"
    assert batch.values == {"kind": {"parcours x": "sociale"}}
