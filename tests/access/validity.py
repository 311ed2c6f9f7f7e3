"""Whether a page is HTML as the standard has it (RGAA 8.2), without a validator of another language.

The parser is WeasyPrint's, which follows the standard's algorithm and notes each of its parse errors (WHATWG HTML,
13.2.2); what the algorithm accepts but the content model forbids is looked for in the tree it made.
"""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

REFERENCES = ("for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns",
              "aria-errormessage", "aria-activedescendant")  # fmt: skip
# Elements that hold words and what stands among words, and those that never stand there.
PHRASING_ONLY = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "strong", "em", "b", "i", "small", "kbd", "code", "abbr", "time",
    "label", "button", "sub", "sup", "output", "pre", "dfn", "mark",
}  # fmt: skip
FLOW_ONLY = {
    "div", "p", "ul", "ol", "dl", "table", "section", "article", "nav", "aside", "form", "fieldset", "h1", "h2", "h3",
    "h4", "h5", "h6", "details", "figure", "header", "footer", "main", "hr", "blockquote", "pre",
}  # fmt: skip
TRANSPARENT = {"a", "ins", "del", "map"}
INTERACTIVE = {"a", "button", "input", "select", "textarea", "details", "iframe", "label"}
OBSOLETE = {"center", "font", "big", "tt", "strike", "acronym", "marquee", "frame", "frameset", "nobr"}
PARENTS = {
    "li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "option": {"select", "optgroup", "datalist"},
    "optgroup": {"select"}, "legend": {"fieldset"}, "summary": {"details"}, "caption": {"table"},
    "figcaption": {"figure"}, "source": {"video", "audio", "picture"},
}  # fmt: skip
CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "select": {"option", "optgroup", "hr"}}
ANYWHERE = {"script", "template"}
FRAGMENT = "DOCUMENT_FRAGMENT"


def faults_of(page: str) -> list[str]:
    """What is wrong, in words, each fault once; a fragment, which has no doctype, is read as inside a page."""
    parser = HTMLParser(namespace_html_elements=False)
    whole = page.lstrip()[:9].lower() == "<!doctype"
    tree = parser.parse(page) if whole else parser.parse_fragment(page)
    lines = page.split("\n")
    found = [f"{code} {values}: {_near(lines, place)}" for place, code, values in parser.errors]
    found += _of_tree(tree, whole=whole)
    return list(dict.fromkeys(found))


def _near(lines: list[str], place: tuple[int, int]) -> str:
    line, column = place
    return lines[line - 1][max(0, column - 60) : column + 10].strip() if line <= len(lines) else ""


def _of_tree(tree: Element, *, whole: bool) -> Iterator[str]:
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id") is not None)
    yield from (f"id {key!r} {count} times" for key, count in ids.items() if count > 1 or not key)
    for element, above in _walk(tree, ()):
        name, parent = str(element.tag), above[-1] if above else ""
        if name in OBSOLETE:
            yield f"<{name}> is obsolete"
        if parent not in ("", FRAGMENT) and name in PARENTS and parent not in PARENTS[name]:
            yield f"<{name}> in <{parent}>"
        if parent in CHILDREN and name not in CHILDREN[parent] | ANYWHERE:
            yield f"<{name}> in <{parent}>"
        holder = next((one for one in reversed(above) if one not in TRANSPARENT), "")
        if name in FLOW_ONLY and holder in PHRASING_ONLY:
            yield f"<{name}> in <{holder}>"
        if (
            name in INTERACTIVE - {"label"}
            and element.get("type") != "hidden"
            and {"a", "button"} & set(above)
        ):
            yield f"<{name}> in a link or a button"
        if name == "form" and "form" in above:
            yield "<form> in <form>"
        for attribute in ("action", "href", "src", "for", "name"):
            if element.get(attribute) == "":
                yield f"<{name} {attribute}> is empty"
        if whole:
            for attribute in REFERENCES:
                missing = [key for key in (element.get(attribute) or "").split() if key not in ids]
                yield from (f"<{name} {attribute}> names {key!r}, which is not there" for key in missing)
            target = element.get("href") or ""
            if name == "a" and target.startswith("#") and target[1:] not in ids:
                yield f"<a href> leads to {target!r}, which is not there"


def _walk(element: Element, above: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    yield element, above
    # What is in a template is not in the page, and SVG has its own rules.
    if element.tag in ("template", "svg"):
        return
    for child in element:
        if isinstance(child.tag, str):
            yield from _walk(child, (*above, str(element.tag)))
