"""A few files with documents in them: drawn here, so that thumbnails show something and nobody's papers are shown."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from random import Random

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cias.accounts.models import User
from cias.core.french import date_short, euros
from cias.core.uploads import SafeFile, ScanState, child
from cias.demo.world import File, World
from households.enums import DocumentKind, NoteLevel
from households.models import Document
from households.services import DocumentData, add_documents, replace_document, retire_document

FILES = 6  # with documents, among them the first ones of ts1's list
PAGE = (620, 877)
FONT = (
    settings.BASE_DIR / "node_modules/@fontsource-variable/atkinson-hyperlegible-next/files"
    / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
)  # fmt: skip
INK, FAINT, RULE = "#2b2822", "#8a8578", "#cfc9bb"
K = DocumentKind


def create_documents(world: World) -> None:
    random = Random(f"documents {len(world.files)}")
    owned = [file for file in world.files if file.closed_on is None and file.referent is not None]
    first = [file for file in owned if file.referent == world.users["ts1"]][:4]
    others = [file for file in owned if file.referent != world.users["ts1"]]
    chosen = first + random.sample(others, min(FILES - len(first), len(others)))
    for rank, file in enumerate(chosen):
        for wanted in _papers(world, random, file, everything=rank == 0):
            _add(world, file, *wanted)
    if chosen:
        _versions(world, chosen[0])


type Wanted = tuple[User, Callable[[], bytes], DocumentData, date]


def _papers(world: World, random: Random, file: File, *, everything: bool) -> Iterator[Wanted]:
    """What one finds in a file; all of it in the first, to be shown."""
    person, today = file.persons[0], world.today
    worker, desk = file.referent or world.users["ts1"], world.users["accueil"]
    name = person.full_name

    def day(least: int, most: int) -> date:
        return max(today - timedelta(days=random.randint(least, most)), file.opened_on)

    def wanted(kind: str, drawn: Callable[[], bytes], added: date, by: User = worker, **more) -> Wanted:
        return by, drawn, DocumentData(**{"kind": kind, "person": person, **more}), added

    added = day(40, 300)
    permit = today + timedelta(days=12 if everything else random.choice((-18, 47, 400, 900)))
    yield wanted(
        K.RESIDENCE_PERMIT if everything or random.random() < 0.4 else K.IDENTITY,
        lambda: _card(name, permit), added, document_date=added - timedelta(days=200), expires_on=permit,
    )  # fmt: skip
    added_tax = day(20, 150)
    yield wanted(
        K.TAX_NOTICE, lambda: _letter("Avis d’impôt", name, added_tax, "DGFiP", pages=2), added_tax,
        title=f"Avis d’impôt {added_tax.year} sur les revenus {added_tax.year - 1}", document_date=added_tax,
    )  # fmt: skip
    if everything or random.random() < 0.6:
        on = day(3, 60)
        yield wanted(
            K.BENEFITS, lambda: _letter("Attestation de paiement", name, on, "Caf d’Eure-et-Loir"), on, desk,
            document_date=on, expires_on=on + timedelta(days=90) if everything else None,
        )  # fmt: skip
    if everything or random.random() < 0.4:
        on = day(5, 90)
        yield wanted(
            K.ENERGY_BILL, lambda: _letter("Facture d’électricité", name, on, "Fournisseur d’énergie"), on,
            document_date=on, person=None,
        )  # fmt: skip
    if everything:
        on = day(6, 30)
        yield wanted(
            K.PHOTO, lambda: _wall(random), on, title="Humidité, mur nord de la chambre", person=None
        )
        yield wanted(
            K.JUDGMENT, lambda: _letter("Ordonnance", name, on, "Tribunal judiciaire de Chartres", pages=3), on,
            level=NoteLevel.CIRCLE, document_date=on, title="Assignation au tribunal",
        )  # fmt: skip
        yield wanted(
            K.LETTER, lambda: _letter("Courrier du bailleur", name, on, "Bailleur social"), on,
            level=NoteLevel.PERSONAL, document_date=on,
        )  # fmt: skip


def _add(
    world: World, file: File, by: User, drawn: Callable[[], bytes], data: DocumentData, on: date
) -> None:
    added = add_documents(by=by, household=file.household, files=[_safe(drawn())], data=data)
    for document in added.documents:
        at = datetime.combine(
            on, time(9 + document.size % 8, document.size % 60), timezone.get_default_timezone()
        )
        Document.objects.filter(pk=document.pk).update(created_at=min(at, world.now))


def _versions(world: World, file: File) -> None:
    """In the first file, one document was renewed and one was taken out."""
    by, documents = file.referent or world.users["ts1"], file.household.documents
    name, today = file.persons[0].full_name, world.today
    proof = documents.get(kind=K.ENERGY_BILL)
    newer = _safe(_letter("Facture d’électricité", name, today, "Fournisseur d’énergie"))
    replace_document(by=by, document=proof, file=newer, document_date=today - timedelta(days=2))
    _add(world, file, world.users["accueil"], lambda: _letter("Relevé d’identité bancaire", "—", today, "Banque"),
         DocumentData(kind=K.BANK_DETAILS), today - timedelta(days=4))  # fmt: skip
    retire_document(by=by, document=documents.get(kind=K.BANK_DETAILS), reason="Ajouté au mauvais ménage")


def _safe(content: bytes) -> SafeFile:
    """Drawn by us a moment ago: checked like any other, without a process for each."""
    made = child.make(content, child.Limits())
    return SafeFile(
        made.content_type, made.content, made.pages, made.preview, made.thumbnail, ScanState.NOT_SCANNED
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The application's own: the one that comes with Pillow has no accents."""
    return ImageFont.truetype(FONT, size)


