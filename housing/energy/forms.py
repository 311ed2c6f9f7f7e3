"""Forms of the programme, the visit's apart. Constraints answer through `FIELD_OF`, at the field they are about."""

from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify

from cias.accounts.models import User
from cias.core import refusals
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PastDateField, choices, model_field
from cias.core.periods import Period
from cias.core.refusals import Refusal
from cias.territory.models import Commune
from households.enums import Consent
from households.models import Household, Partner
from households.models.files import on_day
from housing.energy.enums import (
    Bills,
    CloseReason,
    Comfort,
    ContactMeans,
    ContactOutcome,
    EnergyState,
    Ground,
    OrientationKind,
    OrientationState,
    Seen,
)
from housing.energy.services import REPORTED
from housing.energy.states import ORIENTATION_TRANSITIONS
from housing.models import (
    EnergyFile,
    EnergyOrientation,
    EnergyRule,
    EquipmentItem,
    ExportColumn,
    IncomeCeiling,
)

FIELD_OF = {
    "housing_energyfile_surface": "surface",
    "housing_energyfile_persons": "persons",
    "housing_energyfile_consent": "consent_on",
    "housing_orientation_order": "on",
    "housing_ceiling_once": "valid_from",
    "housing_ceiling_grows": "persons_2",
}


def refuse(form: forms.BaseForm, error: Refusal) -> None:
    refusals.refuse(form, error, FIELD_OF)


