"""Forms of the contracts: the contract and its plan, each of its steps, the hours."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from cias.core.forms import (
    Form,
    FrenchDateField,
    ModelForm,
    PastDateField,
    PlainNumberField,
    choices,
    model_field,
)
from cias.core.uploads import FilesField, SafeFile, receive_all
from insertion.contracts.enums import ActionMode, EndReason
from insertion.diagnoses.enums import ENDED
from insertion.enums import ActionKind, ActionState, ContractKind
from insertion.models import Amendment, ContractAction, EngagementContract, ObjectiveAction, Orientation

MAX_ACTIONS = 12
EXEMPTION_HELP = (
    "À la demande de la personne\u00a0: aucune heure n’est alors prévue (C. trav., art. L5411-6)."
)


class HoursField(PlainNumberField):
    """Hours with at most one decimal, typed with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs = {"min_value": Decimal(0), "max_value": Decimal(48), "required": False, **kwargs}
        super().__init__(max_digits=3, decimal_places=1, **kwargs)


class HoursMixin(forms.Form):
    """Hours, or why there are none."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        hours, exemption = values.get("weekly_hours"), values.get("exemption")
        needs = getattr(self, "needs_hours", True)
        if needs and "weekly_hours" in values and not hours and not exemption:
            self.add_error("weekly_hours", "Indiquez des heures par semaine, ou choisissez une dispense.")
        if hours and exemption:
            self.add_error("exemption", "Une dispense exclut des heures\u00a0: gardez l’une ou l’autre.")
        if "weekly_hours" in values:
            values["weekly_hours"] = hours or None
        return values


class ContractForm(HoursMixin, ModelForm):
    kind = forms.ChoiceField(
        label="Contrat",
        choices=ContractKind.choices,
        help_text="L’ancien CER se saisit pour garder l’histoire du parcours.",
    )
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au")
    weekly_hours = HoursField(label="Heures par semaine", max_value=Decimal(35))
    signed_by_person_on = PastDateField(label="Signé par la personne le", required=False)
    signed_by_structure_on = PastDateField(label="Signé par le CIAS le", required=False)
    next_review_on = FrenchDateField(label="Prochaine actualisation", required=False)

    class Meta:
        model = EngagementContract
        fields = (
            "kind", "start", "end", "next_review_on", "weekly_hours", "exemption", "reduction_reason", "objectives",
            "person_commitments", "structure_commitments", "signed_by_person_on", "signed_by_structure_on",
        )  # fmt: skip
        help_texts = {
            "exemption": EXEMPTION_HELP,
            "objectives": "Avec les mots de la personne. Elle relit et signe ce texte.",
        }
        widgets = {
            "objectives": forms.Textarea({"rows": 4}),
            "person_commitments": forms.Textarea({"rows": 3}),
            "structure_commitments": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, orientation: Orientation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.orientation = orientation
        self.instance.household_id = orientation.household_id

    @property
    def needs_hours(self) -> bool:
        return self.cleaned_data.get("kind") != ContractKind.CER

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end, orientation = values.get("start"), values.get("end"), self.instance.orientation
        if start and start < orientation.start:
            self.add_error("start", f"L’orientation ne commence que le {orientation.start:%d/%m/%Y}.")
        if start and end and end < start:
            self.add_error("end", "La fin suit le début.")
        review = values.get("next_review_on")
        if review and start and end and not start < review <= end:
            self.add_error("next_review_on", "L’actualisation a lieu pendant le contrat.")
        return values


class TakenForm(Form):
    """Actions of the diagnosis to take up in the contract."""

    taken = forms.ModelMultipleChoiceField(
        ObjectiveAction.objects.none(),
        label="À reprendre du diagnostic",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, orientation: Orientation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ObjectiveAction.objects.filter(objective__diagnosis__person=orientation.person_id)
        rows = rows.exclude(state__in=ENDED).exclude(contract_actions__contract__orientation=orientation)
        field = model_field(self, "taken")
        field.queryset = rows.select_related("objective__theme", "agent", "partner")
        field.label_from_instance = lambda row: f"{row.label} ({row.objective.label}, {row.owner})"

    @property
    def has_any(self) -> bool:
        return bool(self.fields["taken"].choices)  # type: ignore[attr-defined]


class ActionForm(ModelForm):
    kind = forms.ChoiceField(label="Nature", choices=lambda: choices(ActionKind))
    mode = forms.ChoiceField(
        label="Forme", choices=lambda: choices(ActionMode, "Non précisée"), required=False
    )
    due_on = FrenchDateField(label="Pour le", required=False)
    weekly_hours = HoursField(label="Heures par semaine")

    class Meta:
        model = ContractAction
        fields = ("kind", "label", "mode", "weekly_hours", "due_on")


ActionFormSet = forms.modelformset_factory(
    ContractAction, form=ActionForm, extra=3, max_num=MAX_ACTIONS, absolute_max=MAX_ACTIONS
)


class ActionEditForm(ModelForm):
    """One action of a contract in force: where it stands, for when."""

    kind = forms.ChoiceField(label="Nature", choices=lambda: choices(ActionKind))
    mode = forms.ChoiceField(
        label="Forme", choices=lambda: choices(ActionMode, "Non précisée"), required=False
    )
    due_on = FrenchDateField(label="Pour le", required=False)
    weekly_hours = HoursField(label="Heures prévues par semaine")
    state = forms.ChoiceField(label="État", choices=ActionState.choices)

    class Meta:
        model = ContractAction
        fields = ("label", "kind", "mode", "weekly_hours", "due_on", "state")


class SignForm(Form):
    signed_by_person_on = PastDateField(label="Signé par la personne le", required=False)
    signed_by_structure_on = PastDateField(
        label="Signé par le CIAS le",
        required=False,
        help_text="Le contrat compte comme signé à la seconde des deux dates.",
    )


class AmendmentSignForm(Form):
    signed_by_person_on = PastDateField(label="Signé par la personne le")
    signed_by_structure_on = PastDateField(label="Signé par le CIAS le")


class UpdateForm(Form):
    on = PastDateField(label="Actualisé avec la personne le")
    next_review_on = FrenchDateField(label="Prochaine actualisation", required=False)
    reason = forms.CharField(
        label="Ce qui a été fait, ce qui change",
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class EndForm(Form):
    on = PastDateField(label="Dernier jour")
    end_reason = forms.ChoiceField(
        label="Motif",
        choices=[
            ("", "Choisir"),
            *((one.value, one.label) for one in EndReason if one not in ("", EndReason.EXIT)),
        ],
        help_text="La sortie du parcours se note sur le parcours\u00a0: elle met fin au contrat d’elle-même.",
    )
    reason = forms.CharField(label="Précision", max_length=400, required=False)


class CancelForm(Form):
    on = PastDateField(label="Abandonné le")
    reason = forms.CharField(label="Pourquoi", max_length=400, required=False)


class AmendmentForm(HoursMixin, ModelForm):
    effective_on = FrenchDateField(label="À partir du")
    end = FrenchDateField(label="Nouveau terme")
    weekly_hours = HoursField(label="Heures par semaine", max_value=Decimal(35))
    next_review_on = FrenchDateField(label="Prochaine actualisation", required=False)

    class Meta:
        model = Amendment
        fields = (
            "effective_on", "changes", "end", "weekly_hours", "exemption", "reduction_reason", "next_review_on",
        )  # fmt: skip
        widgets = {"changes": forms.Textarea({"rows": 3})}
        help_texts = {
            "exemption": EXEMPTION_HELP,
            "changes": "Une phrase ou deux, telles que la personne les signera.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("effective_on"), values.get("end")
        if start and end and end < start:
            self.add_error("end", "Le nouveau terme suit la date d’effet.")
        return values


class WeekForm(Form):
    """Hours of one week, one field an action."""

    on = PastDateField(label="Semaine finissant le")

    def __init__(self, *args: Any, actions: Iterable[ContractAction], **kwargs: Any) -> None:
        self.actions = list(actions)
        super().__init__(*args, **kwargs)
        for action in self.actions:
            planned = (
                f"{action.weekly_hours.normalize():f} h prévues".replace(".", ",")
                if action.weekly_hours
                else ""
            )
            self.fields[self._name(action)] = HoursField(label=action.label, help_text=planned)
            self.fields[self._name(action)].widget.attrs["class"] = "form-control"

    @staticmethod
    def _name(action: ContractAction) -> str:
        return f"heures-{action.pk}"

    @property
    def hours(self) -> dict[ContractAction, Decimal]:
        values = {action: self.cleaned_data.get(self._name(action)) for action in self.actions}
        return {action: value for action, value in values.items() if value}


class ScanForm(Form):
    """The copy both sides signed, as a scan or a photo."""

    brought = FilesField(
        label="Exemplaire signé",
        help_text="PDF ou photo. Il rejoint les documents du ménage.",
        error_messages={"required": "Choisissez un fichier, ou prenez une photo."},
    )
    received: list[SafeFile]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.received = receive_all(data["brought"])
            except forms.ValidationError as error:
                self.add_error("brought", error)
        return data
