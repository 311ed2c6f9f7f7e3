"""The little formatting a letter needs, from plain text: paragraphs, line breaks, **bold**, lists of "- items".

Four rules one can explain in a sentence, and nothing else: a Markdown library would also turn "2026. " into a
numbered list, four spaces into a block of code and "_" into italics, which nobody who writes a letter expects.
Everything typed is escaped first, so no HTML ever comes from a text or from a name in it.
"""

import re
from itertools import groupby

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITEM = re.compile(r"[-•]\s+")


def rich_html(text: str) -> SafeString:
    """HTML of `text`; blocks are separated by empty lines, an item is a line that starts with "- "."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n"))
    html = "\n".join(_block(block) for block in blocks if block.strip())
    return mark_safe(html)  # noqa: S308 - every piece of text went through _inline()


def _block(block: str) -> str:
    parts = []
    for is_list, lines in groupby(block.split("\n"), key=lambda line: bool(_ITEM.match(line.lstrip()))):
        if is_list:
            items = (_ITEM.sub("", line.lstrip(), count=1) for line in lines)
            parts.append(f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>")
        elif shown := [_inline(line) for line in lines if line.strip()]:
            parts.append(f"<p>{'<br>'.join(shown)}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", str(conditional_escape(str(text).strip())))
