"""Small files such as people bring, harmless and hostile, made on the spot."""

import base64
import io
import zipfile
import zlib

import pikepdf
import pytest
from django.conf import settings
from PIL import Image, ImageDraw

from cias.core.uploads import RefusedError, SafeFile, child, sandbox

GPS = (48.0, 26.0, 49.2)


def without_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check files in the test's own process, a second faster each; `TestTheProcess` looks at the other one."""

    def run(content: bytes, state: str, seconds: float, page: int | None = None) -> SafeFile:
        limits = child.Limits(pages=settings.UPLOAD_MAX_PAGES)
        try:
            made = child.make(content, limits) if page is None else child.picture_pdf(content, page)
        except child.RefusedError as error:
            raise RefusedError(str(error)) from error
        return SafeFile(made.content_type, made.content, made.pages, made.preview, made.thumbnail, state)

    monkeypatch.setattr(sandbox, "_run", run)


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (320, 240), text: str = "", **options) -> bytes:
    image = Image.new("RGB", size, "#f4f0e6")
    ImageDraw.Draw(image).text((20, 20), text or "Attestation", fill="black")
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def photo_with_place() -> bytes:
    """Taken lying on its side, with the place where it was taken and who owns the telephone."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Proprietaire-Canari"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", GPS
    return picture(exif=exif, comment=b"commentaire-canari")


# 64 × 48 points, blue then red, with an owner's name in its EXIF; we only have a reader of HEIC.
_HEIC = (
    b"c-mc2J4*vW5T4DEc!Dp`V0@rSCt_hBf?{)ML_|^xR-T(XZs0CiE<qvzNx;TV8!JHzwY61?sDHuE!bYsb7lM!?@tnP!A`ZJdGv9o(Gdl|a"
    b"!)9?)SO#(+anMXk+d<s~U^T}m>d=yem9^c#27$Z?|0IQW-oGTRK?s<%*h5Q`Oc6#B>i<P1Xip>NOy85yC^?2tBaXGflkf**lCn@jpWY>~"
    b"=s>`PCJI-OzDL3Hq&Fyco+%RA^+_Y|&}i1{0Nu(OWyCbr!8}hA6v<HJ8o3N<It9n)82cAFidVz?PmiY;=c+XsCrFV8B-V)@Nwb^6^$r#3"
    b"<$2r9al1rlCqya)^<hC6!E?1>k8xWUfi0V#475K4&-31cVe|+rp#&9GRY}EAI6r^EfQ73eCA>}cAi9Pb;9Wdh;QsLCjp$@``Af+$b~aFX"
    b"TROS&UZd5~sr#$c*TG&{bDk3`hcDJp<1TeOv%0t}K5NJ2_LYy!79~Ymqt0YtoIDj6oAujjlO<&>uIF@@8vF)fEpF)"
)


def heic() -> bytes:
    """As a telephone writes them."""
    return zlib.decompress(base64.b85decode(_HEIC))


def pdf(pages: int = 1, text: str = "Avis") -> bytes:
    images = [Image.open(io.BytesIO(picture(text=f"{text} {number}"))) for number in range(pages)]
    written = io.BytesIO()
    images[0].save(written, "PDF", save_all=True, append_images=images[1:])
    return written.getvalue()


def changed_pdf(change, **options) -> bytes:
    with pikepdf.open(io.BytesIO(pdf())) as document:
        change(document)
        written = io.BytesIO()
        document.save(written, fix_metadata_version=False, **options)
    return written.getvalue()


def locked_pdf() -> bytes:
    return changed_pdf(lambda document: None, encryption=pikepdf.Encryption(owner="o", user="mot de passe"))


def print_only_pdf() -> bytes:
    """As the tax office sends them: no password to read, one to change."""
    return changed_pdf(lambda document: None, encryption=pikepdf.Encryption(owner="o", user=""))


def armed_pdf() -> bytes:
    """Every way a PDF has of doing something by itself, each with a string to look for."""

    def arm(document: pikepdf.Pdf) -> None:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('canari-ouverture')")
        root = document.Root
        root.OpenAction = document.make_indirect(script)
        root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="canari-fermeture"))
        root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=document.make_stream(b"canari-xfa"))
        root.Metadata = document.make_stream(b"<x>canari-xmp</x>")
        document.trailer.Info = document.make_indirect(pikepdf.Dictionary(Author="canari-auteur"))
        document.attachments["canari-joint.exe"] = b"MZ canari-joint"
        names = root.Names
        names.JavaScript = pikepdf.Dictionary(Names=pikepdf.Array(["a", pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=document.make_stream(b"canari-noms"))]))  # fmt: skip
        page = document.pages[0].obj
        actions = {
            "Launch": {"F": "canari-lancement.exe"}, "SubmitForm": {"F": "http://canari-envoi"},
            "GoToR": {"F": "canari-ailleurs.pdf"}, "URI": {"URI": "file:///canari-lien"},
        }  # fmt: skip
        page.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="canari-page"))
        page.Annots = pikepdf.Array(
            [
                document.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]),
                        A=pikepdf.Dictionary(S=pikepdf.Name("/" + name), **rest),
                    )
                )
                for name, rest in actions.items()
            ]
            + [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=pikepdf.Array([0, 0, 9, 9]),
                    FS=pikepdf.Dictionary(F="canari-trombone.exe"),
                ),
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]),
                    A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://www.caf.fr"),
                ),
            ]
        )  # fmt: skip

    return changed_pdf(arm)


def portfolio_pdf() -> bytes:
    def collect(document: pikepdf.Pdf) -> None:
        document.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)

    return changed_pdf(collect)


def reader_only_pdf() -> bytes:
    def need(document: pikepdf.Pdf) -> None:
        document.Root.NeedsRendering = True

    return changed_pdf(need)


def bomb_png() -> bytes:
    """40 000 × 40 000 points in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    side = 40_000
    header = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    row = bytes(1 + side // 8)
    squeezed = zlib.compress(row * 200, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", squeezed) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rien.txt", bytes(5_000_000))
    return written.getvalue()


def word_document() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return written.getvalue()


# name, content, a part of the sentence that refuses it
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("vide.pdf", b"", "est vide"),
    "program": ("facture.pdf", b"MZ" + bytes(200), "un programme"),
    "word": ("lettre.docx", word_document(), "document Word"),
    "anything": ("note.txt", "Bonjour à tous".encode(), "ni un PDF ni une photo"),
    "svg with a script": (
        "dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG",
    ),
    "web page": ("page.html", b"<!doctype html><html><body><script>1</script></body></html>", "page web"),
    "zip bomb": ("archive.zip", zip_bomb(), "archive"),
    "picture that inflates": ("carte.png", bomb_png(), "40000 × 40000 points"),
    "png and script": ("carte.png", picture("PNG") + b"<script>alert(1)</script>", "contient du code"),
    "jpeg and page": ("carte.jpg", picture() + b"<!DOCTYPE html><html>", "contient du code"),
    "jpeg and pdf": ("carte.jpg", picture() + b"%PDF-1.7", "contient du code"),
    "cut jpeg": ("photo.jpg", picture(size=(800, 600))[:-3000], "incomplète"),
    "cut png": ("photo.png", picture("PNG", size=(800, 600))[:-300], "incomplète"),
    "cut heic": ("photo.heic", heic()[:-150], "incomplète"),
    "cut pdf": ("avis.pdf", pdf()[:-400], "incomplet"),
    "broken pdf": ("avis.pdf", b"%PDF-1.7\n" + bytes(300) + b"\n%%EOF", "abîmé"),
    "pdf without pages": ("avis.pdf", b"%PDF-1.4\ntrailer<</Root<</Pages<</Count 0/Kids[]>>>>>>\n%%EOF", "abîmé"),
    "locked pdf": ("avis.pdf", locked_pdf(), "mot de passe"),
    "portfolio": ("avis.pdf", portfolio_pdf(), "porte-documents"),
    "form of one program": ("avis.pdf", reader_only_pdf(), "Adobe Reader"),
    "too many pages": ("avis.pdf", pdf(pages=7), "7 pages"),
    "png called pdf": ("carte.pdf", picture("PNG"), "finit par « .pdf » mais c’est une image PNG"),
    "pdf called jpg": ("carte.jpg", pdf(), "finit par « .jpg » mais c’est un PDF"),
    "jpeg called exe": ("carte.exe", picture(), "finit par « .exe »"),
}  # fmt: skip
