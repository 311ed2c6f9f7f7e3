"""What never reaches a log: an address that opens something by itself, and the request that carries it."""

import logging
import re
from typing import Any

CHATTY = ("weasyprint", "fontTools", "pikepdf", "celery.app.trace", "celery.worker.strategy", "celery.beat")
SECRET_PATHS = re.compile(r"(/agenda/ical/)[^/\s'\"]+")


class WithoutSecrets(logging.Filter):
    """Hide secret addresses in messages; Django adds the whole request to its records, it goes away."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = SECRET_PATHS.sub(r"\1…", record.getMessage())
        record.args = None
        record.__dict__.pop("request", None)
        return True


def logging_without_secrets(*, json: bool, level: str) -> dict[str, Any]:
    """The settings' LOGGING: on the console, one JSON object a line (`json`) or one short line, from `level` up."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            },
            "line": {"format": "%(levelname)s %(name)s %(message)s"},
        },
        "filters": {"without_secrets": {"()": "cias.core.logs.WithoutSecrets"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if json else "line",
                "filters": ["without_secrets"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # Never log SQL: parameters are personal data.
            "django.db.backends": {"level": "ERROR", "propagate": False},
            # Each step of each document, each call of each task: the jobs that count are rows of the database.
            **{name: {"level": "WARNING"} for name in CHATTY},
        },
    }
