"""What is typed about the account of a stay."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PastDateField
from cias.core.french import euros
from housing.dues.enums import BY_HAND, MEANS_BY_HAND, PAYERS_BY_HAND, DueMeans, Payer, PlanOutcome
from housing.dues.services import Kept
from housing.enums import Scheme
from housing.inventories.rules import Comparison
from housing.models import Due, DuesRule

CENT = Decimal("0.01")
MEANS = [(means.value, means.label) for means in MEANS_BY_HAND]
BLANK_ITEMS = 3


class PayForm(Form):
    """A payment; what it pays follows from it unless the agent says otherwise, call by call."""

    on = PastDateField(label="Reçu le")
    amount = AmountField(label="Montant", min_value=CENT)
    means = forms.ChoiceField(label="Moyen", choices=MEANS)
    payer = forms.ChoiceField(
        label="Payé par", choices=[(payer.value, payer.label) for payer in PAYERS_BY_HAND]
    )
    payer_name = forms.CharField(label="Nom du tiers", required=False, max_length=80)
    reference = forms.CharField(
        label="Référence",
        required=False,
        max_length=60,
        help_text="Numéro de chèque, de virement ou de quittance.",
    )

    def __init__(self, *args: Any, dues: list[Due], **kwargs: Any) -> None:
        self.dues = {f"due_{due.pk}": due for due in dues}
        owed = sum((due.left for due in dues), Decimal(0))
        kwargs["initial"] = {"on": timezone.localdate(), "amount": owed or None, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name, due in self.dues.items():
            field = AmountField(label=f"{due.label}\u00a0: reste {euros(due.left)}", required=False)
            field.widget.attrs["class"] = "form-control"
            self.fields[name] = field

    @property
    def shares(self) -> list[forms.BoundField]:
        return [self[name] for name in self.dues]

    @property
    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.dues]

    @property
    def is_shared(self) -> bool:
        """Whether something was typed, or refused, call by call."""
        return any(field.errors or (self.is_bound and field.value()) for field in self.shares)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("payer") == Payer.OTHER and not data.get("payer_name"):
            self.add_error("payer_name", "Indiquez qui a payé.")
        if data.get("payer") == Payer.HOUSEHOLD:
            data["payer_name"] = ""
        shared = [data.get(name) or Decimal(0) for name in self.dues]
        if data.get("amount") and sum(shared) > data["amount"]:
            self.add_error("amount", f"Vous répartissez {euros(sum(shared))}, plus que le paiement.")
        for name, due in self.dues.items():
            if (data.get(name) or Decimal(0)) > due.left:
                self.add_error(name, f"Il reste {euros(due.left)} à payer.")
        return data

    @property
    def asked(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        chosen = {due: data.pop(name) for name, due in self.dues.items()}
        return {**data, "chosen": {due: amount for due, amount in chosen.items() if amount}}


class SumForm(Form):
    kind = forms.ChoiceField(label="Nature", choices=[(kind.value, kind.label) for kind in BY_HAND])
    label = forms.CharField(label="Libellé", max_length=120, help_text="Ce que le ménage lira sur l’avis.")
    amount = AmountField(label="Montant", min_value=CENT)
    on = PastDateField(label="Appelé le")
    due_on = FrenchDateField(label="À payer avant le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {"on": today, "due_on": today + timedelta(days=15)}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("on") and data.get("due_on") and data["due_on"] < data["on"]:
            self.add_error("due_on", "L’échéance suit l’appel.")
        return data


class RefundForm(Form):
    amount = AmountField(label="Montant rendu", min_value=CENT)
    on = PastDateField(label="Rendu le")
    means = forms.ChoiceField(label="Moyen", choices=MEANS)
    reference = forms.CharField(label="Référence", required=False, max_length=60)

    def __init__(self, *args: Any, credit: Decimal, **kwargs: Any) -> None:
        kwargs["initial"] = {"amount": credit or None, "on": timezone.localdate()}
        super().__init__(*args, **kwargs)


class ReverseForm(Form):
    reason = forms.CharField(
        label="Motif", max_length=200, help_text="Par exemple\u00a0: chèque sans provision, saisi deux fois."
    )


class PlanForm(Form):
    signed_on = PastDateField(label="Signé le")
    first_on = FrenchDateField(label="Première échéance")
    count = forms.IntegerField(label="Nombre d’échéances mensuelles", min_value=1, max_value=60)
    comment = forms.CharField(
        label="Précision", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"signed_on": timezone.localdate(), "count": 6}
        super().__init__(*args, **kwargs)


class EndPlanForm(Form):
    outcome = forms.ChoiceField(
        label="Issue",
        choices=[
            (PlanOutcome.BROKEN.value, "Rompu\u00a0: les échéances ne sont pas payées"),
            (PlanOutcome.CANCELLED.value, "Annulé\u00a0: erreur, ou remplacé par un autre"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Précision", max_length=200)


class DepositForm(Form):
    amount = AmountField(label="Montant reçu", min_value=CENT)
    on = PastDateField(label="Reçu le")
    means = forms.ChoiceField(label="Moyen", choices=MEANS)
    payer_name = forms.CharField(
        label="Versé par",
        required=False,
        max_length=80,
        help_text="Vide\u00a0: le ménage. Sinon le FSL…",
    )
    reference = forms.CharField(label="Référence", required=False, max_length=60)

    def __init__(self, *args: Any, expected: Decimal, **kwargs: Any) -> None:
        kwargs["initial"] = {"amount": expected if expected > 0 else None, "on": timezone.localdate()}
        super().__init__(*args, **kwargs)


class SettleForm(Form):
    """The deposit at the exit, with one line for each thing that may be kept; a line without a cost keeps nothing."""

    keys_returned_on = PastDateField(label="Clés rendues le", help_text="Le délai part de ce jour.")
    on = PastDateField(label="Solde établi le")
    is_conforming = forms.BooleanField(label="Le logement est rendu conforme à l’entrée", required=False)
    means = forms.ChoiceField(
        label="Moyen du remboursement", choices=[("", "Rien n’est rendu"), *MEANS], required=False
    )
    reference = forms.CharField(label="Référence", required=False, max_length=60)

    def __init__(
        self, *args: Any, comparison: Comparison | None, keys_on: date | None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "keys_returned_on": keys_on,
            "on": timezone.localdate(),
            "is_conforming": comparison.is_conforming if comparison else False,
            "means": DueMeans.TRANSFER.value,
        }
        self.elements = {}
        rows: list[tuple[str, int]] = []
        for row in comparison.worse if comparison else ():
            self.elements[len(rows)] = row.exit
            rows.append((f"{row.room}, {row.exit.name}"[:120], row.wear))
        missing = comparison.missing if comparison else []
        rows += [(f"{item.label}\u00a0: il en manque {item.missing}"[:120], 0) for item in missing]
        self.rows = rows + [("", 0)] * BLANK_ITEMS
        super().__init__(*args, **kwargs)
        for rank, (label, wear) in enumerate(self.rows):
            self._add(f"label_{rank}", forms.CharField(label="Objet", required=False, max_length=120), label)
            self._add(f"cost_{rank}", AmountField(label="Coût de la réparation", required=False), None)
            field = forms.IntegerField(label="Vétusté (%)", required=False, min_value=0, max_value=100)
            self._add(f"wear_{rank}", field, wear or None)

    def _add(self, name: str, field: forms.Field, initial: Any) -> None:
        field.widget.attrs["class"] = "form-control"
        field.initial = initial
        self.fields[name] = field

    @property
    def lines(self) -> list[tuple[forms.BoundField, ...]]:
        return [
            (self[f"label_{rank}"], self[f"cost_{rank}"], self[f"wear_{rank}"])
            for rank in range(len(self.rows))
        ]

    @property
    def main(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(("label_", "cost_", "wear_"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for rank in range(len(self.rows)):
            if data.get(f"cost_{rank}") and not data.get(f"label_{rank}"):
                self.add_error(f"label_{rank}", "Dites ce qui est retenu.")
        return data

    @property
    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("keys_returned_on", "on", "is_conforming", "means", "reference")
        items = [
            Kept(
                data[f"label_{rank}"],
                data[f"cost_{rank}"],
                data[f"wear_{rank}"] or 0,
                self.elements.get(rank),
            )
            for rank in range(len(self.rows))
            if data[f"cost_{rank}"]
        ]
        return {**{name: data[name] for name in names}, "items": items}


class MonthForm(Form):
    """Filters of the monthly page; their values are codes, never a person's data."""

    mois = forms.DateField(required=False, input_formats=["%Y-%m"])
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"), ("a-appeler", "À appeler"), ("impaye", "Impayés"), ("partiel", "Payés en partie"),
            ("solde", "Payés"), ("a-venir", "À payer, pas échus"), ("a-regulariser", "À régulariser"),
        ],
    )  # fmt: skip
    dispositif = forms.ChoiceField(
        label="Dispositif", required=False, choices=[("", "Tous"), *Scheme.choices]
    )


class DuesRuleForm(ModelForm):
    valid_from = FrenchDateField(label="À partir du")

    class Meta:
        model = DuesRule
        fields = (
            "valid_from", "due_day", "notice_days", "first_reminder_days", "second_reminder_days",
            "last_reminder_days", "most_instalments", "broken_after_days", "deposit_months",
            "deposit_months_damaged", "source",
        )  # fmt: skip
        widgets = {"source": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "source": "Délibération ou article\u00a0; écrivez «\u00a0à vérifier\u00a0» tant que ce n’est pas voté."
        }
