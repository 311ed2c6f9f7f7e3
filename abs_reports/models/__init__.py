from abs_reports.models.imports import ImportJob
from abs_reports.models.indicators import Dataset, ImportRun, Indicator, IndicatorValue
from abs_reports.models.reports import Figure, FigureTable, LegalBasis, Report
from abs_reports.models.runs import CompilationRun
from abs_reports.models.sharing import Contribution, MunicipalElection, PlannedAction, Restitution
from abs_reports.models.writing import (
    ChapterDone,
    ChapterDraft,
    Passage,
    PassageVersion,
    Presence,
    ReportText,
)

__all__ = [
    "ChapterDone",
    "ChapterDraft",
    "CompilationRun",
    "Contribution",
    "Dataset",
    "Figure",
    "FigureTable",
    "ImportJob",
    "ImportRun",
    "Indicator",
    "IndicatorValue",
    "LegalBasis",
    "MunicipalElection",
    "Passage",
    "PassageVersion",
    "PlannedAction",
    "Presence",
    "Report",
    "ReportText",
    "Restitution",
]
