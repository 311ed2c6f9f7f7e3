"""A few lines of SVG: one element tree, written for the web (classes) or for print (presentation attributes).

On screen, colours come from `static/css/theme.css` through classes, so that charts follow light and dark
mode. WeasyPrint does not apply the page's style sheets inside an inline SVG, hence `PRINT`: the same classes
spelled out with the light tokens of theme.css (a test keeps the two in step).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

INK, INK_SOFT, SURFACE, SUNKEN, PAPER = "#24211c", "#5b5548", "#fffdf9", "#ece7dc", "#f6f3ec"
RULE, RULE_STRONG, BLUE, ON_BLUE = "#ddd6c8", "#877e6e", "#1f4296", "#fffdf9"
Q1, Q2, Q3, Q4 = "#d3dcf0", "#98add9", "#5577ba", "#1f4296"

PRINT_FONT = "Atkinson Hyperlegible Next"
# Charts are 560 units wide and print.css prints them 150 mm wide: 12 units are 9 points on paper.
PRINT_TEXT = {"font-family": PRINT_FONT, "font-size": "12", "font-weight": "500", "fill": INK}
_HALO = {"stroke": "#ffffff", "stroke-width": "3", "stroke-linejoin": "round"}
PRINT: Mapping[str, Mapping[str, str]] = {
    "t-soft": {"fill": INK_SOFT},
    "t-on": {"fill": ON_BLUE},
    "t-end": {"text-anchor": "end"},
    "t-mid": {"text-anchor": "middle"},
    "t-bold": {"font-weight": "700"},
    # Names on a map, which is printed 100 mm wide: 14 units are 7 points.
    "halo": {"font-weight": "700", "font-size": "14"},
    "grid-line": {"stroke": RULE, "stroke-width": "0.75"},
    "axis": {"stroke": RULE_STRONG, "stroke-width": "0.75"},
    "bar-main": {"fill": BLUE},
    "bar-track": {"fill": SUNKEN},
    "neutral": {"fill": INK_SOFT},
    "part": {"stroke": "#ffffff", "stroke-width": "1"},
    "before": {"stroke": INK, "stroke-width": "2"},
    "line": {"fill": "none", "stroke": BLUE, "stroke-width": "2", "stroke-linejoin": "round"},
    "line-2": {"stroke": INK},
    "line-3": {"stroke": Q3},
    "line-soft": {"stroke": RULE_STRONG, "stroke-width": "1.5"},
    "line-old": {"stroke": INK_SOFT, "stroke-dasharray": "5 4"},
    "dot": {"fill": "#ffffff", "stroke": BLUE, "stroke-width": "2"},
    "dot-2": {"stroke": INK},
    "dot-3": {"stroke": Q3},
    "dot-soft": {"stroke": RULE_STRONG},
    "dot-old": {"stroke": INK_SOFT},
    "q1": {"fill": Q1},
    "q2": {"fill": Q2},
    "q3": {"fill": Q3},
    "q4": {"fill": Q4},
    "commune": {"stroke": "#ffffff", "stroke-width": "0.75"},
    "missing": {"fill": "none", "stroke": RULE_STRONG, "stroke-width": "0.75", "stroke-dasharray": "2 2"},
    "hatch": {"stroke": RULE_STRONG, "stroke-width": "0.75"},
    "hatch-bg": {"fill": "#ffffff"},
}
_XML_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


@dataclass(frozen=True, slots=True)
class Element:
    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple["Element | str", ...]

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(dict(self.attributes).get("class", "").split())


def el(tag: str, *children: "Element | str", **attributes: str | float | None) -> Element:
    """`el("text", "Lucé", x=0, text_anchor="end")`: underscores become hyphens, None drops the attribute."""
    written = (
        (name.rstrip("_").replace("_", "-"), coordinate(value) if isinstance(value, int | float) else value)
        for name, value in attributes.items()
        if value is not None
    )
    return Element(tag, tuple(written), children)


def coordinate(value: float) -> str:
    """At most two decimals: a hundredth of a unit is far below what an eye or a printer sees."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def web(element: Element) -> SafeString:
    """The element as markup for a page; text and attributes are escaped."""
    return mark_safe(_write(element))  # noqa: S308 - every text and attribute goes through _escape


def printed(element: Element) -> SafeString:
    """The same drawing for WeasyPrint: no class, real colours, phone-only rules left out."""
    return mark_safe("".join(_write(part) for part in _styled(element)))  # noqa: S308 - same escaping


def _styled(element: Element) -> list[Element]:
    given = dict(element.attributes)
    classes = given.pop("class", "").split()
    attributes = dict(PRINT_TEXT) if element.tag == "text" else {}
    for name in classes:
        attributes.update(PRINT.get(name, {}))
    attributes.update(given)
    children = tuple(
        part for child in element.children for part in ([child] if isinstance(child, str) else _styled(child))
    )
    drawn = Element(element.tag, tuple(attributes.items()), children)
    if "halo" not in classes:
        return [drawn]
    # WeasyPrint knows no paint-order: the halo is a first copy of the text, under it.
    return [Element(element.tag, tuple((attributes | _HALO).items()), children), drawn]


def _write(element: Element) -> str:
    attributes = "".join(f' {name}="{_escape(value)}"' for name, value in element.attributes)
    if not element.children:
        return f"<{element.tag}{attributes}/>"
    inside = "".join(
        _escape(child) if isinstance(child, str) else _write(child) for child in element.children
    )
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _escape(text: str) -> str:
    return escape(text.translate(_XML_FORBIDDEN))
