"""The screens draw icons from a font that holds those they name, and no other."""

import re

from fontTools.ttLib import TTFont

from tests.core import icons

PIECE = re.compile(r"\bbi-(?:[a-z0-9-]*-)?[^a-z0-9-]")
AGAIN = "python -m tests.core.icons"


def test_every_icon_named_is_in_the_font():
    with TTFont(icons.FONT) as font:
        drawn = set(font.getBestCmap())
    assert drawn == icons.characters(), AGAIN


def test_the_style_sheet_is_the_family_s_own_for_them():
    assert icons.SHEET.read_text() == icons.sheet(), AGAIN


def test_what_the_theme_writes_as_a_character_is_found():
    assert {0xF282, 0xF286} <= icons.characters()


def test_icons_put_together_from_pieces_would_not_be_found():
    """Names are written in full wherever they stand: that is how they are found."""
    sources = [*(icons.ROOT / "templates").rglob("*.html"), *(icons.ROOT / "static/js").glob("*.js")]
    assert [source.name for source in sources if PIECE.search(source.read_text())] == []
