"""Empty what is known of somebody, and keep what is counted of them (C7): the mechanism, which knows no domain.

Every text, JSON value or file name of a table that hangs from a root (a household, a person) has a treatment, declared
by the app that owns it:

    erasing.wipe("households.Note", "text")
    erasing.keep("rights.RightsFile", "due_kind", because="a code of the application")

tests/core/test_erasing.py walks all the models and fails, with the line to add, when a column has none. In production a
column nobody declared is wiped all the same. Codes, dates, amounts and keys of other tables stay: they are what past
figures are made of (docs/adr/0020-data-life.md).
"""

from cias.core.erasing.declaring import (
    MARK,
    Handler,
    Treatment,
    blank,
    drop,
    handle,
    keep,
    later,
    loose,
    renumber,
    treatments,
    wipe,
)
from cias.core.erasing.reach import Edge, columns, graph, undeclared, unknown
from cias.core.erasing.writing import Erased, erase, erase_later, erase_loose, measure

__all__ = [
    "MARK",
    "Edge",
    "Erased",
    "Handler",
    "Treatment",
    "blank",
    "columns",
    "drop",
    "erase",
    "erase_later",
    "erase_loose",
    "graph",
    "handle",
    "keep",
    "later",
    "loose",
    "measure",
    "renumber",
    "treatments",
    "undeclared",
    "unknown",
    "wipe",
]
