"""Import of public statistics files: read (pure), recognise, store."""

from abs_reports.importing.reading import FileError
from abs_reports.importing.services import ImportReport, import_indicators

__all__ = ["FileError", "ImportReport", "import_indicators"]
