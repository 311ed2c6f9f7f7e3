"""Every form of every page: sent twice, sent after a colleague changed the row, filled with nonsense.

The pages are walked once for all these tests. `make test` sends every form, with little nonsense, and follows a part of
the addresses; `make fuzz` (or FUZZ_EXAMPLES=50) takes all of them, for as long as one likes.
"""

import json
import os
import re
import resource
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import time_machine
from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test import TestCase
from hypothesis import HealthCheck, Phase, given, settings

from cias.core import once, seen
from cias.core.forms import Form, ModelForm
from tests.access.walking import paper_as_words
from tests.access.world import World, build_world
from tests.client import WRITES
from tests.core.received import without_process
from tests.faults import fuzzing, hostile
from tests.faults.fuzzing import FIXED, FOREIGN, Judge
from tests.faults.pages import Agents, Found, Page, address_shape, every_page, forms_of
from tests.faults.words import filled_in, other

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
IS_LONG = EXAMPLES > 1
# One address of so many is followed: each was opened once already.
SHARE = 1 if IS_LONG else 10
# What a second sending may leave: a line in the read log, a session that goes on.
TRACES = {"audit_accesslog", "django_session"}
# A text that is kept while it is typed: sending it again replaces it.
KEPT_WHILE_TYPING = re.compile(r"/brouillon/|/presence/")
# What reading the worst of the files may take beyond what the pages took (kilobytes).
MOST_MEMORY_KB = 400_000
# The nights the clocks change (twice 02:30 in October), the ends of years, a leap day.
ODD_MOMENTS = (
    "2026-12-31T23:59:30+01:00", "2027-01-01T00:00:30+01:00", "2027-03-28T03:30:00+02:00",
    "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2028-02-29T12:00:00+01:00",
)  # fmt: skip
ELSEWHERE = ("http", "mailto:", "tel:", "/compte/deconnexion", "blob:", "data:", "javascript:")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
}  # fmt: skip
ASKED = "Quelqu’un d’autre a changé cette donnée"
# What the colleague changed is another row since: nothing is written on the one that was read.
ENDED = "s’est terminée le"


@contextmanager
def rows_added() -> Iterator[Counter[str]]:
    """Tables that receive rows within the block."""
    found: Counter[str] = Counter()

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        match = WRITES.match(str(sql))
        if match and "INSERT" in str(sql)[:40].upper() and match[1] not in TRACES:
            found[match[1]] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


