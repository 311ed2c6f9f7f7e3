"""What insertion does by itself; the worker looks under the app's name, each line keeps its tasks beside its work."""

from insertion.imports.tasks import do_import_run, purge_imports, requeue_lost_imports
from insertion.workshops.tasks import send_workshop_notices

__all__ = ["do_import_run", "purge_imports", "requeue_lost_imports", "send_workshop_notices"]
