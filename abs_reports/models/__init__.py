from abs_reports.models.indicators import Dataset, ImportRun, Indicator, IndicatorValue
from abs_reports.models.reports import CompilationRun, Figure, FigureTable, LegalBasis, Report

__all__ = [
    "CompilationRun",
    "Dataset",
    "Figure",
    "FigureTable",
    "ImportRun",
    "Indicator",
    "IndicatorValue",
    "LegalBasis",
    "Report",
]