@pytest.mark.timeout(1500)
class TestEveryForm(TestCase):
    # Lists of the class itself, that each test does not get copies of.
    worlds: list[World] = []
    pages: list[Page] = []
    clock = time_machine.travel("2026-11-24T10:21:00+01:00")

    @classmethod
    def setUpClass(cls) -> None:
        cls.clock.start()
        cls.addClassCleanup(cls.clock.stop)
        cls.addClassCleanup(cls.pages.clear)
        cls.addClassCleanup(cls.worlds.clear)
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.worlds[:] = [build_world()]
        # What is printed is no page: it is followed as a link, and sent, but not drawn to find that out.
        with paper_as_words():
            cls.pages[:] = every_page(cls.worlds[0])

    def setUp(self) -> None:
        self.addCleanup(cache.clear)

    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        without_process(monkeypatch)

    @property
    def forms(self) -> Iterator[Found]:
        return (form for page in self.pages for form in page.forms)

    def test_no_form_leaves_anything_twice(self) -> None:
        wrong, accepted, count = [], 0, 0
        for form in self.forms:
            count += 1
            typed = filled_in(form.values, form.controls, form.fields)
            if once.FIELD not in typed:
                # The pages used without a network are sent by their script, to an address of its own.
                if form.client.post(form.action, typed).status_code != 405:
                    wrong.append((str(form), "has no token"))
                continue
            mark = transaction.savepoint_create()
            with rows_added() as added:
                first = form.client.post(form.action, typed)
            between = transaction.savepoint_create()
            with rows_added() as again:
                second = form.client.post(form.action, typed)
            # A row that a refusal took back is not left.
            after = _counted(again)
            transaction.savepoint_rollback(between)
            left = after - _counted(again)
            transaction.savepoint_rollback(mark)
            if max(first.status_code, second.status_code) >= 500:
                wrong.append((str(form), first.status_code, second.status_code))
            if first.status_code in (301, 302, 303) and added:
                accepted += 1
                if second.status_code not in (302, 409):
                    wrong.append((str(form), "answers", second.status_code))
            if left and added and not KEPT_WHILE_TYPING.search(form.action):
                wrong.append((str(form), first.status_code, dict(left)))
        assert wrong == [], "\n".join(map(str, wrong))
        assert count > 200, count
        assert accepted > 60, accepted

    def test_every_page_that_changes_a_row_says_what_it_read(self) -> None:
        silent = []
        for form in self.forms:
            for edit in form.edits:
                ours = {edit.add_prefix(name) for name in edit._stored}
                if ours & set(form.controls) and edit.add_prefix(seen.NAME) not in form.controls:
                    silent.append((str(form), type(edit).__name__))
        assert silent == [], "\n".join(map(str, silent))

    def test_who_comes_second_is_shown_both_versions(self) -> None:
        """A colleague's change stands in the database, the page of before is sent with other words."""
        wrong, tried = [], 0
        for form in self.forms:
            for edit, name, theirs in _changes(form):
                if not isinstance(edit, ModelForm):
                    continue
                mark = transaction.savepoint_create()
                if _written(edit, name, theirs[0]):
                    tried += 1
                    typed = filled_in(form.values, form.controls, form.fields)
                    html_name = edit.add_prefix(name)
                    typed[html_name] = other(edit.fields[name], theirs) or form.values.get(html_name, [])
                    response = form.client.post(form.action, typed)
                    row = type(edit.instance)._default_manager.filter(pk=edit.instance.pk).first()
                    kept = row is not None and _said(row, name) == theirs[0]
                    if response.status_code != 200 or ASKED not in response.content.decode() or not kept:
                        wrong.append((str(form), name, theirs, typed[html_name], response.status_code, kept))
                transaction.savepoint_rollback(mark)
        assert wrong == [], "\n".join(map(str, wrong))
        assert tried > 20, tried

    def test_who_comes_second_by_a_form_without_a_row_is_shown_both_versions(self) -> None:
        """The colleague sends the same page first: what such a form writes is known by its service only."""
        wrong, tried = [], set()
        for form in self.forms:
            for edit, name, theirs in _changes(form):
                if isinstance(edit, ModelForm) or str(form) in tried:
                    continue
                html_name, typed = edit.add_prefix(name), filled_in(form.values, form.controls, form.fields)
                mine = other(edit.fields[name], theirs) or form.values.get(html_name, [])
                mark = transaction.savepoint_create()
                first = form.client.post(
                    form.action, {**typed, html_name: theirs, once.FIELD: [once.new_token()]}
                )
                if first.status_code in (302, 303) and _remembers(form, edit, name):
                    tried.add(str(form))
                    second = form.client.post(
                        form.action, {**typed, html_name: mine, once.FIELD: [once.new_token()]}
                    )
                    shown = second.content.decode()
                    if second.status_code != 200 or (ASKED not in shown and ENDED not in shown):
                        wrong.append((str(form), name, theirs, mine, second.status_code))
                transaction.savepoint_rollback(mark)
        assert wrong == [], "\n".join(map(str, wrong))
        assert len(tried) >= 8, tried

    def test_no_form_breaks_on_nonsense(self) -> None:
        judge = Judge()
        with judge.listening():
            for form in self.forms:
                _try(judge, form)
        assert judge.asked > 400, judge.asked
        assert judge.wrong == {}, judge.verdict()

    def test_no_hostile_file_breaks_a_form_or_stays(self) -> None:
        """Every file of the corpus in every field that takes files, with the rest of the form as it should be."""
        judge, fields, kept = Judge(), set(), []
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with tempfile.TemporaryDirectory() as folder, self.settings(MEDIA_ROOT=folder), judge.listening():
            for form in self.forms:
                for name in form.files:
                    is_table = isinstance(form.fields.get(name), forms.FileField)
                    fields.add(f"{form.page} {name}")
                    for case, (called, content) in (hostile.TABLES if is_table else hostile.RECEIVED).items():
                        sent = _with_file(form, name, called, content)
                        judge.ask(form.page, partial(form.client.post, form.action, sent), {name: [case]})
                        left = [path for path in Path(folder).rglob("*") if path.is_file()]
                        if left and not is_table:
                            kept.append((form.page, name, case))
                        for path in left:
                            path.unlink()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert judge.wrong == {}, judge.verdict()
        assert kept == []
        assert len(fields) >= 6, fields
        assert grown < MOST_MEMORY_KB, grown

    def test_no_link_is_broken(self) -> None:
        """What a page offers to an agent, the agent may open; nothing comes from elsewhere, nor in clear."""
        opened = {(page.role, page.url) for page in self.pages}
        wrong, met, followed = [], set(), 0
        for page in self.pages:
            wrong += [(page.name, one) for one in page.sources if one.startswith(("http:", "https:", "//"))]
            wrong += [
                (page.name, name)
                for name, value in HEADERS.items()
                if value not in page.headers.get(name, "")
            ]
            for link in page.links:
                address, shape = urljoin(page.url, link), (page.role, address_shape(urljoin(page.url, link)))
                if link.startswith(ELSEWHERE) or shape in met or (page.role, address) in opened:
                    continue
                met.add(shape)
                if len(met) % SHARE:
                    continue
                followed += 1
                status = page.client.get(address).status_code
                if status >= 400:
                    wrong.append((page.name, link, status))
        assert wrong == [], "\n".join(map(str, wrong))
        assert followed > 200 / SHARE, followed

    def test_every_page_opens_on_the_odd_days(self) -> None:
        """Each page at one of these moments (at all of them when there is time)."""
        judge, pages = Judge(), self.pages[::SHARE]
        with judge.listening():
            for rank, moment in enumerate(ODD_MOMENTS):
                with time_machine.travel(moment):
                    agents = Agents(self.worlds[0])
                    for number, page in enumerate(pages):
                        if IS_LONG or number % len(ODD_MOMENTS) == rank:
                            client = agents.clients[page.role]
                            judge.ask(page.name, partial(client.get, page.url), {"moment": [moment]})
        assert judge.asked >= len(pages)
        assert judge.wrong == {}, judge.verdict()

    def test_no_parameter_of_an_address_breaks_a_page(self) -> None:
        judge = Judge()
        texts = ("\x00", "-1", "99999999999999999999", "31/02/2026", FOREIGN)
        with judge.listening():
            for rank, page in enumerate(self.pages[::SHARE]):
                for text in texts if IS_LONG else {texts[0], texts[1 + rank % 4]}:
                    sent = {name: [text] for name in page.parameters}
                    judge.ask(page.name, lambda: page.client.get(page.url, sent), sent)  # noqa: B023 - called at once
        assert judge.asked > 300 / SHARE, judge.asked
        assert judge.wrong == {}, judge.verdict()


