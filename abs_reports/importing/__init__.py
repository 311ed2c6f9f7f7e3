"""Import of public statistics files: open (pure), recognise, read, store."""

from abs_reports.importing.cells import FileError
from abs_reports.importing.report import ImportReport
from abs_reports.importing.services import import_file, import_indicators, import_path

__all__ = ["FileError", "ImportReport", "import_file", "import_indicators", "import_path"]
