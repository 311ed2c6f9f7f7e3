"""How files are spoken of by those who know no domain model: their numbers, and the parts their pages are made of."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from cias.core.providers import Registry


@dataclass(frozen=True, kw_only=True)
class FileNumbers:
    """What the numbers that letters bear say of the files of an app, for pages that name nobody.

    `find(typed)`: the key of the file with this number, however it was typed, of the one it was merged into; None when
    there is none. `number(key)`: its number, "" for what is no file. `keys(key)`: its key and those merged into it.
    """

    find: Callable[[str], Any | None]
    number: Callable[[Any], str]
    keys: Callable[[Any], Collection[Any]]


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A part of a file, as the read log names it; a tab when it has a page of its own, shown in order of `position`.

    `url_name` takes the key of the file; the tab is for who holds one of `rights`, for all when there is none.
    """

    label: str
    position: int = 0
    url_name: str = ""
    rights: tuple[str, ...] = ()


# Whoever watches over the readings finds a file by its number, never by a name.
file_numbers: Registry[FileNumbers] = Registry("file_numbers")
# By the code that pages give to the read log.
file_parts: Registry[FilePart] = Registry("file_parts")


def file_tabs() -> list[tuple[str, FilePart]]:
    """The parts that are tabs, with their code, in their order."""
    tabs = [(code, part) for code, part in file_parts.items() if part.url_name]
    return sorted(tabs, key=lambda tab: tab[1].position)


def part_label(code: str) -> str:
    """What the part is called; the code itself for one that a later version removed."""
    return file_parts[code].label if code in file_parts else code


def find_file(typed: str) -> Any | None:
    """The key of the file with this number, whatever the app; None when there is none."""
    return next((key for numbers in file_numbers if (key := numbers.find(typed)) is not None), None)


def file_number(key: Any) -> str:
    """The number of this file, "" when it is no file with a number."""
    return next((number for numbers in file_numbers if (number := numbers.number(key))), "")


def file_keys(key: Any) -> set[Any]:
    """This key, and those of the files merged into its file."""
    return {key, *(merged for numbers in file_numbers for merged in numbers.keys(key))}
