"""Charts as plain data: each function returns a `Chart` with its SVG, its words, its legend and its table.

On a page: `{% include "charts/chart.html" with chart=chart %}`. In a PDF: `charts/chart_print.html`, which
also takes `figure_number` and `table_number`. No value is ever computed from a masked one.
"""

from .bars import Bar, bar_chart
from .lines import Break, Series, line_chart
from .maps import Area, choropleth
from .model import UNAVAILABLE, Absent, Cell, Chart, LegendItem, Measure, Row, Table, Value
from .slope import Slope, slope_chart
from .stacked import StackedBar, stacked_bar_chart
from .waffle import Part, waffle

__all__ = [
    "UNAVAILABLE",
    "Absent",
    "Area",
    "Bar",
    "Break",
    "Cell",
    "Chart",
    "LegendItem",
    "Measure",
    "Part",
    "Row",
    "Series",
    "Slope",
    "StackedBar",
    "Table",
    "Value",
    "bar_chart",
    "choropleth",
    "line_chart",
    "slope_chart",
    "stacked_bar_chart",
    "waffle",
]
