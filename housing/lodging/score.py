"""The points of a request on the waiting list: every point has a line that says where it comes from.

Pure: the request's criteria and the weights are given. A list is ranked under the version in force on its day, so that
two households are never compared under two rules; equal points go by the date of the request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cias.core.deadlines import add_months
from cias.core.french import date_short, plural
from housing.lodging.enums import COUNTED, Criterion
from housing.models import LodgingRequest, ScoreRule, ScoreWeight


@dataclass(frozen=True)
class Line:
    """One criterion: its points, and the reckoning in words."""

    label: str
    points: int
    why: str


@dataclass(frozen=True)
class Score:
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)


@dataclass(frozen=True)
class Ranked:
    """A request and its place on the list; `rank` starts at 1, equal points are told apart by the date."""

    rank: int
    request: LodgingRequest
    score: Score


def full_months(first: date, last: date) -> int:
    """Months completed from one day to another, quantième to quantième; 0 when `last` comes first."""
    months = max((last.year - first.year) * 12 + last.month - first.month, 0)
    return months - 1 if months and add_months(first, months) > last else months


def score_of(request: LodgingRequest, rule: ScoreRule | None, today: date) -> Score:
    """The points of a request on `today`; without a rule nobody has any."""
    if rule is None:
        return Score(())
    weights = {weight.criterion: weight for weight in rule.weights.all()}
    noted = {row.code: row.noted_on for row in request.criteria.all()}
    lines: list[Line] = []
    for criterion in Criterion:
        weight = weights.get(criterion)
        if weight is None or not weight.points:
            continue
        if criterion in COUNTED:
            lines += _counted(criterion, weight, request, today)
        elif criterion in noted:
            lines.append(Line(criterion.label, weight.points, f"constaté le {date_short(noted[criterion])}"))
    return Score(tuple(lines))


def _counted(
    criterion: Criterion, weight: ScoreWeight, request: LodgingRequest, today: date
) -> Iterable[Line]:
    if criterion == Criterion.CHILDREN:
        units, what = request.children, plural(request.children, "enfant")
    else:
        units = full_months(request.requested_on, today)
        what = f"{units}\u00a0mois pleins" if units > 1 else f"{units}\u00a0mois plein"
    points = units * weight.points
    if not points:
        return
    why = f"{what} × {plural(weight.points, 'point')}"
    if weight.cap is not None and points > weight.cap:
        points, why = weight.cap, f"{why} = {points}, ramené au plafond de {weight.cap}"
    yield Line(criterion.label, points, why)


def ranked(requests: Sequence[LodgingRequest], rule: ScoreRule | None, today: date) -> list[Ranked]:
    """The list in order: most points first, then the oldest request."""
    scored = [(request, score_of(request, rule, today)) for request in requests]
    scored.sort(key=lambda pair: (-pair[1].total, pair[0].requested_on, pair[0].created_at, pair[0].pk))
    return [Ranked(rank, request, score) for rank, (request, score) in enumerate(scored, start=1)]
