"""Base of our commands: French help, and bad input answers exit code 2 with one line (contracts.md)."""

import sys
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError


def _refuse(message: str) -> NoReturn:
    """Argparse's complaint in one line instead of a usage page."""
    sys.stderr.write(f"Arguments refusés ({message}). L’option --help les décrit.\n")
    sys.exit(2)


class Command(BaseCommand):
    """Subclasses write `run(**options)`; a ValidationError raised by it is the user's mistake, not ours."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = _refuse  # type: ignore[method-assign]
        return parser

    def handle(self, *args: Any, **options: Any) -> str | None:
        try:
            return self.run(**options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error

    def run(self, **options: Any) -> str | None:
        raise NotImplementedError
