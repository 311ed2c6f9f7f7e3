"""Guards that keep something else than what the walks look for, each with a test that goes red without it.

`python -m tests.access.elsewhere` runs each of these tests as it is, then with its guard taken away: it must fail.
With the beginnings of paths (`… insertion/imports rights`), only those of these files.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

ELSEWHERE = Path(__file__).with_name("elsewhere.csv")

type Key = tuple[str, str, int]


def elsewhere() -> dict[Key, str]:
    """The test named for each guard (path, function, place among the guards of the function)."""
    with ELSEWHERE.open(encoding="utf-8", newline="") as file:
        return {(row["path"], row["function"], int(row["nth"])): row["test"] for row in csv.DictReader(file)}


class WithoutGuards:
    """In place of pytest's own loop: what a test says with every guard standing, then without one of them."""

    def __init__(self, named: dict[Key, str]) -> None:
        self.named, self.codes = named, dict[FunctionType, CodeType]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """What a test is built with is not its subject: the guard is missing while the test itself runs."""
        from tests.access.mutating import running

        with running(self.codes):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from tests.access.proving import every_guard

        guards = {one.key: (one, function) for one, function in every_guard().items()}
        tests: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)  # whatever it is given
        wrong = [f"{key}: no such guard" for key in self.named if key not in guards]
        for test, items in tests.items():
            if any(self._reds(item, session) for item in items):
                wrong.append(f"{test}: red as it is")
            for key in [key for key, name in self.named.items() if name == test and key in guards]:
                one, function = guards[key]
                self.codes = {function: one.code}
                if not any("call" in self._reds(item, session) for item in items):
                    wrong.append(f"{test}: stays green though {one}")
                self.codes = {}
        session.testsfailed = len(wrong)
        print("\n" + "\n".join([*wrong, f"{len(self.named)} guards, {len(tests)} tests, {len(wrong)} wrong"]))  # noqa: T201
        return True

    def _reds(self, item: pytest.Item, session: pytest.Session) -> list[str]:
        """The stages at which the test fails; whatever was built for the whole session stays."""
        reports = runtestprotocol(item, log=False, nextitem=session)  # type: ignore[arg-type]
        return [report.when for report in reports if report.failed]


if __name__ == "__main__":
    under = tuple(sys.argv[1:]) or ("",)
    chosen = {key: test for key, test in elsewhere().items() if key[0].startswith(under)}
    tests = sorted(set(chosen.values()))
    sys.exit(pytest.main(["-n", "0", "-q", "-o", "timeout=0", *tests], plugins=[WithoutGuards(chosen)]))