class ReportForm(ModelForm):
    """A signalement, as the donneur d'alerte tells it; what is not known yet stays empty."""

    reported_on = PastDateField(label="Signalé le")
    consent_on = PastDateField(
        label="Accord du ménage reçu le",
        required=False,
        help_text="Recueilli par le donneur d’alerte. Sans accord, le ménage n’est pas appelé.",
    )
    grounds = forms.MultipleChoiceField(
        label="Motifs", choices=Ground.choices, widget=forms.CheckboxSelectMultiple
    )
    tax_income = forms.IntegerField(
        label="Revenu fiscal de référence (€ par an)",
        required=False,
        min_value=0,
        help_text="Sur l’avis d’imposition. Vide tant qu’il n’est pas connu.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    class Meta:
        model = EnergyFile
        fields = ("reported_on", "agent", *REPORTED)
        help_texts = {
            "partner": "Dans l’annuaire des partenaires, s’il y figure.",
            "situation": "Des faits, tels qu’ils sont rapportés.",
            "kept_despite": "À remplir si les revenus dépassent le plafond.",
        }
        widgets = {"situation": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        self.household = household
        if kwargs.get("instance") is None:
            persons = household.memberships.filter(on_day(today)).count()
            first = {"reported_on": today, "agent": user.pk, "persons": persons or 1}
            kwargs["initial"] = {**first, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        agents = model_field(self, "agent")
        agents.queryset = User.objects.social_workers()
        agents.label_from_instance = lambda agent: agent.full_name
        model_field(self, "partner").queryset = Partner.objects.active()
        if kwargs.get("instance") is not None:
            del self.fields["reported_on"]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in REPORTED}

    def clean_tax_income(self) -> int | None:
        income = self.cleaned_data["tax_income"]
        if income is not None and income > 500_000:
            raise ValidationError("Ce revenu paraît trop élevé\u00a0: saisissez-le en euros par an.")
        return income

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        consent, day = values.get("consent_on"), values.get("reported_on")
        if consent and day and consent > day and self.instance.pk is None:
            self.add_error("consent_on", "À ce jour, l’accord ne peut pas suivre le signalement.")
        return values


class ContactForm(Form):
    on = PastDateField(label="Le")
    means = forms.ChoiceField(label="Moyen", choices=ContactMeans.choices, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label="Résultat", choices=ContactOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Précision", max_length=300, required=False, help_text="Quand rappeler, à qui parler."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate(), "means": "phone"}, **kwargs)


class DayForm(Form):
    """A step that has a date only."""

    on = PastDateField(label="Le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)


class UnplanForm(Form):
    reason = forms.CharField(
        label="Pourquoi", max_length=300, help_text="Absent, reporté par le ménage, empêchement…"
    )


class CloseForm(Form):
    on = PastDateField(label="Le")
    close_reason = forms.ChoiceField(label="Motif", choices=choices(CloseReason))
    close_detail = forms.CharField(label="Précision", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)


class OrientationForm(Form):
    """What is proposed to the household. A right opens its file from the orientation's line."""

    kind = forms.ChoiceField(label="Orientation", choices=choices(OrientationKind))
    detail = forms.CharField(
        label="Ce qui est demandé", max_length=300, required=False, help_text="En une phrase."
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Transmise à", required=False, empty_label="Personne pour l’instant"
    )
    consent = forms.ChoiceField(
        label="Accord du ménage pour transmettre",
        choices=Consent.choices,
        widget=forms.RadioSelect,
        initial=Consent.NOT_ASKED,
    )
    proposed_on = PastDateField(label="Proposée le")
    remind_on = FrenchDateField(
        label="À relancer le", required=False, help_text="Elle viendra dans «\u00a0À faire\u00a0»."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"proposed_on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "partner").queryset = Partner.objects.active()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("proposed_on"), values.get("remind_on")
        if first and last and last < first:
            self.add_error("remind_on", "La relance suit la proposition.")
        return values


class AnswerForm(Form):
    """What becomes of an orientation; an answer a colleague gave meanwhile is shown, never replaced unseen."""

    state = forms.ChoiceField(label="État", widget=forms.RadioSelect)
    on = PastDateField(label="Le")
    result = forms.CharField(label="Résultat", max_length=300, required=False, help_text="En une phrase.")
    amount = AmountField(label="Montant obtenu (€)", required=False)
    remind_on = FrenchDateField(label="À relancer le", required=False)

    def __init__(self, *args: Any, orientation: EnergyOrientation, **kwargs: Any) -> None:
        current = OrientationState(orientation.state)
        stored = {
            "state": current, "result": orientation.result, "amount": orientation.amount,
            "remind_on": orientation.remind_on,
        }  # fmt: skip
        super().__init__(*args, initial={"on": timezone.localdate()}, stored=stored, **kwargs)
        # What was typed stays on the page even if the answer of a colleague has closed the way to it.
        typed = {self["state"].data} if self.is_bound else set()
        allowed = ORIENTATION_TRANSITIONS[current] | typed
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (state.value, state.label) for state in OrientationState if state in allowed
        ]


class CallForm(Form):
    """The follow-up call: comfort, bills, what was given."""

    on = PastDateField(label="Le")
    is_reached = forms.BooleanField(label="Le ménage a répondu", required=False, initial=True)
    comfort = forms.ChoiceField(
        label="Confort dans le logement", choices=Comfort.choices, required=False, widget=forms.RadioSelect
    )
    bills = forms.ChoiceField(
        label="Factures", choices=Bills.choices, required=False, widget=forms.RadioSelect
    )
    equipment_used = forms.ChoiceField(
        label="Équipements gardés et utilisés",
        choices=Seen.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Ce que dit le ménage", required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate(), "is_reached": True}, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("is_reached") and not any(values.get(name) for name in ("comfort", "bills", "note")):
            raise ValidationError("Notez au moins le confort, les factures, ou ce que dit le ménage.")
        return values


WAITS = (
    ("", "Tous ceux en cours"),
    ("a-contacter", "À contacter"),
    ("en-retard", "À contacter, en retard"),
    ("a-visiter", "À visiter"),
    ("a-orienter", "Visite faite, à orienter"),
    ("a-rappeler", "Appel de suivi à faire"),
    ("clos", "Clos"),
)


class ListForm(Form):
    """Filters of the overview; nothing personal goes in the address."""

    attente = forms.ChoiceField(label="Attend", choices=WAITS, required=False)
    etat = forms.ChoiceField(label="État", choices=choices(EnergyState, "Tous"), required=False)
    motif = forms.ChoiceField(label="Motif", choices=choices(Ground, "Tous"), required=False)
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune", required=False, empty_label="Toutes"
    )
    agent = forms.ChoiceField(
        label="Chargé de visite", choices=(("", "Tous"), ("moi", "Moi")), required=False
    )


class ExportForm(Form):
    du = FrenchDateField(label="Signalés du")
    au = FrenchDateField(label="au")
    raison = forms.CharField(
        label="Pour quoi faire", max_length=200, help_text="Écrit au journal des consultations."
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("du"), values.get("au")
        if first and last and last < first:
            self.add_error("au", "La fin doit suivre le début.")
        elif first and last and not Period(first, last).is_past_year(timezone.localdate()):
            # Two exports of overlapping periods would give a household away by difference (ADR 16).
            self.add_error(
                "du", "L’export porte sur une année entière et terminée, du 1er janvier au 31 décembre."
            )
        return values


class CeilingForm(ModelForm):
    valid_from = FrenchDateField(label="En vigueur depuis le")

    class Meta:
        model = IncomeCeiling
        fields = (
            "region", "valid_from", "persons_1", "persons_2", "persons_3", "persons_4", "persons_5", "one_more",
            "source", "certainty",
        )  # fmt: skip


class RuleForm(ModelForm):
    valid_from = FrenchDateField(label="En vigueur depuis le")
    visit_cost = AmountField(label="Coût d’une visite (agent, déplacement), en euros", required=False)

    class Meta:
        model = EnergyRule
        fields = (
            "valid_from", "region", "third_decile", "source", "certainty", "contact_days", "attempts",
            "follow_from_months", "follow_until_months", "visit_cost",
        )  # fmt: skip
        help_texts = {
            "region": "Le barème de l’Anah qui s’applique ici.",
            "third_decile": "Vide tant qu’il n’a pas été relevé\u00a0: le taux d’effort le dit.",
            "source": "Source du 3e décile.",
        }


class ItemForm(ModelForm):
    unit_cost = AmountField(label="Coût unitaire (€)")
    saving = AmountField(label="Économie estimée par an (€)", required=False)

    class Meta:
        model = EquipmentItem
        fields = (
            "label", "advice", "unit_cost", "saving", "source", "certainty", "position", "is_active",
        )  # fmt: skip
        help_texts = {"advice": "La phrase du compte rendu remis au ménage."}

    def save(self, commit: bool = True) -> EquipmentItem:
        if not self.instance.code:
            self.instance.code = free_code(self.cleaned_data["label"])
        return super().save(commit)


def free_code(label: str) -> str:
    """A code for a new piece of equipment, after its name."""
    base = slugify(label)[:24] or "equipement"
    taken = set(EquipmentItem.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for rank in count(1) if (code := base if rank == 1 else f"{base}-{rank}") not in taken)


class ColumnsForm(Form):
    """Which columns leave in the export; their order is that of the list."""

    columns = forms.MultipleChoiceField(
        label="Colonnes exportées", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rows = list(ExportColumn.objects.all())
        super().__init__(*args, stored={"columns": [row.code for row in rows if row.is_exported]}, **kwargs)
        self.fields["columns"].choices = [(row.code, row.label) for row in rows]  # type: ignore[attr-defined]
