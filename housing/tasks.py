"""The tasks of each line of work, where Celery looks for them."""

from housing.dues.tasks import call_contributions

__all__ = ["call_contributions"]
