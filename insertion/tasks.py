"""What insertion does by itself. The worker looks here; each line keeps its tasks beside its work."""

from insertion.workshops.tasks import send_workshop_notices

__all__ = ["send_workshop_notices"]
