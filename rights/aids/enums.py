"""The words of optional aid: values in English, labels in French (domain-rules §8, reference-data §1)."""

from django.db import models


class AidNature(models.TextChoices):
    """What the aid is about."""

    FOOD = "food", "Alimentation"
    ENERGY = "energy", "Énergie"
    HOUSING = "housing", "Logement"
    OTHER = "other", "Autre"


class AidForm(models.TextChoices):
    """In what form it is given (CASF, R123-2; vouchers: CGCT, L1611-6)."""

    CASH = "cash", "En argent"
    IN_KIND = "in_kind", "En nature"
    VOUCHER = "voucher", "Chèque d’accompagnement personnalisé"


class ScaleMeasure(models.TextChoices):
    """What the scale of a kind of aid looks at."""

    DAILY = "daily", "Reste à vivre par jour et par personne"
    QUOTIENT = "quotient", "Quotient social"


class PayeeKind(models.TextChoices):
    """To whom the money goes: the commission reads this, never the name."""

    PERSON = "person", "La personne elle-même"
    LANDLORD = "landlord", "Bailleur"
    SUPPLIER = "supplier", "Fournisseur"
    OTHER = "other", "Autre tiers"


class AidState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    PROPOSED = "proposed", "Proposée"
    LISTED = "listed", "Inscrite en commission"
    DECIDED = "decided", "Décidée"
    ADJOURNED = "adjourned", "Ajournée"
    NOTIFIED = "notified", "Notifiée"
    PAID = "paid", "Payée"
    REPAYING = "repaying", "En remboursement"
    REPAID = "repaid", "Remboursée"
    CLOSED = "closed", "Close"
    ABANDONED = "abandoned", "Retirée par la personne"


class AidDecision(models.TextChoices):
    GRANTED = "granted", "Accord"
    PARTIAL = "partial", "Accord partiel"
    ADJOURNED = "adjourned", "Ajournée"
    REFUSED = "refused", "Refus"


class PaymentChannel(models.TextChoices):
    MANDATE = "mandate", "Mandat administratif"
    REGIE = "regie", "Régie d’avances"


class PaymentMeans(models.TextChoices):
    TRANSFER = "transfer", "Virement"
    CHEQUE = "cheque", "Chèque"
    CASH = "cash", "Espèces"
    CARD = "card", "Carte bancaire"
    VOUCHER = "voucher", "Bons alimentaires"


class NoticeChannel(models.TextChoices):
    """How the person was told; the appeal delays start from there."""

    POST = "post", "Courrier"
    REGISTERED = "registered", "Lettre recommandée"
    HAND = "hand", "Remise en main propre"


class Seat(models.TextChoices):
    """Elected members and members named by the president sit in equal numbers (CASF, L123-6)."""

    ELECTED = "elected", "Collège élu"
    NOMINATED = "nominated", "Collège nommé"


class Office(models.TextChoices):
    PRESIDENT = "president", "Présidence"
    VICE = "vice", "Vice-présidence"
    MEMBER = "member", "Membre"


class SessionState(models.TextChoices):
    PLANNED = "planned", "En préparation"
    OPEN = "open", "En cours"
    CLOSED = "closed", "Tenue"
    CALLED_OFF = "off", "Annulée"
