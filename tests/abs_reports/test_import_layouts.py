"""S2: each file a director downloads, built small from its real column names; levels and vintages stay apart."""

import io
from decimal import Decimal

import pytest

from abs_reports.enums import Layout, Level, Missing
from abs_reports.importing import FileError, import_file, import_indicators
from abs_reports.importing.layouts import recognise
from abs_reports.importing.places import Places, level_in_name, unread_level_in_name
from abs_reports.models import Dataset, Indicator, IndicatorValue
from tests.abs_reports.conftest import FILOSOFI

pytestmark = pytest.mark.usefixtures("territory")

# Variables of the "dossier complet" by theme, as its header has them; some are not in the catalogue.
DOSSIER_THEMES = """
POP POP0014 POP1529 POP3044 POP4559 POP6074 POP7589 POP90P POPH H0014 H0019 H2064 H65P POPF F0014 F65P POP01P
POP01P_IRAN1 POP1519 POP2024 POP2539 POP4054 POP5564 POP6579 POP80P POPMEN80P POP80P_PSEUL POP80P_COUPLE
POP0205 POP0610 POP1114 POP1517 POP1824 SCOL0205 SCOL1824 NSCOL15P NSCOL15P_DIPLMIN NSCOL15P_SUP5 LOG RP
RSECOCC LOGVAC MAISON APPART RP_1P RP_5PP NBPI_RP RP_PROP RP_LOC RP_LOCHLMV RP_GRAT RP_ACHTOT RP_VOIT1P MEN
MEN_ANEM0002 POP1564 ACT1564 ACTOCC1564 CHOM1564 HCHOM1564 FCHOM1564 INACT1564 ETUD1564 RETR1564 EMPLT
EMPLT_SAL SAL15P SAL15P_CDD ACTOCC15P_ILT1
"""
DOSSIER_FULL = """
MEN MENPSEUL MENHSEUL MENFSEUL MENFAM MENFAMMONO FAM COUPAENF FAMMONO NE24F3 NE24F4P
"""


def dossier(codes: list[str], *, width: int = 500) -> bytes:
    """The header of the whole "dossier complet" and one row a code; every cell is "1.5"."""
    header = ["CODGEO"]
    for year in ("22", "16", "11"):
        header += [f"P{year}_{name}" for name in DOSSIER_THEMES.split()]
        header += [f"C{year}_{name}" for name in DOSSIER_FULL.split()]
    header += [
        "P22_RP_ACH1919",
        "P16_RP_ACH19",
        "C22_RP_SUROCC_MOD",
        "NAISD24",
        "MED21",
        "TP6021",
        "BPE_2024_D265",
    ]
    header += [f"C22_POP15P_STAT_GSEC{number}" for number in range(width - len(header))]
    return (
        "\n".join(";".join([code] + ["1.5"] * (len(header) - 1)) for code in ("CODGEO", *codes))
        .replace(";".join(["CODGEO"] + ["1.5"] * (len(header) - 1)), ";".join(header))
        .encode()
    )


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def values(indicator: str, year: int, level: Level = Level.COMMUNE) -> dict[str, Decimal | str]:
    """Place code → number, or the reason why there is none."""
    rows = IndicatorValue.objects.filter(indicator=indicator, year=year, level=level)
    return {row.territory_code: row.missing if row.value is None else row.value for row in rows}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(FileError) as caught:
        import_indicators(name=name, content=content)
    return caught.value.messages[0].replace("\u00a0", " ")


class TestDossierComplet:
    def test_the_whole_file_is_a_dataset_of_its_own(self) -> None:
        report = import_indicators(name="dossier_complet.csv", content=dossier(["28085", "75056", "2A004"]))
        assert (report.source.layout, report.source.vintage) == (Layout.DOSSIER, 2022)
        assert report.levels == {"COM": 1}
        assert values("NSCOL15P_DIPLMIN", 2016) == {"28085": Decimal("1.5")}
        assert values("BPE_D265", 2024) == {"28085": Decimal("1.5")}
        assert "P22_POP01P_IRAN1" in report.unknown_columns

    def test_one_thing_of_two_censuses_is_one_indicator(self) -> None:
        import_indicators(name="dossier_complet.csv", content=dossier(["28085"]))
        years = IndicatorValue.objects.filter(indicator="RP_ACH1919").values_list("year", flat=True)
        assert sorted(years) == [2016, 2022]

    def test_it_is_known_by_its_width_under_another_name(self) -> None:
        header = dossier([]).decode().split(";")[1:]
        assert recognise(header, "telechargement.csv").layout == Layout.DOSSIER

    def test_a_bad_cell_in_a_row_far_from_here(self) -> None:
        content = dossier(["28085", "75056"]).decode()
        head, ours, theirs = content.split("\n")
        cells = theirs.split(";")
        cells[head.split(";").index("P22_LOGVAC")] = "douze"
        message = refusal("dossier_complet.csv", "\n".join([head, ours, ";".join(cells)]).encode())
        assert "ligne 3 (75056), colonne P22_LOGVAC : « douze » n’est pas un nombre." in message
        assert not IndicatorValue.objects.exists()


