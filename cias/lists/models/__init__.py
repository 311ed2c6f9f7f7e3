from cias.lists.models.exports import ExportFormat, ExportRun
from cias.lists.models.views import DefaultView, SavedView

__all__ = ["DefaultView", "ExportFormat", "ExportRun", "SavedView"]
