"""The acronyms of social action, from the table of docs/guide/glossaire.md: the one place where they are explained."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from cias.core.text import words

FOLDER = settings.BASE_DIR / "docs" / "guide"
SLUG = "glossaire"
COLUMNS = 4


@dataclass(frozen=True)
class Term:
    """`source` is the text or the body that says so, with its article when there is one."""

    acronym: str
    expansion: str
    explanation: str
    source: str

    @property
    def anchor(self) -> str:
        return "-".join(words(self.acronym))


@cache
def terms() -> Mapping[str, Term]:
    """By acronym, in the order of the table. Raises ValueError for a line that has not four columns, or comes twice."""
    found: dict[str, Term] = {}
    lines = (FOLDER / f"{SLUG}.md").read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if line.startswith("|")][2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != COLUMNS or not all(cells) or cells[0] in found:
            raise ValueError(f"glossary: {line}")
        found[cells[0]] = Term(*cells)
    return found


@cache
def pattern() -> re.Pattern[str]:
    """Any acronym as a whole word, the longest first."""
    known = sorted(terms(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known))})(?![\w-])")
