"""Tables and agendas such as nobody should send, made on the spot; pictures and PDF are in tests/core/received.py."""

import io
import zipfile

from tests.core import received

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
    f'PartName="/{SHEET}" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="A" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip


def cell(text: str) -> str:
    return f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(rows: str = "", *, before: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A workbook of one sheet, with something before its XML and other parts beside it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        sheet = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        archive.writestr(SHEET, sheet)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return written.getvalue()


def inflating_workbook(megabytes: int = 150) -> bytes:
    """A sheet of that size once inflated, in a few kilobytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">'.encode())
            for _ in range(megabytes):
                sheet.write(b" " * 1024 * 1024)
            sheet.write(b"</row></sheetData></worksheet>")
    return written.getvalue()


ROW = f'<row r="1">{cell("Nom")}</row><row r="2">{cell("Essai")}</row>'
TABLES: dict[str, tuple[str, bytes]] = {
    "no content": ("vide.csv", b""),
    "mark of encoding only": ("marque.csv", b"\xef\xbb\xbf"),
    "zeros": ("zeros.csv", b"Nom;Pr\x00enom\nA\x00;B\n"),
    "only zeros": ("zeros.csv", bytes(5000)),
    "wrong encoding": ("latin.csv", "Prénom;Né le\nÉlodie;01/02/1980\n".encode("latin-1") + b"\x81\x8d\x8f\x90\xff"),
    "utf-16": ("utf16.csv", "Nom;Prénom\nDurand;Zoé\n".encode("utf-16")),
    "surrogates": ("demi.csv", b"Nom\n\xed\xa0\xbd\xed\xb8\x80\n"),
    "giant line": ("longue.csv", b"Nom;" + b"x" * 3_000_000 + b"\n"),
    "many columns": ("large.csv", b";".join([b"c"] * 60_000) + b"\n" + b";" * 59_999 + b"\n"),
    "open quote": ("guillemet.csv", b'Nom;Note\n"Durand;' + b"ligne\n" * 50_000),
    "formulas": ("formule.csv", "Nom;Prénom\n=cmd|'/c calc'!A1;@SUM(1)\n+1;-2\n".encode()),
    "program": ("facture.csv", b"MZ\x90\x00" + bytes(range(256)) * 40),
    "web page called csv": ("page.csv", b"<!doctype html><script>alert(1)</script>"),
    "path": ("../../../etc/cron.d/essai.csv", b"Nom\nEssai\n"),
    "reversed name": ("\u202evsc.exe", b"Nom\nEssai\n"),
    "name on two lines": ("a\r\nX-Evil: 1.csv", b"Nom\nEssai\n"),
    "long name": ("\U0001f600" * 90 + ".csv", b"Nom\nEssai\n"),
    "name without extension": ("fichier", b"Nom\nEssai\n"),
    "workbook": ("bon.xlsx", workbook(ROW)),
    "workbook that inflates": ("bombe.xlsx", inflating_workbook()),
    "zip that inflates": ("bombe.xlsx", received.zip_bomb()),
    "external entity": ("entite.xlsx", workbook(f'<row r="1">{cell("&e;")}</row>', before=ENTITY)),
    "laughs": ("rires.xlsx", workbook(f'<row r="1">{cell("&a9;")}</row>', before=LAUGHS)),
    "way out of the folder": ("sortie.xlsx", workbook(ROW, more={"../../../tmp/evil": b"x", "/etc/evil": b"x"})),
    "macro": ("macro.xlsm", workbook(ROW, more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "formula in a cell": ("formule.xlsx", workbook('<row r="1"><c r="A1"><f>HYPERLINK("http://x")</f></c></row>')),
    "cell far away": ("loin.xlsx", workbook('<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>')),
    "impossible cell": ("cellule.xlsx", workbook('<row r="0"><c r="ZZZZZ0" t="s"><v>99</v></c></row>')),
    "locked workbook": ("verrou.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)),
    "cut workbook": ("coupe.xlsx", workbook(ROW)[:-60]),
    "word called xlsx": ("lettre.xlsx", received.word_document()),
    "agenda of every second": (
        "agenda.ics",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:00010101T000000Z\r\n"
        b"DTEND:99991231T235959Z\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ),
    "agenda without an end": ("agenda.ics", b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 2000),
    "agenda of nonsense": (
        "agenda.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Mars/Olympus:20261301T990000\r\n"
        b"DTEND:\x00\r\nRRULE:FREQ=NEVER;COUNT=-1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ),
}  # fmt: skip
# Seven pages are too many where a test says so only: an ordinary document may have them.
RECEIVED: dict[str, tuple[str, bytes]] = {
    name: case[:2] for name, case in received.HOSTILE.items() if name != "too many pages"
}
