"""The icons the screens draw, cut out of Bootstrap Icons: `python -m tests.core.icons` writes static/icons/ again.

The whole family is 2 000 drawings and 148 kB, more than half of what a first visit loads; the screens use some 250.
"""

import json
import re
from functools import cache
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).parents[2]
FAMILY = ROOT / "node_modules/bootstrap-icons/font"
FONT, SHEET = ROOT / "static/icons/icons.woff2", ROOT / "static/icons/icons.css"
NAME = re.compile(r"\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)")
# The arrows of what unfolds, which the theme writes as characters.
CHARACTER = re.compile(r"\\(F[0-9A-F]{3})\b")


@cache
def known() -> dict[str, int]:
    """Every icon of the family, with its character."""
    return dict(json.loads((FAMILY / "bootstrap-icons.json").read_text()))


def used() -> dict[str, int]:
    """The icons named in full by templates, scripts and code, with their characters, by name."""
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")]
    for package in ROOT.glob("*/__init__.py"):
        if package.parent.name != "tests":
            sources += [*package.parent.rglob("*.py"), *package.parent.rglob("*.html")]
    names = {name for source in sources for name in NAME.findall(source.read_text())}
    return {name: known()[name] for name in sorted(names & known().keys())}


def characters() -> set[int]:
    """What the font has to draw: the icons named, and the characters of the theme."""
    theme = "".join(sheet.read_text() for sheet in (ROOT / "static/css").glob("*.css"))
    return {*used().values(), *(int(code, 16) for code in CHARACTER.findall(theme))}


def sheet() -> str:
    """The family's own style sheet, with the rules of the icons used."""
    whole = (FAMILY / "bootstrap-icons.min.css").read_text()
    head = whole[: whole.index("}", whole.index(".bi::before")) + 1]
    face = re.sub(r"src:[^}]*", 'src:url("icons.woff2") format("woff2")', head, count=1)
    rules = "\n".join(f'.bi-{name}::before{{content:"\\{code:x}"}}' for name, code in used().items())
    return f"{face}\n{rules}\n"


def write() -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    font = subset.load_font(str(FAMILY / "fonts/bootstrap-icons.woff2"), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    FONT.parent.mkdir(exist_ok=True)
    subset.save_font(font, str(FONT), options)
    SHEET.write_text(sheet())


if __name__ == "__main__":
    write()
