"""How much room a text takes in a drawing, in the application's font (Atkinson Hyperlegible Next)."""

from collections.abc import Sequence

SIZE = 13  # chart units, on a desktop
PHONE_SIZE = 20  # theme.css enlarges chart text below 768 px: layouts leave room for it
LINE = 22  # between two lines of a wrapped label

# Advance widths in hundredths of an em, from the font's hmtx table, grouped; 58 suits what is not listed.
_WIDTHS = {
    **dict.fromkeys("'", 16), **dict.fromkeys(",.:;’|", 22), **dict.fromkeys("ijlìîï", 25),
    **dict.fromkeys(" \u00a0()", 29), **dict.fromkeys("ftr-", 34), **dict.fromkeys("Icsvxyzkç", 47),
    **dict.fromkeys("1", 41), **dict.fromkeys("aàâeéèêëuùûühnoôö2dgT", 55), **dict.fromkeys("GHNUOQÔ", 70),
    **dict.fromkeys("mMwW", 82), **dict.fromkeys("%", 92),
}  # fmt: skip
_BOLD = 1.06


def text_width(text: str, size: float = PHONE_SIZE) -> float:
    """Width in chart units, on the safe side: bold, and `size` units high."""
    return sum(_WIDTHS.get(character, 58) for character in text) / 100 * size * _BOLD


def wrap(text: str, width: float, size: float = PHONE_SIZE) -> list[str]:
    """Lines no wider than `width`, broken at spaces; a single word wider than that stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def apart(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The same places moved down just enough for labels of these heights not to overlap."""
    moved = [0.0] * len(places)
    floor = float("-inf")
    for rank in sorted(range(len(places)), key=lambda index: places[index]):
        moved[rank] = max(places[rank], floor + heights[rank] / 2)
        floor = moved[rank] + heights[rank] / 2
    return moved
