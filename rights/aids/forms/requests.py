"""The request, and each step of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, PastDateField, model_field
from cias.core.french import euros
from households.models import Household, Person
from households.models.files import on_day
from rights.aids.enums import (
    AidDecision,
    AidForm,
    AidState,
    NoticeChannel,
    Office,
    PayeeKind,
    PaymentChannel,
    PaymentMeans,
)
from rights.aids.services.money import total
from rights.enums import Opinion
from rights.forms import MemberField, members
from rights.models import AidKind, AidRequest, BoardMember

READ_BY_COMMISSION = "Lu par la commission\u00a0: ni nom, ni adresse, ni commune."


class RequestForm(Form):
    """A request, prefilled; the commission reads the reason, the amounts and the derogation, nothing else."""

    kind = forms.ModelChoiceField(
        AidKind.objects.filter(is_active=True), label="Aide demandée", empty_label=None
    )
    applicant = MemberField(queryset=Person.objects.none(), label="Demandeur")
    amount = AmountField(label="Montant demandé", min_value=Decimal("0.01"))
    urgent = forms.BooleanField(
        label="Urgence\u00a0: ne peut pas attendre la prochaine séance", required=False
    )
    payee_kind = forms.ChoiceField(label="Versée à", choices=PayeeKind.choices, initial=PayeeKind.SUPPLIER)
    payee = forms.CharField(label="Nom du bailleur, fournisseur ou tiers", required=False, max_length=120)
    payee_reference = forms.CharField(
        label="Référence chez le tiers",
        required=False,
        max_length=60,
        help_text="Numéro de client, de contrat ou de facture.",
    )
    purpose = forms.CharField(
        label="Motif",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=READ_BY_COMMISSION,
    )
    evaluation = forms.CharField(
        label="Évaluation sociale",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Reste dans le dossier\u00a0: la commission ne la lit pas.",
    )
    opinion = forms.ChoiceField(
        label="Votre proposition", choices=[("", "À donner plus tard"), *Opinion.choices], required=False
    )
    proposed_amount = AmountField(label="Montant proposé", required=False)
    instalments = forms.IntegerField(
        label="Échéances de remboursement",
        required=False,
        min_value=1,
        max_value=60,
        help_text="Pour une avance remboursable.",
    )
    derogation = forms.CharField(
        label="Dérogation motivée",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Quand le règlement n’est pas respecté. " + READ_BY_COMMISSION,
    )
    agent = AgentField(queryset=User.objects.none(), label="Suivie par")

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        first = household.memberships.filter(on_day(today), role="applicant").values_list("person", flat=True)
        kwargs["initial"] = {"applicant": first.first(), "agent": user.pk, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "applicant").queryset = members(household, today)
        model_field(self, "agent").queryset = User.objects.social_workers()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("payee_kind") == PayeeKind.PERSON:
            data["payee"] = data["payee_reference"] = ""
        elif data.get("payee_kind") and not data.get("payee"):
            self.add_error("payee", "Indiquez qui sera payé.")
        return data


def values_of(request: AidRequest) -> dict[str, Any]:
    """What a draft's form starts from."""
    return {name: getattr(request, name) for name in RequestForm.base_fields}


class StepForm(Form):
    """A step of one request; its initial values come from it."""

    def __init__(self, *args: Any, request: AidRequest, **kwargs: Any) -> None:
        self.request = request
        self.today = timezone.localdate()
        kwargs["initial"] = self.first_values() | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.settle()

    def first_values(self) -> dict[str, Any]:
        return {"on": self.today}

    def settle(self) -> None:
        """What depends on the request."""


class TakeBackForm(StepForm):
    reason = forms.CharField(label="Pourquoi", required=False, max_length=300)


class AbandonForm(StepForm):
    on = PastDateField(label="Le")
    reason = forms.CharField(label="Ce qu’en dit la personne", max_length=300)


class CloseForm(StepForm):
    on = PastDateField(label="Le")
    reason = forms.CharField(label="Précision", required=False, max_length=300)


class NotifyForm(StepForm):
    on = PastDateField(label="Notifiée le", help_text="Les délais de recours partent de ce jour.")
    notice = forms.ChoiceField(label="Par", choices=NoticeChannel.choices)


class MeansMixin(forms.Form):
    means = forms.ChoiceField(label="Moyen", choices=PaymentMeans.choices)


class PayForm(MeansMixin, StepForm):
    on = PastDateField(label="Payée le")
    amount = AmountField(label="Montant", min_value=Decimal("0.01"))
    payee_kind = forms.ChoiceField(label="Versé à", choices=PayeeKind.choices)
    payee = forms.CharField(label="Nom du tiers", max_length=120)
    channel = forms.ChoiceField(label="Voie", choices=PaymentChannel.choices)
    reference = forms.CharField(label="Numéro de mandat ou de quittance", required=False, max_length=60)

    field_order = ["on", "amount", "payee_kind", "payee", "channel", "means", "reference"]

    def first_values(self) -> dict[str, Any]:
        request = self.request
        left = (request.granted_amount or Decimal(0)) - total(request.payments)
        to_person = request.payee_kind == PayeeKind.PERSON
        return {
            "on": self.today,
            "amount": left,
            "payee_kind": request.payee_kind,
            "payee": request.applicant.full_name if to_person else request.payee,
        }


