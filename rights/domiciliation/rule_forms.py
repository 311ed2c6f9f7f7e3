"""Forms of the rule: a new version with its effects, and the check of its sources."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cias.core.forms import Form, FrenchDateField, ModelForm
from cias.core.sources import Certainty
from rights.domiciliation.enums import DeskKind
from rights.forms_catalogue import CERTAINTY_HELP
from rights.models import DeskRule, DomiciliationRule

SOURCE = 300
PRACTICE = ("practice_source", "practice_certainty")


class EffectsMixin:
    """One row of fields for each event of the desk: `visit_resets`, `visit_source`, `visit_certainty`…"""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_effects(self, known: Iterable[DeskRule], *, with_answer: bool) -> None:
        rows = {row.code: row for row in known}
        for kind in DeskKind:
            row = rows.get(kind.value)
            if with_answer:
                self.fields[f"{kind.value}_resets"] = forms.BooleanField(
                    label="Vaut manifestation de la personne",
                    required=False,
                    initial=row is not None and row.resets_clock,
                    widget=forms.CheckboxInput({"class": "form-check-input"}),
                )
            self.fields[f"{kind.value}_source"] = forms.CharField(
                label="Texte ou pratique",
                max_length=SOURCE,
                initial=row.source if row else "",
                widget=forms.Textarea({"class": "form-control", "rows": 2}),
            )
            self.fields[f"{kind.value}_certainty"] = forms.ChoiceField(
                label="Certitude",
                choices=Certainty.choices,
                initial=row.certainty if row else Certainty.TO_CHECK,
                widget=forms.Select({"class": "form-select"}),
            )

    @property
    def effects(self) -> list[tuple[str, list[forms.BoundField]]]:
        """For the page: the event and its fields."""
        form: Any = self
        names = ("resets", "source", "certainty")
        return [
            (
                kind.label,
                [form[f"{kind.value}_{name}"] for name in names if f"{kind.value}_{name}" in form.fields],
            )
            for kind in DeskKind
        ]

    def effect_values(self) -> list[dict[str, Any]]:
        return [
            {
                "code": kind.value,
                "resets_clock": self.cleaned_data.get(f"{kind.value}_resets", False),
                "source": self.cleaned_data[f"{kind.value}_source"],
                "certainty": self.cleaned_data[f"{kind.value}_certainty"],
            }
            for kind in DeskKind
        ]


class RuleForm(EffectsMixin, ModelForm):
    """A new version, prefilled with the last one."""

    valid_from = FrenchDateField(
        label="En vigueur depuis le",
        help_text="Les absences commencées et les passages notés avant ce jour gardent la version d’avant.",
    )

    class Meta:
        model = DomiciliationRule
        fields = (
            "valid_from",
            "absence_months",
            "source",
            "certainty",
            "alert_months",
            "alert_days",
            "most_proxies",
            "practice_source",
            "practice_certainty",
        )
        labels = {
            "absence_months": "Délai, en mois",
            "alert_months": "Alerte, en mois",
            "alert_days": "et en jours",
            "most_proxies": "Mandataires à la fois, au plus",
            "source": "Texte",
            "practice_source": "Texte ou pratique",
            "practice_certainty": "Certitude",
        }
        widgets = {"source": forms.Textarea({"rows": 2}), "practice_source": forms.Textarea({"rows": 2})}
        help_texts = {
            "absence_months": "Sans manifestation au-delà, l’agent peut décider la fin.",
            "alert_months": "Sans manifestation depuis, l’agent qui suit la personne est prévenu.",
            "certainty": CERTAINTY_HELP,
        }

    def __init__(self, *args: Any, latest: DomiciliationRule, **kwargs: Any) -> None:
        initial = {name: getattr(latest, name) for name in self.Meta.fields if name != "valid_from"}
        super().__init__(*args, initial=initial, **kwargs)
        self.add_effects(latest.effects.all(), with_answer=True)

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            ("Version", [self["valid_from"]]),
            ("Absence", [self["absence_months"], self["source"], self["certainty"]]),
            ("Alerte et mandataires", [self["alert_months"], self["alert_days"], self["most_proxies"]]),
            ("Source de l’alerte et du nombre de mandataires", [self[name] for name in PRACTICE]),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        absence, alert = data.get("absence_months"), data.get("alert_months")
        if absence is not None and alert is not None and alert >= absence:
            self.add_error("alert_months", "L’alerte précède la fin du délai d’absence.")
        return data

    def _post_clean(self) -> None:
        """Our own sentences, at their field, come before those of the constraints."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def rule_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "valid_from"}


class CheckForm(EffectsMixin, Form):
    """Somebody read the texts: each source, and whether it is now verified."""

    source = forms.CharField(label="Texte", max_length=SOURCE, widget=forms.Textarea({"rows": 2}))
    certainty = forms.ChoiceField(label="Certitude", choices=Certainty.choices, help_text=CERTAINTY_HELP)
    practice_source = forms.CharField(
        label="Texte ou pratique", max_length=SOURCE, widget=forms.Textarea({"rows": 2})
    )
    practice_certainty = forms.ChoiceField(label="Certitude", choices=Certainty.choices)

    def __init__(self, *args: Any, rule: DomiciliationRule, **kwargs: Any) -> None:
        initial = {name: getattr(rule, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.add_effects(rule.effects.all(), with_answer=False)

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            ("Absence", [self["source"], self["certainty"]]),
            ("Alerte et mandataires", [self[name] for name in PRACTICE]),
        ]

    def rule_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.base_fields}
