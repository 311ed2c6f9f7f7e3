"""Forms of access to housing. Constraints of the database answer through `FIELD_OF`, at the field they are about."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PastDateField, choices, model_field
from cias.territory.models import Commune
from housing.applications.enums import (
    ApplicationState,
    CommitteeRefusal,
    DaloGround,
    DaloState,
    HouseholdRefusal,
    PriorityGround,
    ProposalOutcome,
    RemovalReason,
)
from housing.applications.services.dalo import DECISIONS
from housing.enums import DwellingType, EnergyLabel
from housing.models import DaloAppeal, HousingApplication, HousingProposal
from housing.models.applications import check_number

FIELD_OF = {
    "on": "on",
    "housing_application_number_once": "number",
    "housing_application_renewed": "on",
    "housing_proposal_one_pending": "proposed_on",
    "housing_proposal_outcome": "on",
    "housing_proposal_surface": "surface",
    "housing_dalo_decided": "on",
}
S = ApplicationState


class NumberField(forms.CharField):
    """A numéro unique in any spelling; cleans to its 18 signs."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(max_length=40, required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = "".join(str(super().to_python(value) or "").split()).replace("-", "").upper()
        if text:
            check_number(text)
        return text


class RequestForm(ModelForm):
    """What the household asks for."""

    number = NumberField(
        label="Numéro unique", help_text="18 caractères, sur l’attestation d’enregistrement."
    )
    filed_on = PastDateField(
        label="Déposée le", required=False, help_text="Vide\u00a0: la demande reste à déposer."
    )
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label="Communes souhaitées",
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text="Plusieurs à la fois avec Ctrl ou Cmd. Aucune\u00a0: tout le territoire.",
    )
    dwelling_types = forms.MultipleChoiceField(
        label="Types souhaités",
        choices=DwellingType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    most_rent = AmountField(label="Loyer et charges, au plus (€)", required=False)
    grounds = forms.MultipleChoiceField(
        label="Motifs de priorité (CCH, art. L441-1)",
        choices=PriorityGround.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agent = AgentField(queryset=User.objects.none(), label="Suivi par")

    class Meta:
        model = HousingApplication
        fields = ("number", "filed_on", "communes", "dwelling_types", "most_rent", "grounds", "note", "agent")
        widgets = {"note": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        if user is not None:
            kwargs["initial"] = {"agent": user.pk, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()
        if self.instance.pk and not self.instance._state.adding and self.instance.state == S.PREPARED:
            # The day of filing is a step of its own.
            del self.fields["filed_on"]

    def clean_filed_on(self) -> Any:
        day = self.cleaned_data["filed_on"]
        if day is None and not self.instance._state.adding and self.instance.filed_on:
            raise ValidationError("La demande est déposée\u00a0: quel jour\u00a0?")
        return day


class StepForm(Form):
    on = PastDateField(label="Le")
    reason = forms.CharField(label="Précision", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class FileItForm(Form):
    on = PastDateField(label="Déposée le")
    number = NumberField(label="Numéro unique", help_text="18 caractères\u00a0; peut s’ajouter plus tard.")


class RenewForm(Form):
    on = PastDateField(label="Renouvelée le")


class RemoveForm(StepForm):
    removal_reason = forms.ChoiceField(label="Motif", choices=lambda: choices(RemovalReason))
    field_order = ("on", "removal_reason", "reason")


class ProposalForm(ModelForm):
    proposed_on = PastDateField(label="Proposé le")
    committee_on = FrenchDateField(
        label="Commission d’attribution le", required=False, help_text="Si elle est déjà fixée."
    )
    dwelling_type = forms.ChoiceField(label="Type", choices=lambda: choices(DwellingType))
    rent = AmountField(label="Loyer et charges (€)", required=False)
    energy_label = forms.ChoiceField(
        label="DPE", choices=lambda: choices(EnergyLabel, "Non renseigné"), required=False
    )

    class Meta:
        model = HousingProposal
        fields = (
            "proposed_on", "landlord", "commune", "place", "dwelling_type", "surface", "rent", "energy_label",
            "committee_on",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, committee = data.get("proposed_on"), data.get("committee_on")
        if first and committee and committee < first:
            self.add_error("committee_on", "La commission suit la proposition.")
        return data


class OutcomeForm(Form):
    """What came of a proposal; each refusal has its own reasons."""

    outcome = forms.ChoiceField(label="Issue", choices=lambda: choices(ProposalOutcome))
    on = PastDateField(label="Le")
    household_reason = forms.ChoiceField(
        label="Motif du ménage", choices=lambda: choices(HouseholdRefusal), required=False,
        help_text="Seulement si le ménage refuse.",
    )  # fmt: skip
    committee_reason = forms.ChoiceField(
        label="Motif de la commission", choices=lambda: choices(CommitteeRefusal), required=False,
        help_text="Seulement si la commission refuse.",
    )  # fmt: skip
    detail = forms.CharField(label="Précision", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needs = {"household": "household_reason", "committee": "committee_reason"}
        wanted = needs.get(data.get("outcome") or "")
        if wanted and not data.get(wanted):
            self.add_error(wanted, "Un refus a son motif.")
        for name in needs.values():
            if name != wanted:
                data[name] = ""
        return data


class DaloForm(ModelForm):
    ground = forms.ChoiceField(label="Motif du recours", choices=lambda: choices(DaloGround))
    agent = AgentField(queryset=User.objects.none(), label="Suivi par")

    class Meta:
        model = DaloAppeal
        fields = ("ground", "note", "agent")
        widgets = {"note": forms.Textarea({"rows": 5})}

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        if user is not None:
            kwargs["initial"] = {"agent": user.pk, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()


class DaloStepForm(StepForm):
    """A step of an appeal; a decision also has the day it was notified."""

    notified_on = PastDateField(
        label="Notifiée le", required=False, help_text="Le délai pour contester court de ce jour."
    )
    field_order = ("on", "notified_on", "reason")

    def __init__(self, *args: Any, state: DaloState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if state not in DECISIONS:
            del self.fields["notified_on"]
        if state == DaloState.FILED:
            self.fields[
                "on"
            ].help_text = "Jour de l’accusé de réception\u00a0: le délai de la commission part de là."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, notified = data.get("on"), data.get("notified_on")
        if on and notified and notified < on:
            self.add_error("notified_on", "La notification suit la décision.")
        return data


class ListForm(Form):
    """The filters of the list; all live in the address, none is personal."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "En cours"), *((state.value, state.label) for state in ApplicationState)],
    )
    liste = forms.ChoiceField(
        label="À suivre",
        required=False,
        choices=[
            ("", "Toutes"),
            ("renouveler", "À renouveler"),
            ("retard", "Non renouvelées à temps"),
            ("dalo", "Recours DALO en cours"),
            ("motif", "Prioritaires"),
        ],
    )
    attente = forms.ChoiceField(
        label="En attente depuis",
        required=False,
        choices=[
            ("", "Indifférent"),
            ("6", "plus de 6 mois"),
            ("12", "plus d’un an"),
            ("24", "plus de 2 ans"),
            ("36", "plus de 3 ans"),
        ],
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune souhaitée", required=False, empty_label="Toutes"
    )
    agent = forms.ChoiceField(
        label="Suivi par", required=False, choices=[("", "Tout le monde"), ("moi", "Moi")]
    )
