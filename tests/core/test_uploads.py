"""What is taken in, what is left of it, and what is refused: each file goes through the real process."""

import io
import socket
import struct
import threading
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from cias.core.uploads import Patience, RefusedError, ScanState, child, draw_page, made_here, receive, sandbox
from tests.core import received


@pytest.fixture(autouse=True)
def _few_pages(settings) -> None:
    settings.UPLOAD_MAX_PAGES = 5


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    received.without_process(monkeypatch)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("case", received.HOSTILE, ids=received.HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(case: str) -> None:
    name, content, sentence = received.HOSTILE[case]
    with pytest.raises(RefusedError) as refusal:
        receive(name, content)
    said = str(refusal.value)
    assert sentence in said
    assert said[0].islower()
    assert said.endswith(".")


def test_one_page_of_a_pdf_is_drawn_in_the_process_too() -> None:
    content = received.pdf(2)
    pages = [draw_page(content, number) for number in (1, 2)]
    assert [Image.open(io.BytesIO(page)).format for page in pages] == ["JPEG", "JPEG"]
    assert pages[0] != pages[1]
    with pytest.raises(RefusedError, match="ne se lit pas"):
        draw_page(content, 3)


def test_a_photo_loses_its_place_and_stands_upright() -> None:
    content = received.photo_with_place()
    assert b"canari" in content
    kept = receive("IMG_0001.JPG", content)
    assert b"canari" not in kept.content.lower()
    image = Image.open(io.BytesIO(kept.content))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (240, 320), {})
    assert not {"comment", "exif", "icc_profile"} & image.info.keys()
    assert (kept.content_type, kept.pages, kept.scan) == (child.JPEG, 1, ScanState.NOT_SCANNED)
    assert Image.open(io.BytesIO(kept.thumbnail)).size == (162, 216)


def test_a_picture_with_a_script_in_its_text_loses_it() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "canari-texte")
    kept = receive("carte.png", received.picture("PNG", pnginfo=info))
    assert b"canari" not in kept.content
    assert Image.open(io.BytesIO(kept.content)).format == "PNG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_colours_is_kept(mode: str) -> None:
    written = io.BytesIO()
    grey = Image.new("I;16", (90, 60), 200 * 257) if mode == "I;16" else Image.new("L", (90, 60), 200)
    grey.convert(mode, dither=Image.Dither.NONE).save(written, "JPEG" if mode == "CMYK" else "PNG")
    made = child.make(written.getvalue(), child.Limits())
    shade = Image.open(io.BytesIO(made.preview)).convert("L").getpixel((5, 5))
    assert abs(shade - (255 if mode == "1" else 200)) < 3


def test_a_large_picture_is_reduced() -> None:
    made = child.make(received.picture(size=(6000, 3000)), child.Limits())
    assert Image.open(io.BytesIO(made.content)).size == (4000, 2000)


def test_a_telephone_s_photo_becomes_a_jpeg() -> None:
    kept = receive("IMG_2.HEIC", received.heic())
    image = Image.open(io.BytesIO(kept.content))
    assert (kept.content_type, image.format, image.size) == (child.JPEG, "JPEG", (64, 48))
    assert image.getpixel((5, 5))[2] > 120 > image.getpixel((5, 5))[0]  # blue
    assert b"canari" in received.heic()
    assert b"canari" not in kept.content


def _told(thing: pikepdf.Object) -> bytes:
    """All that an object says, pictures left out."""
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != "/Image":
        return thing.unparse(resolved=True) + thing.read_bytes()
    return thing.unparse(resolved=True)


