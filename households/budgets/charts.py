"""The reste à vivre over time."""

from collections.abc import Sequence

from cias.core.charts import UNAVAILABLE, Chart, Measure, Series, line_chart
from cias.core.french import NBSP
from households.models import Budget

MOST_POINTS = 12
MEASURE = Measure("reste à vivre", "€", 2)


def remainder_chart(budgets: Sequence[Budget]) -> Chart | None:
    """The figure by day and person of the last budgets, the latest first in `budgets`; None below two of them."""
    shown = list(reversed(budgets[:MOST_POINTS]))
    values = tuple(UNAVAILABLE if budget.daily is None else budget.daily for budget in shown)
    if sum(budget.daily is not None for budget in shown) < 2:
        return None
    return line_chart(
        "reste-a-vivre",
        "Reste à vivre, d’un budget à l’autre",
        [f"{budget.on:%d/%m/%Y}" for budget in shown],
        [Series("Par jour et par personne", values)],
        measure=MEASURE,
        category="Budget du",
        subtitle="par jour et par personne",
        note=f"Chaque point est un budget{NBSP}: les écarts de temps entre eux varient.",
        signed=True,
    )
