"""Forms of the follow-up: first meeting, re-examination, exit, absences step by step, the rules."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import (
    Form,
    FrenchDateField,
    FrenchTimeField,
    ModelForm,
    PastDateField,
    choices,
    model_field,
)
from cias.core.french import date_short
from cias.core.uploads import FilesField, SafeFile, receive_all
from insertion.absences import Absence
from insertion.followup.enums import (
    CALLS,
    POSTS,
    ContactResult,
    ExitEvidence,
    ExitReason,
    ReviewConclusion,
)
from insertion.models import LegitimateReason, PathwayParameter

TEXT = forms.Textarea({"rows": 3})


class DayForm(Form):
    """A step that happened on a day, today unless told otherwise."""

    on = PastDateField(label="Le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ProofMixin(forms.Form):
    """A file that proves, kept among the household's documents."""

    proof_file = FilesField(label="Preuve (bordereau, accusé, contrat…)", required=False)
    received: list[SafeFile]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.received = []
        files = data.pop("proof_file", [])
        if files and not self.errors:
            try:
                self.received = receive_all(files)
            except forms.ValidationError as error:
                self.add_error("proof_file", error)
        return data


class MeetingForm(DayForm):
    note = forms.CharField(label="Précision", max_length=200, required=False)


class ReviewForm(DayForm):
    conclusion = forms.ChoiceField(label="Conclusion", choices=lambda: choices(ReviewConclusion))
    next_on = FrenchDateField(
        label="Prochain réexamen avant le", required=False, help_text="Vide\u00a0: selon la règle en vigueur."
    )
    note = forms.CharField(label="Éléments examinés", required=False, widget=TEXT)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        on, following = data.get("on"), data.get("next_on")
        if on and following and following <= on:
            self.add_error("next_on", "Le prochain réexamen suit celui-ci.")
        return data


class ExitForm(ProofMixin, DayForm):
    reason = forms.ChoiceField(label="Motif de la sortie", choices=lambda: choices(ExitReason))
    evidence = forms.ChoiceField(label="Justificatif", choices=lambda: choices(ExitEvidence))
    note = forms.CharField(
        label="Précision", max_length=300, required=False, help_text="Employeur, durée, nouvelle structure…"
    )
    field_order = ("on", "reason", "evidence", "proof_file", "note")


class AbsenceForm(Form):
    """Which absences to follow up: those known, and one told by hand."""

    known = forms.MultipleChoiceField(
        label="Absences connues", required=False, widget=forms.CheckboxSelectMultiple
    )
    day = PastDateField(label="Une autre absence, le", required=False)
    label = forms.CharField(label="Rendez-vous manqué", max_length=160, required=False)

    def __init__(self, *args: Any, absences: list[Absence], **kwargs: Any) -> None:
        self.absences = absences
        super().__init__(*args, **kwargs)
        if absences:
            field: Any = self.fields["known"]
            field.choices = [
                (str(rank), f"{one.label}, le {date_short(one.day)}") for rank, one in enumerate(absences)
            ]
            field.initial = [str(rank) for rank, one in enumerate(absences) if not one.excused]
        else:
            del self.fields["known"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("day") and not data.get("label"):
            self.add_error("label", "Dites quel rendez-vous.")
        if data.get("label") and "day" in data and not data["day"]:
            self.add_error("day", "Dites quel jour.")
        return data

    @property
    def missed(self) -> list[tuple[date, str]]:
        data = self.cleaned_data
        found = [
            (self.absences[int(rank)].day, self.absences[int(rank)].label) for rank in data.get("known", [])
        ]
        return [*found, (data["day"], data["label"])] if data.get("day") else found


class LookForForm(DayForm):
    channel = forms.ChoiceField(
        label="Moyen", choices=[("", "Choisir"), *((one.value, one.label) for one in CALLS)]
    )
    result = forms.ChoiceField(label="Résultat", choices=lambda: choices(ContactResult))
    reason = forms.CharField(
        label="Ce que la personne a dit", max_length=400, required=False, widget=TEXT,
        help_text="Des faits\u00a0: la personne peut lire ce dossier.",
    )  # fmt: skip


class SummonForm(ProofMixin, DayForm):
    on = PastDateField(label="Envoyée le")
    channel = forms.ChoiceField(
        label="Moyen d’envoi", choices=[("", "Choisir"), *((one.value, one.label) for one in POSTS)]
    )
    tracking = forms.CharField(
        label="Numéro de suivi",
        max_length=40,
        required=False,
        help_text="Pour une lettre suivie ou un recommandé.",
    )
    meeting_on = FrenchDateField(label="Rendez-vous le")
    meeting_time = FrenchTimeField(label="À", help_text="Par exemple 9 h 30.")
    meeting_place = forms.CharField(label="Lieu", max_length=160, required=False)
    field_order = ("meeting_on", "meeting_time", "meeting_place", "on", "channel", "tracking", "proof_file")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, time = data.pop("meeting_on", None), data.pop("meeting_time", None)
        if day and time:
            data["meeting_at"] = timezone.make_aware(datetime.combine(day, time))
        return data


class ProofForm(ProofMixin, Form):
    """The proof of a convocation, once it is back."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.received and not self.errors:
            self.add_error("proof_file", "Choisissez un fichier, ou prenez une photo.")
        return data


class ResumeForm(DayForm):
    reason = forms.CharField(label="Ce qui est convenu", max_length=400, required=False, widget=TEXT)


class ExcuseForm(DayForm):
    excuse = forms.ModelChoiceField(
        LegitimateReason.objects.none(), label="Motif légitime", empty_label="Choisir"
    )
    reason = forms.CharField(
        label="Précision", max_length=400, required=False, widget=TEXT,
        help_text="Sans détail de santé\u00a0: «\u00a0certificat présenté\u00a0» suffit.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "excuse").queryset = LegitimateReason.objects.active()


class ReportForm(DayForm):
    on = PastDateField(label="Transmis le")
    reason = forms.CharField(
        label="Ce que la personne a dit ou fait savoir", max_length=400, required=False, widget=TEXT,
        help_text="Des faits, sans appréciation. Ce texte part avec le rapport.",
    )  # fmt: skip


class AnswerForm(DayForm):
    on = PastDateField(label="Réponse reçue le")
    reason = forms.CharField(label="Ce que dit le Département", max_length=400, widget=TEXT)


class ParameterForm(ModelForm):
    """What one version of a rule says."""

    class Meta:
        model = PathwayParameter
        fields = ("value", "source", "certainty")
        widgets = {"source": forms.Textarea({"rows": 2})}
        help_texts = {
            "certainty": "Vérifié\u00a0: quelqu’un a lu ce texte, en vigueur. "
            "Sinon, les pages disent «\u00a0à vérifier\u00a0»."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Valeur, en {self.instance.unit.label}"


class ParameterVersionForm(ParameterForm):
    valid_from = FrenchDateField(
        label="En vigueur depuis le", help_text="Ce qui s’est passé avant ce jour garde la version d’avant."
    )
    field_order = ("valid_from",)


class ReasonForm(ModelForm):
    class Meta:
        model = LegitimateReason
        fields = ("label", "position", "is_active", "source", "certainty")
        widgets = {"source": forms.Textarea({"rows": 2})}