class TestBasesByTheme:
    DWELLINGS = ("CODGEO;P22_LOG;P22_RP;P22_LOGVAC;C22_RP_NORME", "28085;21000;19000;1800;9000")
    FAMILIES = ("CODGEO;C22_MEN;C22_FAM;C22_FAMMONO;C22_NE24F3", "28085;18900;9000;1700;650")

    def test_one_theme_does_not_erase_another(self) -> None:
        import_indicators(name="base-cc-logement-2022.CSV", content=table(*self.DWELLINGS))
        report = import_indicators(name="base-cc-coupl-fam-men-2022.CSV", content=table(*self.FAMILIES))
        assert report.source.title == "Recensement de la population\u00a0: couples, familles, ménages"
        assert set(Dataset.objects.values_list("code", flat=True)) == {
            "insee-census-logement-2022",
            "insee-census-familles-2022",
        }
        assert values("LOGVAC", 2022) == {"28085": 1800}
        assert values("C_NE24F3", 2022) == {"28085": 650}

    def test_it_wins_over_the_digest(self, comparator) -> None:
        import_indicators(name="base-cc-logement-2022.CSV", content=table(*self.DWELLINGS))
        assert IndicatorValue.objects.best()["LOGVAC", 2022, "28085"].value == 1800

    def test_the_bases_by_neighbourhood_are_refused(self) -> None:
        message = refusal("base-ic-logement-2022.CSV", table("IRIS;COM;P22_LOG", "280850101;28085;12"))
        assert "quartiers (IRIS)" in message


