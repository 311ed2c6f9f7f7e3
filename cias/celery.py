"""The Celery application: `celery -A cias worker`. Settings and beat schedule are Django's (CELERY_…)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cias.settings")

app = Celery("cias")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
