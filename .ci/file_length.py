"""Refuses source files of more than 400 lines: past that, a module becomes a package of several objects."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400
SUFFIXES = (".py", ".html", ".js")
EXEMPT = ("migrations", "tests")

tracked = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
sources = [
    path
    for path in map(Path, tracked)
    if path.suffix in SUFFIXES and not set(path.parts) & set(EXEMPT) and path.is_file()
]
too_long = [
    f"{path}: {lines} lines, {LIMIT} at most"
    for path in sources
    if (lines := path.read_text(encoding="utf-8").count("\n")) > LIMIT
]
sys.exit("\n".join(too_long) or 0)
