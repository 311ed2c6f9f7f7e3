from abs_reports.models.imports import ImportJob
from abs_reports.models.indicators import Dataset, ImportRun, Indicator, IndicatorValue
from abs_reports.models.reports import Figure, FigureTable, LegalBasis, Report
from abs_reports.models.runs import CompilationRun

__all__ = [
    "CompilationRun",
    "Dataset",
    "Figure",
    "FigureTable",
    "ImportJob",
    "ImportRun",
    "Indicator",
    "IndicatorValue",
    "LegalBasis",
    "Report",
]