def test_a_pdf_is_disarmed_and_keeps_its_page_and_its_links() -> None:
    content = received.armed_pdf()
    kept = receive("avis.pdf", content)
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        told = document.trailer.unparse() + b"".join(_told(one) for one in document.objects)
        assert len(document.pages) == 1
        assert document.pages[0].get_images()
    assert b"canari" not in told
    for name in (b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFile", b"XFA", b"FileAttachment", b"/AA"):
        assert name not in told, name
    assert b"https://www.caf.fr" in told


def test_a_pdf_that_may_only_be_printed_is_kept_without_its_lock() -> None:
    kept = receive("avis-impot.pdf", received.print_only_pdf())
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        assert not document.is_encrypted


def test_a_font_may_be_called_like_an_action() -> None:
    def name_a_font(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Resources.Font = pikepdf.Dictionary(
            AA=pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )

    made = child.make(received.changed_pdf(name_a_font), child.Limits())
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert "/AA" in document.pages[0].obj.Resources.Font


def test_the_same_file_gives_the_same_copy() -> None:
    """Duplicates are recognised by their content: the copy must not depend on the moment."""
    for content in (received.pdf(), received.picture(), received.picture("PNG")):
        assert child.make(content, child.Limits()).content == child.make(content, child.Limits()).content


def test_what_we_made_ourselves_is_kept_byte_for_byte() -> None:
    content = received.pdf(pages=2)
    kept = made_here(content)
    assert (kept.content, kept.pages, kept.scan) == (content, 2, ScanState.MADE_HERE)
    assert kept.thumbnail.startswith(b"\xff\xd8")


class TestTheProcess:
    """A parser that hangs, dies or is talked into something harms nobody else."""

    def play(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> str:
        script = tmp_path / "child.py"
        script.write_text(code)
        monkeypatch.setattr(sandbox, "CHILD", script)
        with pytest.raises(RefusedError) as refusal:
            receive("carte.jpg", received.picture(), seconds=60)
        return str(refusal.value)

    def test_it_hangs(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(sandbox.subprocess, "run", _late)
        assert "trop long à lire" in self.play(monkeypatch, tmp_path, "")

    def test_it_dies(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert "abîmé" in self.play(monkeypatch, tmp_path, "import os; os.abort()")

    def test_it_knows_none_of_our_secrets(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("SECRET_KEY", "canari")
        code = 'import json, os; print(json.dumps({"refused": str(dict(os.environ))}))'
        said = self.play(monkeypatch, tmp_path, code)
        assert "canari" not in said
        assert set(eval(said)) <= {*sandbox.ENVIRONMENT, "LC_CTYPE"}  # noqa: S307

    def test_it_has_limits(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        code = (
            f"import json, resource, sys; sys.path.insert(0, {str(sandbox.CHILD.parent)!r}); import child\n"
            "child.confine(child.Limits(seconds=2, memory_mb=900))\n"
            "limits = [resource.getrlimit(one)[0] for one in "
            "(resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)]\n"
            'print(json.dumps({"refused": str(limits)}))'
        )
        assert self.play(monkeypatch, tmp_path, code) == str([2, 900 * 1024 * 1024, 0])

    def test_one_request_has_a_time_for_all_its_files(self) -> None:
        assert 0 < Patience(5).left() <= 5
        with pytest.raises(RefusedError, match="moins de fichiers"):
            Patience(0).left()


def _late(command, timeout: float, **options):
    raise sandbox.subprocess.TimeoutExpired(command, timeout)


class Clamd:
    """A clamd that answers what it is told to, and remembers what it was sent."""

    def __init__(self, path: Path, answer: bytes) -> None:
        self.answer, self.received = answer, b""
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(1)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!I", stream.read(4))[0]:
                self.received += stream.read(size)
            connection.sendall(self.answer)
        self.server.close()


@pytest.mark.usefixtures("_here")
class TestAntivirus:
    @pytest.fixture
    def clamd(self, tmp_path: Path, settings):
        def start(answer: bytes) -> Clamd:
            settings.CLAMD_ADDRESS = f"unix:{tmp_path / 'clamd'}"
            return Clamd(tmp_path / "clamd", answer)

        return start

    def test_a_clean_file(self, clamd) -> None:
        server = clamd(b"stream: OK\0")
        content = received.picture(size=(900, 900))
        assert receive("carte.jpg", content).scan == ScanState.CLEAN
        server.thread.join(5)
        assert server.received == content

    def test_an_infected_file(self, clamd) -> None:
        clamd(b"stream: Eicar-Signature FOUND\0")
        with pytest.raises(RefusedError, match="antivirus y a reconnu"):
            receive("carte.jpg", received.picture())

    @pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
    @pytest.mark.parametrize("required", [False, True])
    def test_no_verdict(self, clamd, settings, answer: bytes, required: bool) -> None:
        settings.ANTIVIRUS_REQUIRED = required
        clamd(answer)
        if required:
            with pytest.raises(RefusedError, match="antivirus ne répond pas"):
                receive("carte.jpg", received.picture())
        else:
            assert receive("carte.jpg", received.picture()).scan == ScanState.NOT_SCANNED

    @pytest.mark.parametrize("address", ["", "unix:/nulle/part", "tcp:127.0.0.1:1"])
    def test_nobody_there_and_required(self, settings, address: str) -> None:
        settings.CLAMD_ADDRESS, settings.ANTIVIRUS_REQUIRED = address, True
        with pytest.raises(RefusedError, match="antivirus ne répond pas"):
            receive("carte.jpg", received.picture())
