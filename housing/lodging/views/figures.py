"""Key figures for the direction: every formula with its terms, on the screen and in a spreadsheet."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.forms.activity import PeriodForm
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.export import Value, csv_response
from cias.core.french import rounded
from cias.core.periods import Period
from housing.lodging.figures import Figures, Line, Ratio, figures_of
from housing.lodging.forms.figures import this_year

HEADER = (
    "Dispositif", "Nuits ouvertes", "Nuits de travaux", "Nuits disponibles", "Nuits occupées", "Taux d’occupation (%)",
    "Sorties", "Jours des séjours terminés", "Durée moyenne (jours)", "Relocations", "Jours entre deux séjours",
    "dont jours de travaux", "Délai moyen de vacance (jours)", "Sorties durables", "Sorties durables (%)",
    "Places refusées par les ménages",
)  # fmt: skip


def _asked(request: AgentRequest) -> tuple[PeriodForm, Period]:
    usual = this_year(timezone.localdate())
    if "du" not in request.GET:
        return PeriodForm(initial={"du": usual.first, "au": usual.last}), usual
    form = PeriodForm(request.GET)
    return form, form.period if form.is_valid() else usual


@requires("housing.figures")
@require_safe
def figures(request: AgentRequest) -> HttpResponse:
    """Occupancy, mean stay, vacancy, exits and refusals, by scheme, over a period."""
    form, period = _asked(request)
    today = timezone.localdate()
    context = {
        "form": form,
        "figures": figures_of(period),
        "period": period,
        "shortcuts": _shortcuts(today),
    }
    log_access(request, AccessAction.VIEW, figures="hebergement")
    return render(request, "housing/lodging/figures.html", context)


def _shortcuts(today: date) -> list[tuple[str, Period]]:
    """This year until today, the year before, and the quarters that have begun."""
    quarters = (Period.quarter(today.year, rank) for rank in range(1, 5))
    begun = [Period(one.first, min(one.last, today)) for one in quarters if one.first <= today]
    return [
        (str(today.year), this_year(today)),
        (str(today.year - 1), Period.year(today.year - 1)),
        *((Period.quarter(today.year, rank).label, one) for rank, one in enumerate(begun, start=1)),
    ]


@requires("housing.figures")
@require_safe
def figures_csv(request: AgentRequest) -> HttpResponse:
    _form, period = _asked(request)
    log_access(request, AccessAction.EXPORT, figures="hebergement")
    name = f"hebergement-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    return csv_response(name, HEADER, _rows(figures_of(period)))


def _rows(found: Figures) -> Iterator[tuple[Value, ...]]:
    for line in (*found.lines, found.total):
        yield _row(line)


def _row(line: Line) -> tuple[Value, ...]:
    return (
        line.label, line.nights.opened, line.nights.off, line.nights.available, line.nights.occupied,
        _percent(line.occupancy), line.exits, line.stay_days, _days(line.mean_stay), line.vacancies, line.vacant_days,
        line.works_days, _days(line.vacancy), line.durable.top, _percent(line.durable), line.declined,
    )  # fmt: skip


def _percent(ratio: Ratio) -> Value:
    return None if ratio.percent is None else rounded(ratio.percent, 1)


def _days(ratio: Ratio) -> Value:
    return None if ratio.value is None else rounded(ratio.value, 1)
