"""What is printed says what the file says, and the print is logged."""

from datetime import date
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from rights import services
from rights.enums import Channel, Opinion
from rights.models import RightsFile
from tests.factories import AddressFactory

pytestmark = pytest.mark.django_db


def text(client, name: str, file: RightsFile) -> str:
    response = client.get(reverse(f"rights:{name}", args=[file.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        words = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(words.replace("\u00a0", " ").split())


def test_the_slip_lists_what_goes_and_what_is_missing(login, file, claire) -> None:
    form = file.pieces.get(required__code="css-formulaire")
    services.receive_piece(by=claire, piece=form, on=date(2026, 10, 8))
    services.write_opinion(
        by=claire, file=file, opinion=Opinion.FAVOURABLE, text="Ressources sous le plafond."
    )
    services.transmit(
        by=claire,
        file=file,
        on=date(2026, 10, 12),
        channel=Channel.REGISTERED,
        proof="1A 234",
        agreement=True,
    )
    words = text(login(claire), "slip", file)
    joined, missing = words.split("Pièces manquantes à ce jour")
    assert "Bordereau de transmission" in joined
    assert file.number in joined
    assert "CSS, art. L861-5" in joined
    assert "lettre recommandée, 1A 234" in joined
    assert "Formulaire S3711 signé" in joined
    assert "Dernier avis d’impôt" not in joined
    assert "Dernier avis d’impôt" in missing
    assert "Pièce d’identité ou titre de séjour – Léo Lefèvre" in missing
    assert "Avis du CIAS : favorable" in missing
    line = AccessLog.objects.get(action=AccessAction.PRINT)
    assert (line.user, line.subject_id, line.detail) == (claire, file.household_id, {"document": "bordereau"})


def test_the_slip_of_a_complete_file_says_so(login, file, claire) -> None:
    for piece in file.pieces.filter(mandatory=True):
        services.receive_piece(by=claire, piece=piece, on=date(2026, 10, 9))
    file.refresh_from_db()
    words = text(login(claire), "slip", file)
    assert "Le dossier est complet depuis le 09/10/2026." in words
    assert "Pièces manquantes" not in words


def test_the_letter_asks_the_person_for_what_is_missing(login, file, claire) -> None:
    AddressFactory(household=file.household)
    services.receive_piece(by=claire, piece=file.pieces.get(required__code="css-impot"), on=date(2026, 10, 8))
    words = text(login(claire), "missing_pieces", file)
    assert "Madame Denise Lefèvre 12 rue du Soleil-d’Or 28000 Chartres" in words
    assert "Justificatif de domicile ou d’élection de domicile, de moins de 3 mois" in words
    assert "Dernier avis d’impôt" not in words
    assert "facultative" not in words


def test_the_letter_names_the_day_the_authority_waits_for(login, file, claire) -> None:
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel=Channel.POST, agreement=True)
    services.ask_pieces(
        by=claire, file=file, on=date(2026, 10, 20), due_on=date(2026, 11, 21), labels=["Relevé de pension"]
    )
    words = text(login(claire), "missing_pieces", file)
    assert "Relevé de pension" in words
    assert "avant le samedi 21 novembre 2026" in words
