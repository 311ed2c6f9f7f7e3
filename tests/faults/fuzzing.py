"""Nonsense, and the judge of what is answered to it."""

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import got_request_exception
from django.db import transaction
from django.http import HttpResponse
from hypothesis import strategies as st

from cias.core import once
from tests.faults.pages import Found
from tests.faults.words import filled_in

ENGLISH = (
    "This field is required", "Enter a valid", "Select a valid choice", "Ensure this", "is not a valid",
    "Traceback (most recent call last)", "Null characters are not allowed", "ManagementForm data",
)  # fmt: skip
FOREIGN = str(uuid.UUID(int=0xF0E1))
TEXTS = (
    "\x00", "a\x00b", "x" * 20_000, "\U0001f600", "\u202ecod.exe", "'; DROP TABLE household; --", "\ufeff", "٣٤",
    "<script>alert(1)</script>", "{{ 7*7 }}{% debug %}", "%s%n%(x)s", "\r\nSet-Cookie: a=b", "1e400", "NaN",
    "Infinity", "-1", "0", "99999999999999999999999999", "1,5", "--", "[]", "null", "00/00/0000", "31/02/2026",
    "01/01/0001", "31/12/9999", "29/02/2027", "2026-11-24T25:61", "24:00", "-01:00", FOREIGN, "../../etc/passwd", " ",
    "",
)  # fmt: skip
NUMBERS = (
    "-1",
    "0",
    "NaN",
    "Infinity",
    "1e400",
    "99999999999999999999999999",
    "2147483648",
    "1,5",
    "\x00",
    "",
    "un",
)
COUNTS = ("-1", "1001", "99999999", "abc", "", "\x00")
FIXED = (once.FIELD, "csrfmiddlewaretoken")


def nasty(name: str, kind: str) -> st.SearchStrategy[str]:
    if name.endswith(("TOTAL_FORMS", "INITIAL_FORMS", "-total")):
        return st.sampled_from(COUNTS)
    if kind in ("number", "hidden", "radio", "select", "checkbox"):
        return st.sampled_from((*NUMBERS, FOREIGN, "x" * 300, "inconnu"))
    return st.one_of(st.sampled_from(TEXTS), st.text(max_size=40))


@st.composite
def typed(draw: st.DrawFn, form: Found) -> dict[str, list[str]]:
    """What the page holds, with some fields replaced, taken away, doubled or made a list."""
    values = filled_in(form.values, form.controls, form.fields)
    values[once.FIELD] = [once.new_token()]
    for name, kind in form.controls.items():
        if name in FIXED or kind == "file":
            continue
        match draw(st.integers(0, 9)):
            case 0:
                values.pop(name, None)
            case 1:
                values[name] = [draw(nasty(name, kind)), draw(nasty(name, kind))]
            case 2:
                values[f"{name}[]"] = values.pop(name, [""])
            case 3 | 4 | 5 | 6 | 7:
                values[name] = [draw(nasty(name, kind))]
    return values


class Judge:
    """Collects what must not be answered, each cause once."""

    def __init__(self) -> None:
        self.wrong: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.raised: list[str] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        got_request_exception.connect(self._remember)
        try:
            yield
        finally:
            got_request_exception.disconnect(self._remember)

    def _remember(self, **kwargs: Any) -> None:
        error, trace = sys.exc_info()[1], sys.exc_info()[2]
        where = []
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if "site-packages" not in file:
                where.append(f"{'/'.join(file.rsplit('/', 3)[-3:])}:{trace.tb_lineno}")
            trace = trace.tb_next
        self.raised.append(f"{type(error).__name__}: {str(error)[:160]} @ {' '.join(where[-4:])}")

    def ask(self, page: str, send: Callable[[], HttpResponse], sent: Any) -> None:
        """Send, judge the answer, and take back what it wrote."""
        self.asked += 1
        self.raised.clear()
        mark = transaction.savepoint_create()
        try:
            response = send()
        finally:
            transaction.savepoint_rollback(mark)
        if response.status_code >= 500:
            self._note(page, f"{response.status_code} {' '.join(self.raised)}", sent)
        elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            body = response.content.decode()
            for english in ENGLISH:
                if english in body:
                    self._note(page, english, sent)

    def _note(self, page: str, what: str, sent: Any) -> None:
        short = {name: [value[:40] for value in values] for name, values in sent.items()}
        self.wrong.setdefault((page, what), repr(short)[:700])

    def verdict(self) -> str:
        return "\n".join(f"{page}: {what}\n    {sent}" for (page, what), sent in self.wrong.items())
