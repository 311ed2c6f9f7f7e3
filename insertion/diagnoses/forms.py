"""Forms of the diagnosis, and of the labels it is made of."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import Form, FrenchDateField, ModelForm, PastDateField, choices, model_field
from households.models import Partner
from insertion.diagnoses.enums import (
    LabelKind,
    ObjectiveState,
    ObstacleKind,
    ObstacleLevel,
    OwnerKind,
    StepState,
)
from insertion.models import (
    Diagnosis,
    DiagnosisLabel,
    DiagnosisTheme,
    Objective,
    ObjectiveAction,
)


class SummaryForm(Form):
    """What was found, in words and among the labels of the themes."""

    summary = forms.CharField(
        label="Synthèse", required=False, widget=forms.Textarea({"rows": 6}),
        help_text="Des faits utiles au parcours. La personne peut lire ce texte.",
    )  # fmt: skip
    findings = forms.ModelMultipleChoiceField(
        DiagnosisLabel.objects.none(), label="Constats", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, diagnosis: Diagnosis, **kwargs: Any) -> None:
        chosen = list(diagnosis.findings.values_list("pk", flat=True))
        super().__init__(*args, stored={"summary": diagnosis.summary, "findings": chosen}, **kwargs)
        offered = DiagnosisLabel.objects.filter(kind=LabelKind.FINDING).select_related("theme")
        field = model_field(self, "findings")
        field.queryset = offered.filter(is_active=True, theme__is_active=True) | offered.filter(pk__in=chosen)
        themes = groupby(
            field.queryset.order_by("theme__position", "theme", "position", "label"),
            lambda row: row.theme.label,
        )
        field.choices = [(theme, [(row.pk, row.label) for row in rows]) for theme, rows in themes]


class ObstacleForm(Form):
    kind = forms.ChoiceField(label="Frein", choices=lambda: choices(ObstacleKind))
    level = forms.TypedChoiceField(
        label="Niveau", choices=ObstacleLevel.choices, coerce=int, widget=forms.RadioSelect
    )
    on = PastDateField(label="Apprécié le")
    comment = forms.CharField(
        label="Précision", max_length=200, required=False, help_text="Sans détail de santé."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ProposedMixin(forms.Form):
    """A label to type, with those of the reference data proposed under the field."""

    def propose(self, name: str, rows: Any) -> None:
        # Our templates draw the list; see insertion/diagnoses/proposed.html.
        self.proposals = list(dict.fromkeys(rows))
        self.fields[name].widget.attrs["list"] = "intitules"


class ObjectiveForm(ProposedMixin, ModelForm):
    theme = forms.ModelChoiceField(DiagnosisTheme.objects.active(), label="Thème", empty_label="Choisir")
    state = forms.ChoiceField(label="État", choices=ObjectiveState.choices)
    opened_on = PastDateField(label="Fixé le")
    closed_on = PastDateField(label="Terminé le", required=False)

    class Meta:
        model = Objective
        fields = ("theme", "label", "opened_on", "state", "closed_on")
        help_texts = {"label": "Choisissez un intitulé proposé, ou écrivez celui de la personne."}
        widgets = {"label": forms.TextInput({"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = DiagnosisLabel.objects.active().filter(kind=LabelKind.OBJECTIVE, theme__is_active=True)
        if self.instance._state.adding:
            for name in ("state", "closed_on"):
                del self.fields[name]
        else:
            rows = rows.filter(theme=self.instance.theme_id)
        self.propose("label", rows.values_list("label", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("opened_on"), data.get("closed_on")
        if first and last and last < first:
            self.add_error("closed_on", "La fin suit le début.")
        return data


class ActionForm(ProposedMixin, ModelForm):
    """Who does what for when; an agent or a partner is named when it is theirs to do."""

    owner_kind = forms.ChoiceField(label="Qui agit", choices=OwnerKind.choices, widget=forms.RadioSelect)
    agent = AgentField(
        queryset=User.objects.none(), label="Agent du CIAS", required=False, empty_label="Choisir"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.active(), label="Partenaire", required=False, empty_label="Choisir"
    )
    due_on = FrenchDateField(label="Pour le", required=False)
    state = forms.ChoiceField(label="État", choices=StepState.choices)
    ended_on = PastDateField(
        label="Terminée le", required=False, help_text="Vide\u00a0: aujourd’hui, si l’action est terminée."
    )

    class Meta:
        model = ObjectiveAction
        fields = ("label", "owner_kind", "agent", "partner", "due_on", "state", "ended_on", "outcome")
        widgets = {"label": forms.TextInput({"autocomplete": "off"})}
        help_texts = {"label": "Choisissez un intitulé proposé, ou écrivez-le."}

    def __init__(self, *args: Any, objective: Objective, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.objective = objective
        model_field(self, "agent").queryset = User.objects.social_workers()
        if self.instance._state.adding:
            for name in ("ended_on", "outcome"):
                del self.fields[name]
            self.fields["state"].choices = [  # type: ignore[attr-defined]
                (one.value, one.label) for one in (StepState.PROJECT, StepState.WAITING, StepState.RUNNING)
            ]
        rows = DiagnosisLabel.objects.active().filter(kind=LabelKind.ACTION, theme=objective.theme_id)
        self.propose("label", rows.values_list("label", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        owner = data.get("owner_kind")
        for kind, name, word in (
            (OwnerKind.AGENT, "agent", "l’agent"), (OwnerKind.PARTNER, "partner", "le partenaire"),
        ):  # fmt: skip
            if owner == kind and name in data and not data[name]:
                self.add_error(name, f"Choisissez {word}.")
            if owner != kind:
                data[name] = None
        return data


class UpdateForm(Form):
    on = PastDateField(label="Actualisé avec la personne le")
    comment = forms.CharField(
        label="Ce qui a changé", max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ThemeForm(ModelForm):
    class Meta:
        model = DiagnosisTheme
        fields = ("label", "position", "is_active")


class LabelForm(ModelForm):
    kind = forms.ChoiceField(label="Sorte", choices=lambda: choices(LabelKind))

    class Meta:
        model = DiagnosisLabel
        fields = ("theme", "kind", "label", "position", "is_active")