def _letter(title: str, name: str, on: date, sender: str, *, pages: int = 1) -> bytes:
    """A page as an administration writes them: who, whom, what, lines, a table."""
    drawn = [_sheet(title, name, on, sender, number) for number in range(1, pages + 1)]
    written = BytesIO()
    drawn[0].save(written, "PDF", save_all=True, append_images=drawn[1:], resolution=75)
    return written.getvalue()


def _sheet(title: str, name: str, on: date, sender: str, number: int) -> Image.Image:
    page = Image.new("RGB", PAGE, "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((50, 50, 92, 92), fill="#3c5a86")
    pen.text((104, 60), sender, fill=INK, font=_font(17))
    pen.text((340, 140), f"{name}\nEure-et-Loir", fill=INK, font=_font(15), spacing=6)
    pen.text((50, 220), f"{title}{f' ({number})' if number > 1 else ''}", fill=INK, font=_font(26))
    pen.text((50, 258), f"Chartres, le {date_short(on)}", fill=FAINT, font=_font(14))
    for line in range(9):
        width = 520 - (line * 37) % 120
        pen.rectangle((50, 300 + line * 20, 50 + width, 307 + line * 20), fill="#e3dfd5")
    for row in range(5):
        y = 510 + row * 40
        pen.line((50, y, 570, y), fill=RULE)
        pen.text(
            (58, y + 10),
            ("Référence", "Période", "Montant", "Déjà versé", "Reste")[row],
            fill=FAINT,
            font=_font(15),
        )
        amount = euros((on.toordinal() * (row + 3)) % 900 + 40, 2)
        pen.text((430, y + 10), amount, fill=INK, font=_font(15))
    pen.text((50, 790), "Document de démonstration, sans valeur", fill=FAINT, font=_font(13))
    return page


def _card(name: str, until: date) -> bytes:
    """A card laid on a table and photographed."""
    picture = Image.new("RGB", (900, 640), "#b9ab94")
    card = Image.new("RGB", (760, 480), "#e8eef0")
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, 760, 70), fill="#6d8fa3")
    pen.text((30, 20), "SPÉCIMEN", fill="white", font=_font(30))
    pen.rectangle((40, 120, 240, 380), fill="#c9d3d6")
    pen.ellipse((95, 160, 185, 260), fill="#93a3a8")
    pen.pieslice((70, 260, 210, 440), 180, 360, fill="#93a3a8")
    for row, (label, value) in enumerate(
        (("Nom", name), ("Nationalité", "—"), ("Valable jusqu’au", date_short(until)))
    ):
        pen.text((280, 130 + row * 80), label, fill=FAINT, font=_font(20))
        pen.text((280, 156 + row * 80), value, fill=INK, font=_font(30))
    picture.paste(card.rotate(2, expand=True, fillcolor="#b9ab94"), (60, 70))
    return _jpeg(picture)


def _wall(random: Random) -> bytes:
    """Damp in the corner of a room."""
    picture = Image.new("RGB", (900, 1200), "#ddd5c6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 1050, 900, 1200), fill="#9c8a70")
    for _ in range(160):
        x, y, radius = random.gauss(180, 130), random.gauss(860, 190), random.randint(6, 46)
        shade = random.randint(70, 130)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(shade, shade, shade - 15))
    return _jpeg(picture.filter(ImageFilter.GaussianBlur(9)))


def room_photo(random: Random) -> SafeFile:
    """A photo as one takes it in a dwelling."""
    return _safe(_wall(random))


def _jpeg(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=85)
    return written.getvalue()
