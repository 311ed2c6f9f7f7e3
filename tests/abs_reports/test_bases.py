"""S3: the count behind a figure is kept, and shown to those who manage the analysis only."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from abs_reports.enums import FigureUnit
from abs_reports.freezing import freeze, frozen_book
from abs_reports.models import Figure
from abs_reports.tables import Book, Row, given, masked
from tests.abs_reports.tables import table
from tests.factories import ReportFactory

pytestmark = pytest.mark.django_db
SHOWN = "effectif 137"


@pytest.fixture
def report():
    report = ReportFactory(compiled=True)
    rate = given(Decimal("12.5"), FigureUnit.PERCENT, 1, base=137)
    rows = (Row("css", "CSS", (rate, masked(FigureUnit.PERCENT, 1))),)
    freeze(report, Book([table("rights-refusals-droit", rows=rows)]))
    return report


def test_it_is_frozen_and_none_is_kept_of_a_masked_figure(report) -> None:
    assert set(Figure.objects.values_list("value", "base")) == {(Decimal("12.5"), 137), (None, None)}


def test_it_is_read_back_on_request_only(report) -> None:
    assert frozen_book(report)["rights-refusals-droit"].rows[0].values[0].base is None
    assert frozen_book(report, with_bases=True)["rights-refusals-droit"].rows[0].values[0].base == 137


def test_it_changes_no_fingerprint(report) -> None:
    assert frozen_book(report).checksum == frozen_book(report, with_bases=True).checksum


def test_the_direction_sees_it_on_the_page_and_not_in_the_workbook(report, login, isabelle) -> None:
    client = login(isabelle)
    assert SHOWN in client.get(reverse("abs_reports:figures", args=[report.pk])).content.decode()
    assert b"137" not in client.get(reverse("abs_reports:workbook", args=[report.pk])).content


@pytest.mark.parametrize("reader", ["claire", "francoise"])
def test_readers_of_the_published_report_do_not(report, login, request, reader: str) -> None:
    report.status, report.published_at = "published", datetime(2026, 2, 17, tzinfo=UTC)
    report.save()
    client = login(request.getfixturevalue(reader))
    answer = client.get(reverse("abs_reports:figures", args=[report.pk]))
    assert answer.status_code == 200
    assert SHOWN not in answer.content.decode()
