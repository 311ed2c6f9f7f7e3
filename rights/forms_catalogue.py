"""Forms of the catalogue: a right's sheet, a new version of its rule, a piece, a duty to inform."""

from typing import Any

from django import forms

from cias.core.forms import Form, FrenchDateField, ModelForm, model_field
from cias.core.sources import Certainty
from rights.enums import DelayKind, DelayUnit
from rights.models import RequiredPiece, Right, RightNotice, RightRule

COUNTED = (DelayUnit.DAYS, DelayUnit.MONTHS, DelayUnit.FRANC_MONTHS)
UNITS = [("", "Aucun délai connu"), *DelayUnit.choices]
PARTICULAR_UNITS = [("", "Aucun"), *[(unit.value, unit.label) for unit in COUNTED]]
CERTAINTY_HELP = "«\u00a0À vérifier\u00a0» s’affiche tant que personne n’a lu le texte en vigueur."


class RightForm(ModelForm):
    class Meta:
        model = Right
        fields = (
            "name",
            "acronym",
            "family",
            "summary",
            "authority",
            "service",
            "form",
            "appeal_path",
            "advice",
            "source",
            "certainty",
            "needs_nir",
            "asks_maintenance",
            "is_frequent",
            "is_active",
        )
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "appeal_path": forms.Textarea(attrs={"rows": 3}),
            "advice": forms.Textarea(attrs={"rows": 5}),
            "source": forms.TextInput(),
        }
        help_texts = {
            "certainty": CERTAINTY_HELP,
            "form": "Nom et numéro du formulaire (Cerfa), ou téléservice.",
            "needs_nir": "À cocher seulement si un texte le permet (décret 2019-341).",
            "is_active": "Décoché, le droit n’est plus proposé\u00a0; les dossiers d’avant restent.",
        }


class PieceOfRightForm(ModelForm):
    class Meta:
        model = RequiredPiece
        fields = (
            "label",
            "condition",
            "mandatory",
            "per_person",
            "validity_months",
            "display_order",
            "source",
            "certainty",
            "is_active",
        )
        widgets = {"source": forms.TextInput()}
        help_texts = {
            "condition": "Dans quel cas elle est demandée. Vide\u00a0: toujours.",
            "mandatory": "Sans elle, le dossier n’est pas complet.",
            "validity_months": "Ancienneté au plus, en mois. Vide\u00a0: elle n’expire pas.",
            "certainty": CERTAINTY_HELP,
            "is_active": "Décochée, elle n’est plus demandée\u00a0; les dossiers d’avant la gardent.",
        }


class NoticeForm(ModelForm):
    class Meta:
        model = RightNotice
        fields = ("text", "display_order", "source", "certainty", "is_active")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "source": forms.TextInput()}
        help_texts = {"certainty": CERTAINTY_HELP}


class CheckForm(Form):
    """Somebody read the text in force."""

    source = forms.CharField(label="Source lue", max_length=300)
    certainty = forms.ChoiceField(label="Certitude", choices=Certainty.choices, help_text=CERTAINTY_HELP)


