"""What browsers are given: the files our pages name, without what else the packages bring."""

from collections.abc import Iterable
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.base import ContentFile, File
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The calendar is published with its comments and indentation: alone it weighed more than all else of a first visit.
CALENDAR = "vendor/fullcalendar/all/global."
# Two thousand files of the packages that nobody asks for, each to be copied, named by its content and compressed twice.
UNUSED = (
    *("*.md", "*.ts", "*.scss", "LICENSE*", "package.json", "metadata.json", "unicode.json"),
    *("bootstrap.css*", "bootstrap-*", "*.rtl.*"),
    # Of FullCalendar; the French words are a folder of their own.
    *("chunks", "locales", "locales-all", "themes"),
)


class Finder(FileSystemFinder):
    """Our files and the packages', without what is UNUSED."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Any:
        return super().list([*(ignore_patterns or ()), *UNUSED])


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, with the calendar's script made smaller as it is collected."""

    def __init__(self, **options: Any) -> None:
        # Whoever installs collects, another account serves: FILE_UPLOAD_PERMISSIONS is for what people bring.
        super().__init__(**{"file_permissions_mode": 0o644, **options})

    def _save(self, name: str, content: "File[Any]") -> str:
        if name.startswith(CALENDAR):
            content.seek(0)  # it was read for its name
            content = ContentFile(jsmin(content.read().decode()).encode())
        return str(super()._save(name, content))
