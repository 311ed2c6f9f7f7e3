#!/usr/bin/env python
"""Django's command line, with the embedded PostgreSQL and Valkey started when no URL names others."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cias.settings")
    from django.core.management import execute_from_command_line

    from cias.embedded import running_services

    with running_services():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
