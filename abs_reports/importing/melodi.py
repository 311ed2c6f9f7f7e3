"""Long files of INSEE's catalogue ("Melodi", SDMX): one value a row, its measure and dimensions beside it.

Only measures whose meaning is sure are read; a row that is cut by another dimension than those of its measure (age,
heating, number of cars…) is left aside, for it is a part of the figure and not the figure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from abs_reports.enums import Layout, Level, Missing
from abs_reports.importing.cells import FileError, parse_cell, problem_of, refuse_cell
from abs_reports.importing.layouts import FILOSOFI_PRODUCER, INSEE, OPEN_LICENCE, OWN_RANK, Source
from abs_reports.importing.places import missing_communes
from abs_reports.importing.reading import Observation, Reading, Task, full_rows, index_of

URL = "https://catalogue-donnees.insee.fr/"
TOTAL = "_T"
# Status of a commune that is counted in the one it was united with.
INCLUDED_ELSEWHERE = "K"
_TECHNICAL = frozenset(
    {
        "GEO", "GEO_OBJECT", "GEO_REF", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "UNIT_MULT", "CONF_STATUS",
        "OBS_STATUS", "OBS_STATUS_FR", "OBS_MEASURE", "FREQ", "DECIMALS", "COLLECTION_METHOD", "BASE_PER",
    }
)  # fmt: skip
_DATASET = re.compile(r"DS_(?P<part>[A-Z_]+?)(_\d{4})?(_data|_CSV|_FR|$)", re.IGNORECASE)

type Dimensions = Mapping[str, str]

FILOSOFI = {
    "NUM_HH": "NBMENFISC",
    "NUM_PER": "NBPERSMENFISC",
    "MED_SL": "MED",
    "PR_MD60": "TP60",
    "D1_SL": "D1",
    "D9_SL": "D9",
    "IR_D9_D1_SL": "RD",
    "GI_SL": "GI",
    "S_HH_TAX": "PIMP",
    "S_EI_DI": "PACT",
    "S_EI_DI_SAL": "PTSA",
    "S_EI_DI_UNE": "PCHO",
    "S_EI_DI_N_SAL": "PBEN",
    "S_RET_PEN_DI": "PPEN",
    "S_INC_ASS_DI": "PPAT",
    "S_SOC_BEN_DI": "PPSOC",
    "S_SOC_BEN_DI_FAM_BEN": "PPFAM",
    "S_SOC_BEN_DI_MIN_SOC": "PPMINI",
    "S_SOC_BEN_DI_HOU_BEN": "PPLOGT",
    "S_DIR_TAX_DI": "PIMPOT",
}
_OCCUPANCY = {"_T": "LOG", "DW_MAIN": "RP", "DW_SEC_DW_OCC": "RSECOCC", "DW_VAC": "LOGVAC"}
_TENURE = {"100": "RP_PROP", "200": "RP_LOC", "221": "RP_LOCHLMV", "300": "RP_GRAT"}
_SEXES = {"M": "H", "F": "F"}
# Highest degree of those who no longer study (DS_RP_DIPLOMES_PRINC); levels above are sums of these.
_DEGREES = {
    "_T": "NSCOL15P",
    "001T100_RP": "NSCOL15P_DIPLMIN",
    "200_RP": "NSCOL15P_BEPC",
    "300_RP": "NSCOL15P_CAPBEP",
    "350T351_RP": "NSCOL15P_BAC",
    "500_RP": "NSCOL15P_SUP2",
    "600_RP": "NSCOL15P_SUP34",
    "700_RP": "NSCOL15P_SUP5",
}
# DS_RP_EDUCATION_PRINC, by age in years.
_SCHOOL_AGES = {
    "Y2T5": "0205", "Y6T10": "0610", "Y11T14": "1114", "Y15T17": "1517", "Y18T24": "1824", "Y25T29": "2529",
    "Y_GE30": "30P",
}  # fmt: skip
# DS_RP_EMPLOI_LR_PRINC: all, active, in work, out of work (as the census understands it).
_ACTIVITY = {"_T": "", "1T2": "ACT", "1": "ACTOCC", "2": "CHOM"}
_WORKING_AGES = {"Y15T64": "1564", "Y15T24": "1524", "Y25T54": "2554", "Y55T64": "5564"}
# DS_RP_FAMILLE_COMP.
_FAMILY_TYPES = {
    "_T": "C_FAM", "1": "C_FAMMONO", "11": "C_HMONO", "12": "C_FMONO", "21": "C_COUPSENF", "22": "C_COUPAENF",
}  # fmt: skip
_CHILDREN = {
    "CH0_Y_LT25": "C_NE24F0", "CH1_Y_LT25": "C_NE24F1", "CH2_Y_LT25": "C_NE24F2", "CH3_Y_LT25": "C_NE24F3",
    "CH_GE4_Y_LT25": "C_NE24F4P",
}  # fmt: skip
_AGE = re.compile(r"Y_?(?:LT(?P<below>\d{1,2})|GE(?P<from>\d{1,2})|(?P<first>\d{1,2})T(?P<last>\d{1,2}))")


def _only(dimensions: Dimensions, *names: str) -> bool:
    """Whether every other dimension than these is at its total."""
    return all(value in (TOTAL, "") for name, value in dimensions.items() if name not in names)


def _filosofi(measure: str, dimensions: Dimensions) -> str | None:
    return FILOSOFI.get(measure) if _only(dimensions) else None


def _census(measure: str, dimensions: Dimensions) -> str | None:
    if measure == "POP":
        return _people(dimensions)
    if "TFN" in dimensions:
        return _families(dimensions)
    if measure == "DWELLINGS" and _only(dimensions, "OCS", "TSH") and "OCS" in dimensions:
        occupancy, tenure = dimensions["OCS"], dimensions.get("TSH", TOTAL)
        if tenure == TOTAL:
            return _OCCUPANCY.get(occupancy)
        return _TENURE.get(tenure) if occupancy == "DW_MAIN" else None
    if measure == "NBEMP" and _only(dimensions):
        return "EMPLT"
    return "SUPERF" if measure == "SUP" and _only(dimensions) else None


def _people(dimensions: Dimensions) -> str | None:
    """The columns say which people a file counts: its total is that of everybody in the file of ages and sexes only."""
    sex, age = dimensions.get("SEX", TOTAL), dimensions.get("AGE", TOTAL)
    match sorted(dimensions.keys() - {"SEX", "AGE"}):
        case []:
            return _population(sex, age)
        case ["EDUC"]:  # people of 15 and over who no longer study
            known = sex == TOTAL and age in (TOTAL, "Y_GE15")
            return _DEGREES.get(dimensions["EDUC"]) if known else None
        case ["STUD"] if age in _SCHOOL_AGES and sex == TOTAL:
            known = {TOTAL: "POP", "1": "SCOL"}.get(dimensions["STUD"])
            return f"{known}{_SCHOOL_AGES[age]}" if known else None
        case ["EMPSTA_ENQ"] | ["EDUC", "EMPSTA_ENQ"] if dimensions.get("EDUC", TOTAL) == TOTAL:
            return _activity(dimensions["EMPSTA_ENQ"], sex, age)
    return None


def _activity(status: str, sex: str, age: str) -> str | None:
    """ "ACT1564", "HCHOM1524"; "F2554" for all women of that age."""
    if age == "Y_GE15":
        return "ACTOCC15P" if (status, sex) == ("1", TOTAL) else None
    ages, kind = _WORKING_AGES.get(age), _ACTIVITY.get(status)
    if ages is None or kind is None:
        return "INACT1564" if (status, sex, ages) == ("3", TOTAL, "1564") else None
    if sex == TOTAL:
        return f"{kind or 'POP'}{ages}"
    return f"{_SEXES[sex]}{kind}{ages}" if sex in _SEXES else None


def _families(dimensions: Dimensions) -> str | None:
    """By type or by number of children under 25, never both: these are two ways to cut the same families."""
    if dimensions.keys() != {"TFN", "NCH"}:  # other columns: a file that counts the children, or the parents
        return None
    kind, children = dimensions["TFN"], dimensions["NCH"]
    if children == TOTAL:
        return _FAMILY_TYPES.get(kind)
    return _CHILDREN.get(children) if kind == TOTAL else None


def _population(sex: str, age: str) -> str | None:
    """ "POP0014", "H0014" or "F65P"; "POPH" for all men."""
    if age == TOTAL:
        return "POP" if sex == TOTAL else f"POP{_SEXES[sex]}" if sex in _SEXES else None
    if not (found := _AGE.fullmatch(age)):
        return None
    if found["below"]:
        ages = f"00{int(found['below']) - 1:02}"
    else:
        ages = (
            f"{int(found['from']):02}P"
            if found["from"]
            else f"{int(found['first']):02}{int(found['last']):02}"
        )
    return f"POP{ages}" if sex == TOTAL else f"{_SEXES[sex]}{ages}" if sex in _SEXES else None


def _facilities(measure: str, dimensions: Dimensions) -> str | None:
    kind = dimensions.get("FACILITY_TYPE", TOTAL)
    if measure != "FACILITIES" or not _only(dimensions, "FACILITY_TYPE", "FACILITY_DOM", "FACILITY_SDOM"):
        return None
    return f"BPE_{kind}" if kind != TOTAL else None


def _reference(measure: str, dimensions: Dimensions) -> str | None:
    return "POP" if measure == "PMUN" and _only(dimensions) else None


# The column that names the measure says which dataset it is.
_MAPPERS: dict[str, tuple[str, str, Callable[[str, Dimensions], str | None]]] = {
    "FILOSOFI_MEASURE": ("Filosofi", FILOSOFI_PRODUCER, _filosofi),
    "RP_MEASURE": ("Recensement de la population", INSEE, _census),
    "BPE_MEASURE": ("Base permanente des équipements", INSEE, _facilities),
    "POPREF_MEASURE": ("Populations de référence", INSEE, _reference),
}
_HINT = "Téléchargez plutôt le fichier par commune, avec une colonne par indicateur."


@dataclass
class _Long:
    """Where things are in a row."""

    geo: int
    kind: int
    period: int
    value: int
    measure: int
    mapper: Callable[[str, Dimensions], str | None]
    title: str
    producer: str
    dimensions: list[tuple[str, int]]
    secrecy: int | None
    status: int | None
    power: int | None
    codes: dict[tuple[str, str], str | None] = field(default_factory=dict)


def read_melodi(task: Task) -> Reading:
    """Raises FileError."""
    where = _where(task)
    found: dict[tuple[Level, str, str, int], Observation] = {}
    reading = Reading(_source(task, where, 0))
    unmapped: set[str] = set()
    territories: set[tuple[Level, str]] = set()
    for number, row in full_rows(task):
        reading.rows_read += 1
        kind, geo = row[where.kind].strip().upper(), row[where.geo]
        place = where.codes.get((kind, geo), "")
        if place == "":
            place = where.codes[kind, geo] = _place(task, kind, geo)
        if place is None:
            continue
        level = Level(kind)
        territories.add((level, place))
        reading.rows_kept[level] += 1
        measure = row[where.measure].strip()
        code = where.mapper(measure, {name: row[index].strip() for name, index in where.dimensions})
        if code is None or code not in task.catalogue:
            unmapped.add(measure)
            continue
        value = _value(task, where, number, row, code)
        observation = Observation(level, place, code, _year(task, number, row[where.period]), value)
        key = (level, place, code, observation.year)
        if key in found and found[key].value != value:
            raise FileError(
                f"{task.name}, ligne {number} : {measure} de {geo} a deux valeurs différentes. {_HINT}"
            )
        found[key] = observation
    if not territories:
        raise FileError(f"{task.name} : {task.places.absent(Level.COMMUNE)}")
    if not found:
        raise FileError(
            f"{task.name} : aucune mesure reconnue dans ce fichier long ({', '.join(sorted(unmapped)[:6])}). {_HINT}"
        )
    return _finished(task, where, reading, found, unmapped)


def _finished(
    task: Task,
    where: _Long,
    reading: Reading,
    found: Mapping[tuple[Level, str, str, int], Observation],
    unmapped: set[str],
) -> Reading:
    reading.source = _source(task, where, max(observation.year for observation in found.values()))
    mapped = {observation.indicator for observation in found.values()}
    reading.unknown = tuple(sorted(unmapped - set(FILOSOFI)))
    former = task.places.former
    reading.former = tuple(sorted({row.code for row in found.values() if row.code in former}))
    reading.observations = [row for row in found.values() if row.code not in former]
    communes = {row.code for row in reading.observations if row.level == Level.COMMUNE}
    if communes:
        reading.absent = missing_communes(task.places, communes)
    reading.notes.append(
        f"Indicateurs lus : {', '.join(sorted(mapped)[:30])}{'…' if len(mapped) > 30 else ''}."
    )
    return reading


def _where(task: Task) -> _Long:
    header = task.header.cells
    measures = [name for name in header if name in _MAPPERS]
    wanted = {name: index_of(task, name) for name in ("GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_VALUE")}
    lacking = [name for name, index in wanted.items() if index is None]
    if not measures or lacking:
        problem = (
            f"il manque {', '.join(lacking)}"
            if lacking
            else "ce jeu de données n’est pas un de ceux que l’on sait lire"
        )
        raise FileError(f"{task.name}, colonne OBS_VALUE : fichier long de l’INSEE, mais {problem}. {_HINT}")
    title, producer, mapper = _MAPPERS[measures[0]]
    dimensions = [
        (name, index)
        for index, name in enumerate(header)
        if name and name not in _TECHNICAL and not name.endswith("_MEASURE")
    ]
    return _Long(
        geo=header.index("GEO"),
        kind=header.index("GEO_OBJECT"),
        period=header.index("TIME_PERIOD"),
        value=header.index("OBS_VALUE"),
        measure=header.index(measures[0]),
        mapper=mapper,
        title=title,
        producer=producer,
        dimensions=dimensions,
        secrecy=index_of(task, "CONF_STATUS"),
        status=index_of(task, "OBS_STATUS"),
        power=index_of(task, "UNIT_MULT"),
    )


def _source(task: Task, where: _Long, vintage: int) -> Source:
    found = _DATASET.search(task.name)
    measure = task.header.cells[where.measure].removesuffix("_MEASURE")
    part = (found["part"] if found else measure).lower().replace("_", "-")
    title = f"{where.title} (fichier long{f' DS_{found["part"].upper()}' if found else ''})"
    return Source(Layout.MELODI, vintage, title, where.producer, OPEN_LICENCE, URL, OWN_RANK, part[:30])


def _place(task: Task, kind: str, geo: str) -> str | None:
    """Our code for "28085", "COM-28085" or "2025-COM-28085"; None for other places and levels."""
    if kind not in Level.values:
        return None
    return task.places.code_at(Level(kind), geo.rpartition("-")[2])


def _year(task: Task, number: int, text: str) -> int:
    if not re.fullmatch(r"(19|20)\d{2}(-.*)?", text.strip()):
        raise refuse_cell(f"{task.name}, ligne {number}", "TIME_PERIOD", text, "n’est pas une année")
    return int(text.strip()[:4])


def _value(task: Task, where: _Long, number: int, row: list[str], code: str) -> Decimal | Missing:
    text = row[where.value]
    parsed = parse_cell(text)
    problem = problem_of(parsed, code, task.catalogue[code].unit)
    if parsed is None or problem:
        raise refuse_cell(f"{task.name}, ligne {number} ({row[where.geo]})", "OBS_VALUE", text, problem)
    if where.secrecy is not None and row[where.secrecy].strip().upper() not in ("", "F"):
        return Missing.SECRET
    status = row[where.status].strip() if where.status is not None else ""
    if status == INCLUDED_ELSEWHERE or (parsed is Missing.EMPTY and status not in ("", "A")):
        return Missing.NOT_AVAILABLE
    if (
        isinstance(parsed, Decimal)
        and where.power is not None
        and (power := row[where.power].strip()) not in ("", "0")
    ):
        try:
            return parsed.scaleb(int(power))
        except ValueError as error:
            raise refuse_cell(
                f"{task.name}, ligne {number}", "UNIT_MULT", power, "n’est pas un nombre"
            ) from error
    return parsed
