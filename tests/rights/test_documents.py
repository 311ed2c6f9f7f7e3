"""What is printed says what the file says, and the print is logged."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from rights import services
from rights.enums import Channel, Opinion
from rights.models import RightsFile
from tests.factories import AddressFactory, MaintenanceDebtorFactory, RightFactory

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


def refused(file: RightsFile, claire) -> RightsFile:
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel=Channel.POST, agreement=True)
    services.decide(
        by=claire, file=file, decision="refused", on=date(2026, 11, 2), notified_on=date(2026, 11, 6)
    )
    return file


def test_the_notification_of_a_refusal_says_how_and_until_when_to_contest_it(login, file, claire) -> None:
    words = text(login(claire), "notification", refused(file, claire))
    assert "refuse votre demande" in words
    assert "Commission de recours amiable" in words
    assert "6 janvier 2027" in words
    assert "CSS, art. R142-1" in words
    assert "voies et délais de recours" in words
    assert AccessLog.objects.get(action=AccessAction.PRINT).detail == {"document": "notification"}


def test_the_notification_of_a_grant_says_what_and_when(login, file, claire) -> None:
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel=Channel.POST, agreement=True)
    services.decide(
        by=claire,
        file=file,
        decision="granted",
        on=date(2026, 11, 2),
        notified_on=date(2026, 11, 6),
        amount=Decimal("45.50"),
        rights_from=date(2026, 12, 1),
        rights_until=date(2027, 11, 30),
    )
    words = text(login(claire), "notification", file)
    assert "accepte votre demande" in words
    assert "1er décembre 2026" in words
    assert "45,50 €" in words


def test_nothing_is_notified_before_a_decision_nor_an_avis_printed_before_it_is_written(
    login, file, claire
) -> None:
    client = login(claire)
    for name in ("notification", "opinion_letter"):
        response = client.get(reverse(f"rights:{name}", args=[file.pk]), follow=True)
        assert response.redirect_chain
        assert "sur ce dossier" in response.content.decode()


def test_the_avis_has_a_sheet_of_its_own(login, file, claire) -> None:
    services.write_opinion(
        by=claire, file=file, opinion=Opinion.UNFAVOURABLE, text="Ressources au-dessus du plafond."
    )
    words = text(login(claire), "opinion_letter", file)
    assert "Avis défavorable" in words
    assert "Ressources au-dessus du plafond." in words
    assert "CASF, art. L123-5" in words


def test_the_number_goes_with_the_slip_and_the_print_says_so(login, file, claire) -> None:
    services.write_nir(by=claire, file=file, number="253072B07300470")
    assert "2 53 07 2B 073 004 70" in text(login(claire), "slip", file)
    assert AccessLog.objects.get(action=AccessAction.PRINT).detail == {"document": "bordereau", "nir": True}


def test_the_slip_names_those_who_owe_maintenance(login, claire) -> None:
    debtor = MaintenanceDebtorFactory(file__right=RightFactory(code="ash"), name="Paul Lefèvre")
    assert "Paul Lefèvre" in text(login(claire), "slip", debtor.file)