class TestLevelsOfFilosofi:
    HEADER = "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021"

    def level(self, name: str, *rows: str) -> dict[str, int]:
        return import_indicators(name=name, content=table(self.HEADER, *rows)).levels

    def test_each_level_is_kept_beside_the_others(self, public_data) -> None:
        before = values("TP60", 2021)
        assert self.level(
            "cc_filosofi_2021_EPCI.csv", "200033181;57000;136000;24100;11,2", "200046977;1;1;1;1"
        ) == {"EPCI": 1}
        assert self.level("cc_filosofi_2021_DEP.csv", "28;180000;430000;23000;12.1", "2A;1;1;1;1") == {
            "DEP": 1
        }
        assert self.level("cc_filosofi_2021_REG.csv", "24;1;1;22800;13.4", "28;1;1;1;1") == {"REG": 1}
        assert self.level("cc_filosofi_2021_METRO.csv", "M;1;1;23160;14.9") == {"FRANCE": 1}
        assert values("TP60", 2021) == before
        assert values("TP60", 2021, Level.EPCI) == {"200033181": Decimal("11.2")}
        assert values("TP60", 2021, Level.DEPARTMENT) == {"28": Decimal("12.1")}
        assert values("TP60", 2021, Level.REGION) == {"24": Decimal("13.4")}
        assert values("TP60", 2021, Level.COUNTRY) == {"FM": Decimal("14.9")}
        assert Dataset.objects.filter(layout=Layout.FILOSOFI).count() == 1

    def test_a_level_imported_again_is_replaced_alone(self, public_data) -> None:
        self.level("cc_filosofi_2021_EPCI.csv", "200033181;57000;136000;24100;11,2")
        import_indicators(name=FILOSOFI.name, content=FILOSOFI.read_bytes())
        assert values("MED", 2021, Level.EPCI) == {"200033181": 24_100}
        self.level("cc_filosofi_2021_EPCI.csv", "200033181;57000;136000;24200;s")
        assert values("MED", 2021, Level.EPCI) == {"200033181": 24_200}
        assert values("TP60", 2021, Level.EPCI) == {"200033181": Missing.SECRET}

    def test_the_vintage_keeps_years_apart_and_warns_of_the_break(self, public_data) -> None:
        content = table("CODGEO;NBPERSMENFISC23;MED23;TP6023", "28085;1;24000;17,1")
        report = import_indicators(name="cc_filosofi_2023_COM.csv", content=content)
        assert any("Rupture de série" in line for line in report.lines())
        assert values("MED", 2021)["28085"] == 22_770
        assert values("MED", 2023) == {"28085": 24_000}

    def test_the_codes_of_all_regions_tell_without_a_name(self) -> None:
        regions = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
        assert self.level("fichier.csv", *(f"{code};1;1;{code}000;1" for code in regions)) == {"REG": 1}
        assert values("MED", 2021, Level.REGION) == {"24": 24_000}

    def test_two_codes_that_tell_nothing_are_asked_about(self) -> None:
        content = table(self.HEADER, "28;1;1;23000;1", "24;1;1;22000;1")
        assert "départements ou de régions" in refusal("fichier.csv", content)
        import_file(name="fichier.csv", file=io.BytesIO(content), level=Level.DEPARTMENT)
        assert values("MED", 2021, Level.DEPARTMENT) == {"28": 23_000}

    def test_a_file_without_our_epci_is_refused(self) -> None:
        message = refusal("cc_filosofi_2021_EPCI.csv", table(self.HEADER, "200046977;1;1;1;1"))
        assert "l’intercommunalité 200033181 n’y figure pas" in message

    @pytest.mark.parametrize(
        ("name", "level"),
        [
            ("cc_filosofi_2021_COM.csv", Level.COMMUNE),
            ("cc_filosofi_2021_METRO.csv", Level.COUNTRY),
            ("base_cc_comparateur_chartres_metropole.csv", None),
            ("DS_COM_DEP.csv", None),
        ],
    )
    def test_what_a_name_tells(self, name: str, level: Level | None) -> None:
        assert level_in_name(name) == level

    def test_levels_we_do_not_read(self) -> None:
        assert unread_level_in_name("cc_filosofi_2021_BV2022.csv")
        assert unread_level_in_name("cc_filosofi_2021_ARR.csv")
        assert not unread_level_in_name("cc_filosofi_2021_COM.csv")


class TestFormerCommunes:
    def test_counts_are_added_up_and_the_rest_is_unknown(self) -> None:
        content = table(
            "CODGEO;NBMENFISC15;NBPERSMENFISC15;MED15", "28254;180;480;25000", "28402;130;350;24000"
        )
        report = import_indicators(name="cc_filosofi_2015_COM.csv", content=content)
        assert values("NBMENFISC", 2015) == {"28254": 310}
        assert values("MED", 2015) == {"28254": Missing.NOT_AVAILABLE}
        assert report.former_codes == ("28402 (réunie à 28254, Mittainvilliers-Vérigny)",)
        assert any("28402" in line for line in report.lines())

    def test_a_part_alone_is_not_the_commune(self) -> None:
        content = table("CODGEO;P11_POP", "28297;210", "28085;38000")
        report = import_indicators(name="base-cc-evol-struct-pop-2011.csv", content=content)
        assert values("POP", 2011) == {"28085": 38_000}
        assert "Theuville" in report.absent_communes


