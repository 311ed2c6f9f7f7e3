"""The project; importing it makes the Celery application the one `shared_task` belongs to."""

from cias.celery import app as celery_app

__all__ = ["celery_app"]
