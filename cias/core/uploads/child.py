"""What a received file really is, and a copy of it that is safe to keep. Runs alone, in a process of its own.

The parsers of PDF and pictures are C code fed with whatever people bring: one can hang, crash or eat all memory, and
nothing stops it from within. `uploads.sandbox` therefore runs this file as a script, with limits on time and memory
and without our settings, keys or database. Standard library and parsers only: nothing here imports Django or `cias`.

Pictures are drawn again pixel by pixel, so that no metadata, no appended script and no second file survive; PDFs are
written again with only what their pages need, without scripts, actions, attachments or forms that fetch anything.
"""

import json
import re
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pikepdf
import puremagic
import pypdfium2
from PIL import Image, ImageCms, ImageFile, ImageOps

PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
END_OF_PDF = 2048  # bytes in which a whole PDF ends
LONGEST_SIDE = 4000  # points a picture keeps: a page of A4 at 340 points per inch
PREVIEW, THUMBNAIL = (1200, 1700), (168, 216)

# Beginnings of a page, a drawing, a program or a document that has no place in a picture.
CODE = re.compile(rb"<script|<html|<!doctype|<svg|<iframe|<\?php|%PDF-1|%PDF-2", re.IGNORECASE)

ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView", "/Hide", "/SetOCGState", "/Trans",
}  # fmt: skip
# What acts by itself, carries another file, or tells more than the pages do.
KEYS = {
    "/OpenAction",
    "/AA",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/AF",
    "/EF",
    "/XFA",
    "/Metadata",
    "/PieceInfo",
}
ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
RESOURCES = {"/Font", "/XObject", "/ExtGState", "/Pattern"}
LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)

# How the most usual strangers are called when they are refused.
STRANGERS = {
    "un document Word": (".doc", ".rtf"), "un classeur": (".xls",), "un diaporama": (".ppt",),
    "un dessin SVG": (".svg",), "une page web": (".html", ".htm"), "une archive": (".rar", ".7z", ".gz"),
    "un programme": (".exe",), "une image GIF": (".gif",), "une image WebP": (".webp",),
    "une image TIFF": (".tif", ".tiff"), "une image BMP": (".bmp",), "une vidéo": (".mp4", ".mov"),
    "un message électronique": (".eml", ".msg"),
}  # fmt: skip
# What tells zipped documents from archives.
ZIPPED = {
    "un document Word": b"word/document.xml", "un classeur": b"xl/workbook.xml",
    "un diaporama": b"ppt/presentation.xml", "un document LibreOffice": b"application/vnd.oasis.opendocument",
}  # fmt: skip


class RefusedError(Exception):
    """The file cannot be taken; the message is one French sentence for who brought it."""


@dataclass(frozen=True)
class Limits:
    pages: int = 200
    megapixels: int = 64
    seconds: int = 20
    memory_mb: int = 1536


@dataclass
class Made:
    """A copy that is safe to keep, and two pictures of its first page."""

    content_type: str
    content: bytes
    pages: int
    preview: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)


def make(content: bytes, limits: Limits) -> Made:
    """Raises RefusedError."""
    kind = sniff(content)
    return clean_pdf(content, limits) if kind == PDF else clean_picture(content, kind, limits)


def sniff(content: bytes) -> str:
    """The real type, by what the file holds. Raises RefusedError for any type we do not take."""
    if not content:
        raise RefusedError("ce fichier est vide.")
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return HEIC
    stranger = _stranger(content)
    if stranger is None:
        raise RefusedError("ce n’est ni un PDF ni une photo (JPEG, PNG ou HEIC).")
    raise RefusedError(f"c’est {stranger} : seuls les PDF et les photos (JPEG, PNG ou HEIC) sont acceptés.")


def _stranger(content: bytes) -> str | None:
    if content.startswith(b"PK"):
        return next((name for name, sign in ZIPPED.items() if sign in content), "une archive")
    with suppress(Exception):  # whatever it stumbles on, the file is refused anyway
        extension = puremagic.from_string(content)
        return next((name for name, extensions in STRANGERS.items() if extension in extensions), None)
    return None


def clean_picture(content: bytes, kind: str, limits: Limits) -> Made:
    if CODE.search(content):
        raise RefusedError("cette image contient du code ou un autre document.")
    if kind == HEIC:
        from pi_heif import register_heif_opener

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and says why
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # some packages switch it on for everybody
    try:
        image: Image.Image = Image.open(
            BytesIO(content), formats=["HEIF" if kind == HEIC else kind[6:].upper()]
        )
        width, height = image.size
        if width * height > limits.megapixels * 1_000_000:
            raise RefusedError(
                f"cette image compte {width} × {height} points, plus que les {limits.megapixels} millions acceptés."
            )
        image.load()
        image = _upright(image)
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError("cette image est incomplète ou abîmée.") from error
    image = _reduced(image, (LONGEST_SIDE, LONGEST_SIDE))
    kept = (PNG, _png(image)) if kind == PNG else (JPEG, _jpeg(image, 90))
    return Made(*kept, 1, *_views(image))