class TestCaf:
    CODES = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indmtt_ndur;indfoy_rsa;indfoy_pn"
    LABELS = (
        "Date référence;Numéro commune;Nom commune;Nombre foyers NDUR;Nombre personnes NDUR;Montant total NDUR;"
        "Nombre foyers RSA;Nombre foyers PN"
    )
    ROWS = (
        "2024-12;28085;CHARTRES;8325;19950;3650000;1195;5",
        "2023-12;28085;CHARTRES;8200;19500;3500000;1210;5",
        "2024-11;28085;CHARTRES;1;1;1;1;1",
        "2024-12;;;105;215;40000;20;0",
        "2024-12;28006;AMILLY;75;260;21500;s;0",
        "2024-12;75056;PARIS;1;1;1;1;1",
    )

    @pytest.mark.parametrize("header", [CODES, LABELS])
    def test_december_of_each_year_whatever_the_names_of_columns(self, header: str) -> None:
        report = import_indicators(name="s_ben_com_f.csv", content=table(header, *self.ROWS))
        assert (report.source.layout, report.source.vintage) == (Layout.CAF, 2024)
        assert values("CAF_FOY_RSA", 2024)["28085"] == 1195
        assert values("CAF_FOY_RSA", 2023) == {"28085": 1210}
        assert values("CAF_MTT_NDUR", 2024)["28085"] == 3_650_000
        lines = " ".join(report.lines()).replace("\u00a0", " ")
        assert "1 ligne d’autres mois" in lines
        assert "1 ligne sans commune" in lines
        assert report.unknown_columns == (header.split(";")[-1],)

    def test_secrets_are_no_zeros(self) -> None:
        import_indicators(name="s_ben_com_f.csv", content=table(self.CODES, *self.ROWS))
        assert values("CAF_FOY_RSA", 2024)["28006"] == Missing.SECRET

    def test_its_counts_never_sum(self) -> None:
        assert not Indicator.objects.filter(code__startswith="CAF_", summable=True).exists()

    def test_epci_and_departement_keep_the_communes(self) -> None:
        import_indicators(name="s_ben_com_f.csv", content=table(self.CODES, *self.ROWS))
        epci = table(
            "dtreffre;numepci;nomepci;indfoy_rsa;indfoy_aah", "2024-12;200033181;CHARTRES METROPOLE;2610;1900"
        )
        assert import_indicators(name="s_ben_epci_f.csv", content=epci).levels == {"EPCI": 1}
        departement = table(
            "dtreffre;numregi;nomregi;numdep;nomdep;indfoy_rsa;indben_aah",
            "2024-12;24;CENTRE;28;EURE-ET-LOIR;7400;6800",
            "2024-12;24;CENTRE;45;LOIRET;1;1",
        )
        assert import_indicators(name="s_ben_dep.csv", content=departement).levels == {"DEP": 1}
        assert values("CAF_FOY_RSA", 2024)["28085"] == 1195
        assert values("CAF_FOY_RSA", 2024, Level.EPCI) == {"200033181": 2610}
        assert values("CAF_BEN_AAH", 2024, Level.DEPARTMENT) == {"28": 6800}

    def test_a_file_broken_down_further_is_refused(self) -> None:
        content = table(
            "dtreffre;numcomdo;nomcom;rsa_type;indfoy_rsa",
            "2024-12;28085;CHARTRES;RSA majoré;140",
            "2024-12;28085;CHARTRES;RSA non majoré;1055",
        )
        assert "détaillés par rsa_type" in refusal("rsa_s_type_com_f.csv", content)

    def test_a_repeated_place_keeps_its_fuller_row(self) -> None:
        content = table(
            "dtreffre;numepci;nomepci;indfoy_rsa", "2024-12;200033181;X;1", "2024-12;200033181;X;2610"
        )
        report = import_indicators(name="s_ben_epci_f.csv", content=content)
        assert values("CAF_FOY_RSA", 2024, Level.EPCI) == {"200033181": 2610}
        assert any("en double" in line for line in report.lines())