class HandOverForm(MeansMixin, StepForm):
    """What was decided is given at once: told in hand and paid from the régie, together."""

    on = PastDateField(label="Remise le")
    reference = forms.CharField(label="Numéro de quittance", required=False, max_length=60)

    field_order = ["on", "means", "reference"]

    def first_values(self) -> dict[str, Any]:
        in_vouchers = self.request.kind.form == AidForm.VOUCHER
        return {"on": self.today, "means": PaymentMeans.VOUCHER if in_vouchers else PaymentMeans.CASH}


class RepayForm(MeansMixin, StepForm):
    on = PastDateField(label="Reçu le")
    amount = AmountField(label="Montant", min_value=Decimal("0.01"))

    field_order = ["on", "amount", "means"]


class ScheduleForm(StepForm):
    first_instalment_on = FrenchDateField(label="Première échéance")
    instalments = forms.IntegerField(label="Nombre d’échéances mensuelles", min_value=1, max_value=60)

    def first_values(self) -> dict[str, Any]:
        return {
            "first_instalment_on": self.request.first_instalment_on,
            "instalments": self.request.instalments or 1,
        }

    def settle(self) -> None:
        rule = self.request.rule
        if rule is not None and rule.most_instalments:
            self.fields["instalments"].help_text = f"{rule.most_instalments} au plus, dit le règlement."


def check_decision(form: forms.Form, data: Mapping[str, Any], asked: Decimal) -> None:
    """Say at its field what a decision lacks: a refusal is explained, a partial grant is less than was asked."""
    decision = data.get("decision")
    if decision in (AidDecision.REFUSED, AidDecision.ADJOURNED, AidDecision.PARTIAL) and not data.get(
        "reason"
    ):
        form.add_error("reason", "Motivez cette décision\u00a0: la personne lira ce motif.")
    if decision == AidDecision.PARTIAL:
        amount = data.get("amount")
        if amount is None and "amount" not in form.errors:
            form.add_error("amount", "Indiquez le montant accordé.")
        elif amount is not None and amount >= asked:
            form.add_error("amount", f"Un accord partiel est inférieur à {euros(asked)}.")


def granted_amount(data: Mapping[str, Any]) -> Decimal | None:
    """A full grant is of what was asked, a refusal of nothing, whatever stands in the amount's field."""
    return data["amount"] if data["decision"] == AidDecision.PARTIAL else None


class DelegateForm(StepForm):
    """An emergency, decided alone within the règlement's delegation."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[one for one in AidDecision.choices if one[0] != AidDecision.ADJOURNED],
        widget=forms.RadioSelect,
    )
    amount = AmountField(
        label="Montant accordé", required=False, help_text="Pour un accord partiel seulement."
    )
    reason = forms.CharField(
        label="Motif", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    override_reason = forms.CharField(
        label="Dépassement de l’enveloppe, motif",
        required=False,
        max_length=300,
        help_text="Seulement si l’enveloppe ne suffit pas.",
    )
    on = PastDateField(label="Décidée le")
    decided_by = forms.CharField(
        label="Décidée par",
        max_length=120,
        help_text="Qui a reçu délégation du conseil d’administration et signe la décision.",
    )

    def first_values(self) -> dict[str, Any]:
        """The one who presides, most often the holder."""
        chairs = BoardMember.objects.filter(on_day(self.today), office=Office.PRESIDENT)
        chair = chairs.order_by("-start").first()
        return {**super().first_values(), "decided_by": chair.name if chair else ""}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_decision(self, data, self.request.amount)
        return data

    @property
    def asked(self) -> dict[str, Any]:
        return {**self.cleaned_data, "amount": granted_amount(self.cleaned_data)}


STEP_FORMS: Mapping[str, Callable[..., StepForm]] = {
    "take_back": TakeBackForm,
    "abandon": AbandonForm,
    "close": CloseForm,
    "hand_over": HandOverForm,
    "notify": NotifyForm,
    "pay": PayForm,
    "repay": RepayForm,
    "schedule": ScheduleForm,
}


class ListForm(Form):
    """Filters of the list; their values are codes, never a person's data."""

    aide = forms.ModelChoiceField(
        AidKind.objects.all(),
        to_field_name="code",
        required=False,
        label="Aide",
        empty_label="Toutes les aides",
    )
    etat = forms.ChoiceField(choices=[("", "En cours"), *AidState.choices], required=False, label="État")
    decision = forms.ChoiceField(
        choices=[("", "Toutes"), *AidDecision.choices], required=False, label="Décision"
    )
