"""A disk without room: the system refuses the write, whoever asked is told in French, and no half file is left.

The fault is the system's own (RLIMIT_FSIZE, set low while the file is written): every layer above is the real one.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from abs_reports.compiling import job
from abs_reports.files import store_pdf
from abs_reports.models import CompilationRun
from cias.accounts.models import User
from cias.core.jobs import JobState
from cias.lists.models import ExportRun
from cias.operations.backup import make_backup
from cias.operations.errors import OperationRefused
from households.models import Document, TakeOver
from tests.client import StrictClient
from tests.core import received
from tests.factories import AssignmentFactory, HouseholdFactory, ReportFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]


@contextmanager
def full_disk(room: int = 512) -> Iterator[None]:
    """No file grows beyond `room` bytes meanwhile; Python is told by an OSError, as of a full disk.

    A module first imported meanwhile is not compiled to a file: half of one would be read by whoever comes next.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    compiles = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.dont_write_bytecode = compiles


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def test_the_fault_is_real(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(OSError, match="File too large"):
        (tmp_path / "file").write_bytes(bytes(2000))


def test_a_document_that_is_brought(
    login: Login, claire: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received.without_process(monkeypatch)
    household = HouseholdFactory()
    AssignmentFactory(household=household, agent=claire)
    typed = {"kind": "tax", "level": "team", "brought": SimpleUploadedFile("a.jpg", received.picture())}
    with full_disk():
        response = login(claire).post(reverse("households:document_add", args=[household.pk]), typed)
    assert response.status_code == 200
    assert "Rien n’a été gardé" in response.content.decode()
    assert not Document.objects.exists()
    assert files_of(media) == []


def test_an_export(login: Login, isabelle: User, media: Path) -> None:
    HouseholdFactory.create_batch(30)
    client = login(isabelle)
    address = "/listes/households/exporter/"
    page = client.get(address)
    columns = [code for code, _ in page.context["form"].fields["columns"].choices]
    typed = {"columns": columns, "file_format": "csv", "choice": "Bilan d’activité", "text": ""}
    with full_disk(64):
        response = client.post(address, typed)
    assert response.status_code == 200, response.headers
    assert "Le disque refuse le fichier" in response.content.decode()
    assert not ExportRun.objects.exists()
    assert files_of(media) == []


def test_a_take_over_file(login: Login, isabelle: User, media: Path) -> None:
    content = "Nom;Prénom\n" + "Durand;Anne\n" * 200
    file = SimpleUploadedFile("reprise.csv", content.encode())
    with full_disk(64):
        response = login(isabelle).post(reverse("households:takeovers"), {"file": file})
    assert response.status_code == 200
    assert "disque" in response.content.decode()
    assert not TakeOver.objects.exists()
    assert files_of(media) == []


@pytest.mark.django_db(transaction=True)
def test_the_pdf_of_a_report(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is laid out is replaced, its writing is not."""

    def work(run: CompilationRun, pulse: object, echo: object) -> None:
        store_pdf("abs/rapport/v1-x.pdf", bytes(5000))

    monkeypatch.setattr(job, "_work", work)
    report = ReportFactory()
    with full_disk():
        run = job.run_compilation(CompilationRun.objects.create(report=report).pk)
    assert run is not None
    assert (run.state, run.failure_reason) == (JobState.FAILED, job.DISK)
    assert files_of(media) == []
    report.refresh_from_db()
    assert report.pdf_name == ""


@pytest.mark.django_db(transaction=True)
def test_a_backup(media: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    before = folder / "sauvegarde-20260101T000000Z.cias"
    before.write_bytes(b"an earlier one")
    with full_disk(4096), pytest.raises(OperationRefused, match="Le disque refuse la sauvegarde"):
        make_backup(folder, keep=1)
    assert files_of(folder) == [before]
