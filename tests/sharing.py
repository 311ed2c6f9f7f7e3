"""Who runs what, when several processes share the tests: a hook of pytest-xdist.

Not its own `loadgroup`, which writes a group into the test's identifier: pytest takes no notice of that since 9.2
(pytest-xdist, issue 1386), and nothing says so. tests/harness/test_sharing.py looks at who ran what.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# One process makes what such a file needs for all its tests, and begins with it, for nobody to wait for it at the end.
# All other tests are shared out one by one.
TOGETHER = frozenset(
    {
        "tests/abs_reports/test_report_pdf.py",
        "tests/faults/test_every_form.py",
        "tests/platform/test_image.py",
        "tests/rights/test_estimates_engine.py",
    }
)


class Sharing(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)
