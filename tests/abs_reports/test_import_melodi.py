"""S2: the long census files of INSEE on degrees, school, families and activity; a total is that of its own file."""

from decimal import Decimal

import pytest

from abs_reports.enums import Missing
from abs_reports.importing import import_indicators
from tests.abs_reports.test_import_layouts import refusal, table, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territory")]


def test_degrees_of_those_who_no_longer_study() -> None:
    content = table(
        "GEO;GEO_OBJECT;EDUC;SEX;RP_MEASURE;FREQ;OBS_STATUS;TIME_PERIOD;OBS_VALUE",
        "28085;COM;_T;_T;POP;A;A;2022;26000",
        "28085;COM;001T100_RP;_T;POP;A;A;2022;5100.5",
        "28085;COM;500_RP;_T;POP;A;A;2022;3000",
        "28085;COM;500T702_RP;_T;POP;A;A;2022;9000",
        "28085;COM;700_RP;F;POP;A;A;2022;1400",
    )
    import_indicators(name="DS_RP_DIPLOMES_PRINC_2022_data.csv", content=content)
    assert values("NSCOL15P", 2022) == {"28085": 26_000}
    assert values("NSCOL15P_DIPLMIN", 2022) == {"28085": Decimal("5100.5")}
    assert values("NSCOL15P_SUP2", 2022) == {"28085": 3000}
    # Sums of levels, and women only, are not these figures.
    assert values("NSCOL15P_SUP5", 2022) == {}
    # Its total is not the whole population.
    assert values("POP", 2022) == {}


def test_those_who_study_by_age() -> None:
    content = table(
        "GEO;GEO_OBJECT;SEX;AGE;STUD;RP_MEASURE;OBS_STATUS;TIME_PERIOD;OBS_VALUE",
        "28085;COM;_T;Y15T17;1;POP;A;2022;1300",
        "28085;COM;F;Y15T17;1;POP;A;2022;640",
        "28085;COM;_T;_T;_T;POP;A;2022;36900",
    )
    import_indicators(name="DS_RP_EDUCATION_PRINC_2022_data.csv", content=content)
    assert values("SCOL1517", 2022) == {"28085": 1300}
    assert values("POP", 2022) == {}  # people of two years and over


def test_activity_by_age_and_sex() -> None:
    content = table(
        "GEO;GEO_OBJECT;SEX;EMPSTA_ENQ;AGE;EDUC;RP_MEASURE;FREQ;OBS_STATUS;TIME_PERIOD;OBS_VALUE",
        "28085;COM;_T;_T;Y15T64;_T;POP;A;A;2022;24000",
        "28085;COM;_T;1T2;Y15T64;_T;POP;A;A;2022;18000",
        "28085;COM;_T;1;Y15T64;_T;POP;A;A;2022;15600",
        "28085;COM;_T;2;Y15T64;_T;POP;A;A;2022;2400",
        "28085;COM;_T;3;Y15T64;_T;POP;A;A;2022;6000",
        "28085;COM;F;2;Y15T24;_T;POP;A;A;2022;330",
        "28085;COM;_T;1;Y_GE15;_T;POP;A;A;2022;15900",
        "28085;COM;_T;2;Y15T64;500_RP;POP;A;A;2022;250",
        "28006;COM;_T;2;Y15T64;_T;POP;A;K;2022;12",
    )
    import_indicators(name="DS_RP_EMPLOI_LR_PRINC_2022_data.csv", content=content)
    assert values("POP1564", 2022) == {"28085": 24_000}
    assert values("ACT1564", 2022) == {"28085": 18_000}
    assert values("ACTOCC1564", 2022) == {"28085": 15_600}
    # Those with a degree of two years are a part; a united commune is counted in another.
    assert values("CHOM1564", 2022) == {"28085": 2400, "28006": Missing.NOT_AVAILABLE}
    assert values("INACT1564", 2022) == {"28085": 6000}
    assert values("FCHOM1524", 2022) == {"28085": 330}
    assert values("ACTOCC15P", 2022) == {"28085": 15_900}


def test_families_by_type_or_by_children_never_both() -> None:
    content = table(
        "GEO;GEO_OBJECT;TFN;NCH;RP_MEASURE;FREQ;OBS_STATUS;TIME_PERIOD;OBS_VALUE",
        "28085;COM;_T;_T;FAM;A;A;2022;9100",
        "28085;COM;1;_T;FAM;A;A;2022;2000",
        "28085;COM;12;_T;FAM;A;A;2022;1650",
        "28085;COM;22;_T;FAM;A;A;2022;3500",
        "28085;COM;220;_T;FAM;A;A;2022;400",
        "28085;COM;_T;CH_GE4_Y_LT25;FAM;A;A;2022;260",
        "28085;COM;22;CH1_Y_LT25;FAM;A;A;2022;1200",
    )
    import_indicators(name="DS_RP_FAMILLE_COMP_2022_data.csv", content=content)
    assert values("C_FAM", 2022) == {"28085": 9100}
    assert values("C_FAMMONO", 2022) == {"28085": 2000}
    assert values("C_FMONO", 2022) == {"28085": 1650}
    assert values("C_COUPAENF", 2022) == {"28085": 3500}
    assert values("C_NE24F4P", 2022) == {"28085": 260}
    assert values("C_NE24F1", 2022) == {}


@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        # Active people by occupation: a part, and the complementary sample.
        ("DS_RP_EMPLOI_LR_COMP", "EMPSTA_ENQ;PCS;AGE", "1T2;_T;Y15T64"),
        # People of one year and over by where they lived before.
        ("DS_RP_MIGRES_PRINC", "RES_PREV;AGE", "_T;_T"),
        ("DS_RP_DIPLOMES_PRINC", "EDUC;AGE", "500_RP;Y25T54"),
        # Children by their parents' work, and not families.
        ("DS_RP_TD_FAMILLE_AGEENF_COMP", "TFN;AGE;NCH", "_T;_T;_T"),
    ],
)
def test_a_measure_whose_meaning_is_not_sure_is_refused(name: str, columns: str, row: str) -> None:
    content = table(
        f"GEO;GEO_OBJECT;RP_MEASURE;{columns};TIME_PERIOD;OBS_VALUE", f"28085;COM;POP;{row};2022;1"
    )
    assert "aucune mesure reconnue" in refusal(f"{name}_2022_data.csv", content)
