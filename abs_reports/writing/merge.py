"""Bring two texts written from the same one together, a paragraph at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

type Blocks = Sequence[str]


@dataclass(frozen=True)
class Merged:
    """`text` holds both sides' changes; where they cannot both stand, mine, and `conflicts` tells the two apart.

    A conflict is a pair: my paragraphs, then theirs, either of which may be empty.
    """

    text: str
    conflicts: tuple[tuple[str, str], ...] = ()


def paragraphs(text: str) -> list[str]:
    """What empty lines separate, without trailing spaces."""
    blocks = re.split(r"\n[ \t]*\n\s*", tidy(text))
    return [block for block in blocks if block.strip()]


def tidy(text: str) -> str:
    """One kind of line ends, nothing at the ends: what is compared and kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def join(blocks: Blocks) -> str:
    return "\n\n".join(blocks)


@dataclass(frozen=True)
class _Hunk:
    """The paragraphs [start, end) of the base become `blocks`; an empty range is an insertion."""

    start: int
    end: int
    blocks: Blocks

    def touches(self, other: "_Hunk") -> bool:
        """Whether both change the same paragraph, or add at the same place."""
        if self.start == self.end and other.start == other.end:
            return self.start == other.start
        return self.start < other.end and other.start < self.end


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Three-way merge of paragraphs. A paragraph both sides changed differently is a conflict.

    Paragraphs that both added at the same place conflict too: nobody but their writers can order them.
    """
    if tidy(mine) == tidy(theirs) or tidy(base) == tidy(theirs):
        return Merged(tidy(mine))
    if tidy(base) == tidy(mine):
        return Merged(tidy(theirs))
    start = paragraphs(base)
    own, other = _hunks(start, paragraphs(mine)), _hunks(start, paragraphs(theirs))
    kept: list[str] = []
    conflicts: list[tuple[str, str]] = []
    at = 0
    while own or other:
        first, left, right = _together(own, other)
        kept += start[at : first.start]
        at = first.end
        wanted, found = _applied(start, first, left), _applied(start, first, right)
        if not right or wanted == found:
            kept += wanted
        elif not left:
            kept += found
        else:
            kept += wanted
            conflicts.append((join(wanted), join(found)))
    return Merged(join([*kept, *start[at:]]), tuple(conflicts))


def _hunks(base: Blocks, other: Blocks) -> list[_Hunk]:
    """What turns `base` into `other`, in order; paragraphs rewritten one for one are changes of their own."""
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, base, other, autojunk=False).get_opcodes():
        if tag == "replace" and j - i == m - k:
            found += [_Hunk(i + rank, i + rank + 1, [other[k + rank]]) for rank in range(j - i)]
        elif tag != "equal":
            found.append(_Hunk(i, j, other[k:m]))
    return found


def _together(own: list[_Hunk], other: list[_Hunk]) -> tuple[_Hunk, list[_Hunk], list[_Hunk]]:
    """Take the next change off the lists, with all those it touches; first, the range they cover."""
    taken: tuple[list[_Hunk], list[_Hunk]] = ([], [])
    lists = (own, other)
    side = min((rank for rank in (0, 1) if lists[rank]), key=lambda r: (lists[r][0].start, lists[r][0].end))
    taken[side].append(lists[side].pop(0))
    range_ = taken[side][0]
    grew = True
    while grew:
        grew = False
        for rank in (0, 1):
            while lists[rank] and lists[rank][0].touches(range_):
                hunk = lists[rank].pop(0)
                taken[rank].append(hunk)
                range_ = _Hunk(min(range_.start, hunk.start), max(range_.end, hunk.end), [])
                grew = True
    return range_, *taken


def _applied(base: Blocks, range_: _Hunk, hunks: list[_Hunk]) -> list[str]:
    """The paragraphs of the range as one side left them."""
    result: list[str] = []
    at = range_.start
    for hunk in hunks:
        result += [*base[at : hunk.start], *hunk.blocks]
        at = hunk.end
    return [*result, *base[at : range_.end]]