class RuleForm(ModelForm):
    """A new version, prefilled with the last one. The particular delays are fields too: `ack_value`, `ack_unit`…"""

    valid_from = FrenchDateField(
        label="En vigueur depuis le",
        help_text="Jour de l’entrée en vigueur du texte. Les délais qui ont commencé avant gardent la version d’avant.",
    )

    class Meta:
        model = RightRule
        fields = (
            "valid_from",
            "source",
            "certainty",
            "transmission_value",
            "transmission_unit",
            "transmission_source",
            "decision_value",
            "decision_unit",
            "silence_means",
            "decision_source",
            "appeal_value",
            "appeal_unit",
            "appeal_source",
            "effect",
            "effect_source",
            "end_of_month_alert",
            "duration_months",
            "renewal_from_months",
            "renewal_until_months",
            "renewal_source",
        )
        widgets = {"source": forms.TextInput()}
        help_texts = {"certainty": CERTAINTY_HELP}

    def __init__(self, *args: Any, latest: RightRule | None, correcting: bool = False, **kwargs: Any) -> None:
        initial = {name: getattr(latest, name) for name in self.Meta.fields} if latest else {}
        initial.pop("valid_from", None)
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in ("transmission", "decision", "appeal"):
            model_field(self, f"{name}_unit").choices = UNITS
        known = {delay.kind: delay for delay in latest.delays.all()} if latest else {}
        for kind in DelayKind:
            self._add_delay(kind, known.get(kind.value))
        if correcting:  # its dates stay what they are
            del self.fields["valid_from"]

    def _add_delay(self, kind: DelayKind, delay: Any) -> None:
        added = {
            "value": forms.IntegerField(label="Durée", required=False, min_value=1, max_value=999),
            "unit": forms.ChoiceField(label="Unité", required=False, choices=PARTICULAR_UNITS),
            "source": forms.CharField(label="Texte", required=False, max_length=300),
            "certainty": forms.ChoiceField(
                label="Certitude", required=False, choices=Certainty.choices, initial=Certainty.TO_CHECK
            ),
        }
        for name, field in added.items():
            if delay is not None:
                field.initial = getattr(delay, name)
            field.widget.attrs["class"] = (
                "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )
            self.fields[f"{kind.value}_{name}"] = field

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the order of a file's life."""
        return [
            ("Version", self._fields(*self._known("valid_from"), "source", "certainty")),
            ("Transmission par le CIAS", self._delay("transmission")),
            ("Réponse de l’organisme", [*self._delay("decision"), self["silence_means"]]),
            ("Recours", self._delay("appeal")),
            ("Prise d’effet", self._fields("effect", "effect_source", "end_of_month_alert")),
            (
                "Durée et renouvellement",
                self._fields(
                    "duration_months", "renewal_from_months", "renewal_until_months", "renewal_source"
                ),
            ),
        ]

    @property
    def particular(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The particular delays this right has, or that were just typed."""
        return [self._particular(kind) for kind in DelayKind if self._is_used(kind)]

    @property
    def unused(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Those it has not."""
        return [self._particular(kind) for kind in DelayKind if not self._is_used(kind)]

    def _is_used(self, kind: DelayKind) -> bool:
        return any(self[f"{kind.value}_{name}"].value() for name in ("value", "unit"))

    def _particular(self, kind: DelayKind) -> tuple[str, list[forms.BoundField]]:
        return kind.label, [*self._delay(kind.value), self[f"{kind.value}_certainty"]]

    def _known(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    def _fields(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def _delay(self, name: str) -> list[forms.BoundField]:
        return self._fields(f"{name}_value", f"{name}_unit", f"{name}_source")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("transmission", "decision", "appeal", *DelayKind.values):
            self._check_delay(name, data.get(f"{name}_unit"), data.get(f"{name}_value"))
        first, last = data.get("renewal_from_months"), data.get("renewal_until_months")
        if (first is None) != (last is None):
            missing = "renewal_from_months" if first is None else "renewal_until_months"
            self.add_error(
                missing, "La fenêtre de renouvellement a deux bords\u00a0: indiquez aussi celui-ci."
            )
        elif first is not None and last is not None and first < last:
            self.add_error("renewal_from_months", "La fenêtre s’ouvre avant de se fermer.")
        if data.get("silence_means") and not data.get("decision_unit"):
            self.add_error("silence_means", "L’effet du silence demande un délai de réponse.")
        return data

    def _check_delay(self, name: str, unit: str | None, value: int | None) -> None:
        if unit in COUNTED and not value and not self.errors.get(f"{name}_value"):
            self.add_error(f"{name}_value", "Indiquez la durée de ce délai.")
        if value and unit not in COUNTED:
            self.add_error(f"{name}_unit", "Indiquez l’unité de ce délai, ou videz sa durée.")

    def _post_clean(self) -> None:
        """Our own sentences, at their field, come before those of the constraints."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def rule_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "valid_from"}

    def delay_values(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        return [
            {
                "kind": kind.value,
                **{name: data[f"{kind.value}_{name}"] for name in ("value", "unit", "source")},
                "certainty": data[f"{kind.value}_certainty"] or Certainty.TO_CHECK,
            }
            for kind in DelayKind
            if data.get(f"{kind.value}_value")
        ]