def _views(image: Image.Image) -> tuple[bytes, bytes]:
    """What the page shows of it, large and small."""
    large = _on_white(_reduced(image, PREVIEW))
    return _jpeg(large, 82), _jpeg(_reduced(large, THUMBNAIL), 75)


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone, the right way up, in the colours every screen shows."""
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):  # 16 bits a point
        turned = turned.point(lambda value: value / 256).convert("L")
    elif turned.mode in ("P", "PA", "LA", "RGBA") or "transparency" in turned.info:
        turned = turned.convert("RGBA")
    elif turned.mode not in ("L", "RGB"):
        turned, profile = turned.convert("RGB"), None
    if profile and turned.mode == "RGB":
        with suppress(ImageCms.PyCMSError, OSError):  # a wrong profile only changes shades
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(turned, source, ImageCms.createProfile("sRGB")) or turned
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _png(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = BytesIO()
    _on_white(image).save(written, "JPEG", quality=quality)
    return written.getvalue()


def _reduced(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A copy that fits in `size`, or the picture itself when it already does."""
    if image.width <= size[0] and image.height <= size[1]:
        return image
    whole = max(1, int(min(image.width / size[0], image.height / size[1]) / 2))
    return ImageOps.contain(image.reduce(whole) if whole > 1 else image, size)


def clean_pdf(content: bytes, limits: Limits) -> Made:
    if b"%%EOF" not in content[-END_OF_PDF:]:
        raise RefusedError("ce PDF est incomplet : sa fin manque.")
    try:
        pdf = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError as error:
        raise RefusedError(
            "ce PDF est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe."
        ) from error
    except Exception as error:
        raise RefusedError("ce PDF est abîmé : aucune page ne se lit.") from error
    with pdf:
        try:
            pages = len(pdf.pages)
            if pages > limits.pages:
                raise RefusedError(f"ce PDF compte {pages} pages, plus que les {limits.pages} acceptées.")
            if "/Collection" in pdf.Root:
                raise RefusedError(
                    "ce PDF est un porte-documents : ajoutez un à un les fichiers qu’il contient."
                )
            if pdf.Root.get("/NeedsRendering") == True:  # noqa: E712 - a PDF boolean
                raise RefusedError(
                    "ce formulaire PDF ne s’affiche que dans Adobe Reader : imprimez-le en PDF."
                )
            disarm(pdf)
            written = BytesIO()
            pdf.save(written, deterministic_id=True, encryption=False, fix_metadata_version=False)
        except RefusedError:
            raise
        except Exception as error:
            raise RefusedError("ce PDF est abîmé : aucune page ne se lit.") from error
    return picture_pdf(written.getvalue())


def picture_pdf(content: bytes, number: int = 1) -> Made:
    """A PDF that is kept as it is, with pictures of one page, the first is 1. Raises RefusedError when it has none."""
    try:
        pdf = pypdfium2.PdfDocument(content)
        pages = len(pdf)
        with suppress(pypdfium2.PdfiumError):
            pdf.init_forms()  # what was typed in a form shows
        page = pdf[number - 1]
        scale = min(PREVIEW[0] / page.get_width(), PREVIEW[1] / page.get_height())
        image = page.render(scale=scale).to_pil()
    except Exception as error:
        raise RefusedError("ce PDF est abîmé : sa première page ne se lit pas.") from error
    return Made(PDF, content, pages, *_views(image))


def disarm(pdf: pikepdf.Pdf) -> None:
    """Take out of a PDF all that runs, opens, sends or hides something."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for page in pdf.pages:
        if "/Annots" in page.obj:
            kept = [one for one in page.obj.Annots if one.get("/Subtype") not in ANNOTATIONS]
            page.obj.Annots = pikepdf.Array(kept)
    for thing in pdf.objects:
        _disarm(thing)


def _disarm(thing: Any) -> None:
    """One object and what it holds directly; the objects it refers to have their own turn."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting += [inner for inner in one if _is_inside(inner)]
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            bare = _acts(one)
            for key in list(one.keys()):
                if (bare and key != "/Length") or (key in KEYS and not _is_resource(one[key])):
                    del one[key]
            waiting += [inner for inner in (one.get(key) for key in one.keys()) if _is_inside(inner)]  # noqa: SIM118


def _is_inside(value: Any) -> bool:
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect


def _is_resource(value: Any) -> bool:
    """A font or a picture may bear any name, "/AA" too."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream) and str(value.get("/Type")) in RESOURCES


def _acts(one: Any) -> bool:
    if str(one.get("/Type")) == "/StructElem":
        return False
    action = str(one.get("/S"))
    return action in ACTIONS or (action == "/URI" and not LINK.match(str(one.get("/URI"))))


def confine(limits: Limits) -> None:
    """No more time or memory than needed, nothing written; limits a system does not know are left out."""
    for what, limit in (
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_AS, limits.memory_mb * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def main() -> None:
    """Content on standard input, limits as JSON in the argument; one line of JSON, then the three files, comes out.

    A second argument is the number of a page: the content is a PDF made here before, only pictures of it come out.
    """
    limits = Limits(**json.loads(sys.argv[1]))
    confine(limits)
    out = sys.stdout.buffer
    content = sys.stdin.buffer.read()
    try:
        if len(sys.argv) > 2:
            made = replace(picture_pdf(content, int(sys.argv[2])), content=b"")
        else:
            made = make(content, limits)
    except RefusedError as error:
        out.write(json.dumps({"refused": str(error)}).encode() + b"\n")
        return
    parts = (made.content, made.preview, made.thumbnail)
    head = {"type": made.content_type, "pages": made.pages, "sizes": [len(part) for part in parts]}
    out.write(json.dumps(head).encode() + b"\n" + b"".join(parts))


if __name__ == "__main__":
    main()
