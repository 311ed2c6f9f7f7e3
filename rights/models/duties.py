"""What some rights ask on top of pieces: information given, people who owe maintenance, the NIR (C10)."""

import pghistory
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core import crypto
from cias.core.models import Record
from rights.enums import Exemption, MaintenanceAnswer, MaintenanceLink
from rights.models.catalogue import RightNotice
from rights.models.files import RightsFile


@pghistory.track()
class FileNotice(Record):
    """The person was told, or why they could not be: the request leaves all the same (CASF, L123-5)."""

    file = models.ForeignKey(RightsFile, models.CASCADE, related_name="notices", verbose_name="dossier")
    notice = models.ForeignKey(
        RightNotice, models.PROTECT, related_name="tellings", verbose_name="information obligatoire"
    )
    told_on = models.DateField("dit le", null=True, blank=True)
    reason = models.CharField("pourquoi elle n’a pas été donnée", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "information donnée"
        verbose_name_plural = "informations données"
        ordering = ["notice__display_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "notice"],
                name="rights_notice_once",
                violation_error_message="Cette information est déjà notée.",
            ),
            models.CheckConstraint(
                condition=Q(told_on__isnull=False, reason="") | (Q(told_on__isnull=True) & ~Q(reason="")),
                name="rights_notice_told",
                violation_error_message="Une information est donnée à une date, ou ne l’est pas pour un motif.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.notice)


@pghistory.track()
class MaintenanceDebtor(Record):
    """An obligé alimentaire named in a request (CASF, R132-9). Amounts in euros a month."""

    file = models.ForeignKey(RightsFile, models.CASCADE, related_name="debtors", verbose_name="dossier")
    name = models.CharField("nom et prénom", max_length=120)
    link = models.CharField("lien avec le demandeur", max_length=16, choices=MaintenanceLink.choices)
    address = models.CharField("adresse", max_length=250, blank=True)
    exemption = models.CharField("dispense", max_length=12, choices=Exemption.choices, blank=True)
    answer = models.CharField("réponse", max_length=12, choices=MaintenanceAnswer.choices, blank=True)
    offered = models.DecimalField(
        "montant mensuel proposé", max_digits=8, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = "obligé alimentaire"
        verbose_name_plural = "obligés alimentaires"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offered__isnull=True) | Q(offered__gte=0, exemption="", answer="accepts"),
                name="rights_debtor_offer",
                violation_error_message="Un montant proposé va avec une participation acceptée, sans dispense.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FileNir(models.Model):
    """The applicant's NIR while their file needs it: encrypted, in no history, no list and no key (C10).

    The row is deleted when the file ends (décret 2019-341: kept for the exchange with the authority, no longer).
    """

    file = models.OneToOneField(
        RightsFile, models.CASCADE, primary_key=True, related_name="nir", verbose_name="dossier"
    )
    sealed = models.TextField("numéro chiffré", editable=False)

    class Meta:
        verbose_name = "numéro de sécurité sociale"
        verbose_name_plural = "numéros de sécurité sociale"

    def __str__(self) -> str:
        return "numéro masqué"

    @property
    def address(self) -> str:
        return f"rights_filenir.sealed.{self.file_id}"

    def write(self, number: str) -> None:
        self.sealed = crypto.encrypt_text(number, self.address)

    def read(self) -> str:
        """The fifteen characters. Raises CannotDecryptError; who shows them logs it."""
        return crypto.decrypt_text(self.sealed, self.address)