def _counted(tables: Counter[str]) -> Counter[str]:
    """How many rows these tables hold."""
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name we wrote
            found[table] = cursor.fetchone()[0]
    return found


def _with_file(form: Found, name: str, called: str, content: bytes) -> dict[str, Any]:
    typed: dict[str, Any] = dict(filled_in(form.values, form.controls, form.fields))
    typed[once.FIELD] = [once.new_token()]
    return {**typed, name: SimpleUploadedFile(called, content)}


def _try(judge: Judge, form: Found) -> None:
    def post(values: dict[str, list[str]]) -> None:
        judge.ask(form.page, lambda: form.client.post(form.action, values), values)

    post({name: ["\x00"] for name in form.controls if name not in FIXED})

    @settings(
        derandomize=True, database=None, max_examples=EXAMPLES, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(values=fuzzing.typed(form))
    def some(values: dict[str, list[str]]) -> None:
        post(values)

    some()


def _changes(form: Found) -> Iterator[tuple[Form | ModelForm, str, list[str]]]:
    """One field of a row's form, each of one without a row, with another value than the stored one."""
    for edit in form.edits:
        for name in edit._stored:
            field, html_name = edit.fields.get(name), edit.add_prefix(name)
            if field is None or form.controls.get(html_name) not in ("text", "textarea", "select"):
                continue
            if edit.add_prefix(seen.NAME) not in form.controls:
                continue
            if isinstance(edit, ModelForm) and not hasattr(edit.instance, name):
                continue
            if theirs := other(field, form.values.get(html_name, [])):
                yield edit, name, theirs
                if isinstance(edit, ModelForm):
                    return


def _remembers(form: Found, edit: Form | ModelForm, name: str) -> bool:
    """Whether the page is still there and shows another value than before: a service may drop some."""
    key, page = edit.add_prefix(seen.NAME), form.client.get(form.action)
    if page.status_code != 200:
        return False
    now = next(
        (one.values[key] for one in forms_of(page, form.action, form.client, "") if key in one.values), None
    )
    return now is not None and json.loads(now[0]).get(name) != json.loads(form.values[key][0]).get(name)


def _written(edit: ModelForm, name: str, value: str) -> bool:
    """Whether the colleague's value could be written: some columns are bound to others by a rule."""
    rows = type(edit.instance)._default_manager.filter(pk=edit.instance.pk)
    try:
        with transaction.atomic():
            rows.update(**{name: edit.fields[name].clean(value)})
    except Exception:
        return False
    return _said(rows.get(), name) == value


def _said(row: Any, name: str) -> str:
    value = model_to_dict(row, [name]).get(name)
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