class TestMelodi:
    FILOSOFI = (
        "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;UNIT_MULT;CONF_STATUS;OBS_STATUS;TIME_PERIOD;OBS_VALUE"
    )

    def test_filosofi_long_at_every_level(self) -> None:
        content = table(
            self.FILOSOFI,
            "28085;COM;MED_SL;EUR_YR;0;F;A;2023;24010",
            "28085;COM;PR_MD60;PT;0;F;A;2023;17.4",
            "28004;COM;PR_MD60;PT;0;C;A;2023;",
            "28006;COM;MED_SL;EUR_YR;0;F;O;2023;",
            "200033181;EPCI;PR_MD60;PT;0;F;A;2023;12.3",
            "28;DEP;D9_SL;EUR_YR;0;F;A;2023;39000",
            "24;REG;IR_D9_D1_SL;RATIO;0;F;A;2023;3.1",
            "FM;FRANCE;MED_SL;EUR_YR;0;F;A;2023;25760",
            "F;FRANCE;MED_SL;EUR_YR;0;F;A;2023;25000",
            "28A;ZE2020;MED_SL;EUR_YR;0;F;A;2023;1",
            "75056;COM;MED_SL;EUR_YR;0;F;A;2023;1",
            "28085;COM;S_INCONNUE;PT;0;F;A;2023;1",
        )
        report = import_indicators(name="DS_FILOSOFI_CC_2023_data.csv", content=content)
        assert (report.source.layout, report.source.vintage) == (Layout.MELODI, 2023)
        assert values("TP60", 2023) == {"28085": Decimal("17.4"), "28004": Missing.SECRET}
        assert values("MED", 2023) == {"28085": 24_010, "28006": Missing.NOT_AVAILABLE}
        assert values("TP60", 2023, Level.EPCI) == {"200033181": Decimal("12.3")}
        assert values("RD", 2023, Level.REGION) == {"24": Decimal("3.1")}
        assert values("MED", 2023, Level.COUNTRY) == {"FM": 25_760, "F": 25_000}
        assert report.unknown_columns == ("S_INCONNUE",)
        assert any("Rupture de série" in line for line in report.lines())

    def test_population_by_sex_and_age(self) -> None:
        content = table(
            '"GEO";"GEO_OBJECT";"RP_MEASURE";"SEX";"AGE";"TIME_PERIOD";"OBS_VALUE"',
            '"28085";"COM";"POP";"_T";"_T";"2022";"37990.0"',
            '"28085";"COM";"POP";"_T";"Y_LT15";"2022";"6500.5"',
            '"28085";"COM";"POP";"F";"Y_GE65";"2022";"4200"',
            '"28085";"COM";"POP";"M";"_T";"2022";"17900"',
            '"28085";"COM";"POP";"_T";"Y15T29";"2022";"8000"',
        )
        import_indicators(name="DS_RP_POPULATION_PRINC_2022_data.csv", content=content)
        assert values("POP", 2022) == {"28085": 37_990}
        assert values("POP0014", 2022) == {"28085": Decimal("6500.5")}
        assert values("F65P", 2022) == {"28085": 4200}
        assert values("POPH", 2022) == {"28085": 17_900}
        assert values("POP1529", 2022) == {"28085": 8000}

    def test_dwellings_cut_by_another_dimension_are_left_aside(self) -> None:
        content = table(
            "GEO;GEO_OBJECT;RP_MEASURE;OCS;TSH;TDW;TIME_PERIOD;OBS_VALUE",
            "28085;COM;DWELLINGS;_T;_T;_T;2022;21000",
            "28085;COM;DWELLINGS;DW_VAC;_T;_T;2022;1800",
            "28085;COM;DWELLINGS;DW_MAIN;221;_T;2022;5100",
            "28085;COM;DWELLINGS;DW_MAIN;_T;1;2022;6000",
            "28085;COM;DWELLINGS_POPSIZE;DW_MAIN;_T;_T;2022;37000",
        )
        import_indicators(name="DS_RP_LOGEMENT_PRINC_2022_data.csv", content=content)
        assert values("LOGVAC", 2022) == {"28085": 1800}
        assert values("RP_LOCHLMV", 2022) == {"28085": 5100}
        assert values("RP", 2022) == {}

    def test_facilities_by_type(self) -> None:
        content = table(
            "GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;BPE_MEASURE;TIME_PERIOD;OBS_VALUE",
            "28085;COM;D;D2;D265;FACILITIES;2024;41",
            "28085;COM;D;D2;_T;FACILITIES;2024;300",
        )
        import_indicators(name="DS_BPE_2024_data.csv", content=content)
        assert values("BPE_D265", 2024) == {"28085": 41}

    def test_a_dataset_we_do_not_know_is_refused_with_what_to_do(self) -> None:
        content = table("GEO;GEO_OBJECT;TICM_MEASURE;TIME_PERIOD;OBS_VALUE", "28085;COM;X;2021;1")
        assert "Téléchargez plutôt le fichier par commune" in refusal("DS_TICM_PRATIQUES_data.csv", content)

    def test_a_value_that_is_no_number(self) -> None:
        content = table(self.FILOSOFI, "28085;COM;MED_SL;EUR_YR;0;F;A;2023;beaucoup")
        message = refusal("DS_FILOSOFI_CC_data.csv", content)
        assert "ligne 2 (28085), colonne OBS_VALUE : « beaucoup » n’est pas un nombre" in message


def test_our_places_have_their_names() -> None:
    places = Places.ours()
    assert places.name(Level.DEPARTMENT, "28") == "Eure-et-Loir"
    assert places.name(Level.REGION, "24") == "Centre-Val de Loire"
    assert places.name(Level.COUNTRY, "FM") == "France métropolitaine"
    assert "Chartres" in places.name(Level.EPCI, "200033181")
    assert places.former == {"28402": "28254", "28297": "28383"}
