"""What the direction reads of the agendas over a period: tables of counts, no person. Reads statistics.py only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appointments import statistics
from appointments.enums import CANCELLED, Category, Channel, Status, Topic
from cias.accounts.models import User
from cias.core.french import number, percent
from cias.core.periods import Period
from cias.core.registry import Row
from cias.territory.models import Commune

HALF, NINE_OF_TEN = Decimal("0.5"), Decimal("0.9")
FIGURES = (
    ("Rendez-vous", "", "Rendez-vous de la période, sans ceux qui ont été annulés."),
    ("Absences non excusées", "", "Absences rapportées aux absences et aux rendez-vous honorés."),
    ("Délai médian", "jours", "De la demande au rendez-vous, pour la moitié d’entre eux."),
    ("Délai de neuf sur dix", "jours", "De la demande au rendez-vous, pour neuf sur dix d’entre eux."),
    ("Attente médiane", "min", "De l’heure dite, ou de l’arrivée si elle est plus tardive, à la réception."),
    ("Attente de neuf sur dix", "min", "Neuf personnes sur dix ont attendu moins longtemps."),
    ("Visites sans rendez-vous", "", "Passages comptés à l’accueil."),
    ("Appels", "", "Appels comptés à l’accueil, hors prise de rendez-vous."),
)
OTHER_PLACES = {"off": "Hors territoire", "": "Non renseigné"}


@dataclass(frozen=True)
class Figure:
    """One key figure; `definition` says what it counts."""

    label: str
    value: str
    unit: str
    definition: str


@dataclass(frozen=True)
class Table:
    """`rows`: (label, values in the order of `columns`); `total` below them. A rate is text already."""

    title: str
    head: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int | str]]]
    total: Sequence[int | str]
    definition: str

    @property
    def text_rows(self) -> list[tuple[str, list[str]]]:
        return [(label, _texts(values)) for label, values in self.rows]

    @property
    def text_total(self) -> list[str]:
        return _texts(self.total)


def _texts(values: Sequence[int | str]) -> list[str]:
    return [number(value) if isinstance(value, int) else value for value in values]


@dataclass(frozen=True)
class Activity:
    figures: Sequence[Figure]
    tables: Sequence[Table]


def activity_of(period: Period) -> Activity:
    """Everything the page shows, in a fixed number of queries."""
    by_category = list(statistics.by_category(period, None))
    by_agent = list(statistics.by_agent(period))
    visits, calls = list(statistics.walk_ins(period, None)), list(statistics.calls(period, None))
    agents = {str(user.pk): user.full_name for user in User.objects.filter(has_agenda=True)}
    gone = User.objects.filter(pk__in={row.keys[0] for row in by_agent} - agents.keys())
    agents |= {str(user.pk): user.full_name for user in gone}
    categories = {code: str(label) for code, label in Category.choices}
    tables = [
        _outcomes("Rendez-vous par motif", "Motif", by_category, categories),
        _outcomes("Rendez-vous par agent", "Agent", by_agent, agents),
        _communes(list(statistics.by_commune(period, None))),
        _desk(visits, calls),
    ]
    return Activity(_figures(period, by_category, visits, calls), tables)


def _figures(period: Period, rows: list[Row], visits: list[Row], calls: list[Row]) -> list[Figure]:
    kept = sum(int(row.value) for row in rows if row.keys[1] not in CANCELLED)
    missed, met = (_sum(rows, status) for status in (Status.NO_SHOW, Status.HONOURED))
    median, long = (
        _one(delay(period, None), 1) for delay in (statistics.median_delay, statistics.long_delay)
    )
    wait, long_wait = (_one(statistics.waiting(share, period)) for share in (HALF, NINE_OF_TEN))
    values = (
        number(kept), _rate(missed, met), median, long, wait, long_wait,
        number(_total(visits)), number(_total(calls)),
    )  # fmt: skip
    return [
        Figure(label, value, unit, definition)
        for value, (label, unit, definition) in zip(values, FIGURES, strict=True)
    ]


def _outcomes(title: str, head: str, rows: Iterable[Row], labels: dict[str, str]) -> Table:
    """Keys are (what, status); a line for each that has appointments, and the share of absences."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.keys[0], {})[row.keys[1]] = int(row.value)
    lines = [(labels.get(key, key), _line(counts[key])) for key in counts]
    whole = {status: sum(one.get(status, 0) for one in counts.values()) for status in Status.values}
    return Table(
        title, head, ("À venir", "Honorés", "Absences", "Annulés", "Ensemble", "Taux d’absence"),
        sorted(lines), _line(whole), "Annulés compris. Le taux rapporte les absences aux absences et aux honorés.",
    )  # fmt: skip


def _line(counts: dict[str, int]) -> list[int | str]:
    planned, met, missed = (
        counts.get(status, 0) for status in (Status.PLANNED, Status.HONOURED, Status.NO_SHOW)
    )
    cancelled = sum(counts.get(status, 0) for status in CANCELLED)
    return [planned, met, missed, cancelled, planned + met + missed + cancelled, _rate(missed, met)]


def _communes(rows: list[Row]) -> Table:
    names = dict(Commune.objects.values_list("code", "name")) | OTHER_PLACES
    lines: list[tuple[str, Sequence[int | str]]] = [
        (names.get(row.keys[0], row.keys[0]), [int(row.value)])
        for row in sorted(rows, key=lambda row: -row.value)
    ]
    return Table(
        "Rendez-vous par commune", "Commune", ("Rendez-vous",), lines, [_total(rows)],
        "Sans les annulés, selon la commune du ménage ce jour-là.",
    )  # fmt: skip


def _desk(visits: list[Row], calls: list[Row]) -> Table:
    counts = {
        (channel, row.keys[0]): int(row.value)
        for channel, rows in ((Channel.VISIT, visits), (Channel.CALL, calls))
        for row in rows
    }
    lines = [
        (str(topic.label), [counts.get((channel, topic.value), 0) for channel in Channel]) for topic in Topic
    ]
    return Table(
        "Sans rendez-vous", "Objet", ("Visites", "Appels"), lines, [_total(visits), _total(calls)],
        "Comptés à l’accueil, sans nom.",
    )  # fmt: skip


def _sum(rows: Iterable[Row], status: str) -> int:
    return sum(int(row.value) for row in rows if row.keys[1] == status)


def _total(rows: Iterable[Row]) -> int:
    return sum(int(row.value) for row in rows)


def _rate(missed: int, met: int) -> str:
    return percent(Decimal(100 * missed) / (missed + met), 1) if missed + met else "—"


def _one(rows: Iterable[Row], decimals: int = 0) -> str:
    """The only value of a percentile; a dash when nothing was measured."""
    return next((number(row.value, decimals) for row in rows), "—")
