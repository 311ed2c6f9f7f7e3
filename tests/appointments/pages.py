"""Read our pages in tests."""

import re
from typing import Any

from lxml import html

_STEP = re.compile(r"(?P<tag>\w+)?(?P<classes>(?:\.[\w-]+)*)(?:\[(?P<name>[\w-]+)(?:=(?P<value>[^\]]+))?\])?")


def parse(response: Any) -> html.HtmlElement:
    return html.fromstring(response.content.decode())


def select(tree: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """Elements by a path of `tag.class[name=value]` steps, each anywhere below the one before."""
    xpath = "."
    for step in path.split():
        match = _STEP.fullmatch(step)
        assert match, step
        xpath += f"//{match['tag'] or '*'}"
        for name in filter(None, match["classes"].split(".")):
            xpath += f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        if match["value"]:
            xpath += f"[@{match['name']}='{match['value']}']"
        elif match["name"]:
            xpath += f"[@{match['name']}]"
    return tree.xpath(xpath)


def words(element: html.HtmlElement) -> str:
    """The text one reads, spaces evened out."""
    return " ".join(element.text_content().split())
