"""What browsers are given: the files our pages name, without what else the packages bring."""

from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile, File
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The calendar is published with its comments and indentation: alone it weighed more than all else of a first visit.
CALENDAR = "vendor/fullcalendar/all/global."


class Config(StaticFilesConfig):
    """Leaves out two thousand files nobody asks for, each to be copied, named by its content and compressed twice."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.md", "*.ts", "*.scss", "LICENSE*", "package.json", "metadata.json", "unicode.json"),
        *("bootstrap.css*", "bootstrap-*", "*.rtl.*"),
        *("chunks", "locales", "locales-all", "themes"),  # of FullCalendar; ours is a folder of its own
        "ext",  # of htmx
    ]


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, with the calendar's script made smaller as it is collected."""

    def _save(self, name: str, content: "File[Any]") -> str:
        if name.startswith(CALENDAR):
            content.seek(0)  # it was read for its name
            content = ContentFile(jsmin(content.read().decode()).encode())
        return str(super()._save(name, content))
