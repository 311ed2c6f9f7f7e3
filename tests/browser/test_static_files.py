"""What is collected for browsers: every file that pages and styles name, and the calendar's script still whole."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from playwright.sync_api import Page

from cias.core.static import CALENDAR

NAMED = re.compile(r"""\{% static ['"]([^'"]+)['"]""")


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "cias.core.static.Storage"}}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_each_file_that_a_page_names_is_collected_and_the_calendar_still_runs(
    collected: Path, page: Page
) -> None:
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    named = {name for template in templates for name in NAMED.findall(template.read_text())}
    assert len(named) > 20
    for name in sorted(named):
        assert staticfiles_storage.url(name)  # raises when it was left out
        assert (collected / staticfiles_storage.stored_name(name)).stat().st_size

    (script,) = [path for path in collected.glob(f"{CALENDAR}*.js") if path.name != "global.js"]
    whole = Path(settings.BASE_DIR) / "node_modules/fullcalendar/all/global.js"
    assert script.stat().st_size < 0.7 * whole.stat().st_size
    page.set_content("<div id=box></div>")
    page.add_script_tag(path=script)
    page.evaluate(
        "new FullCalendar.Calendar(box, {initialView: 'timeGridWeek', initialDate: '2026-11-25',"
        " events: [{title: 'Rendez-vous', start: '2026-11-25T09:00', end: '2026-11-25T10:00'}]}).render()"
    )
    page.get_by_text("Rendez-vous").wait_for()
