"""What never reaches a log: an address that opens something by itself, and the request that carries it."""

import logging
import re

SECRET_PATHS = re.compile(r"(/agenda/ical/)[^/\s'\"]+")


class WithoutSecrets(logging.Filter):
    """Hide secret addresses in messages; Django adds the whole request to its records, it goes away."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = SECRET_PATHS.sub(r"\1…", record.getMessage())
        record.args = None
        record.__dict__.pop("request", None)
        return True
