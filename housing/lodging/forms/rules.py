"""New versions of the reference data of lodging, the check of their sources, and ALT conventions."""

from decimal import Decimal
from typing import Any

from django import forms

from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, model_field
from cias.core.periods import MONTHS
from housing.lodging.enums import COUNTED, Criterion
from housing.models import AltCapacity, AltConvention, AltDwelling, Dwelling, SchemeRule, ScoreRule

MONTH_CHOICES = [(rank, name) for rank, name in enumerate(MONTHS, start=1)]
VERIFIED_HELP = (
    "Cochez quand quelqu’un a lu le texte ou la décision\u00a0; sinon elle porte «\u00a0à vérifier\u00a0»."
)


class SchemeRuleForm(ModelForm):
    """A new version of a scheme's lengths, prefilled with the one before."""

    valid_from = FrenchDateField(
        label="En vigueur depuis le", help_text="Les contrats signés avant gardent leurs dates."
    )
    contribution_share = forms.DecimalField(
        label="Participation proposée (% des ressources)",
        required=False,
        localize=True,
        max_digits=4,
        decimal_places=1,
        min_value=Decimal(0),
        max_value=Decimal(100),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Vide\u00a0: pas de part proposée, le montant se saisit.",
    )

    class Meta:
        model = SchemeRule
        fields = (
            "valid_from", "initial_months", "renewal_months", "max_renewals", "max_months", "exam_months",
            "exam_notice_months", "contribution_share", "end_alert_days", "max_alert_days", "exam_alert_days",
            "insurance_alert_days", "source", "is_verified",
        )  # fmt: skip
        widgets = {"source": forms.Textarea({"rows": 2})}
        help_texts = {
            "max_months": "Vide\u00a0: pas de durée totale.",
            "exam_months": "Bail glissant seulement (CCH, art. L442-8-3).",
            "is_verified": VERIFIED_HELP,
        }

    def __init__(self, *args: Any, latest: SchemeRule, **kwargs: Any) -> None:
        kept = {name: getattr(latest, name) for name in self.Meta.fields if name != "valid_from"}
        super().__init__(*args, initial=kept | {"is_verified": False}, **kwargs)
        self.instance.scheme = latest.scheme

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            ("Version", [self["valid_from"], self["source"], self["is_verified"]]),
            (
                "Durées",
                [self[name] for name in ("initial_months", "renewal_months", "max_renewals", "max_months")],
            ),
            ("Examen périodique", [self["exam_months"], self["exam_notice_months"]]),
            ("Participation", [self["contribution_share"]]),
            ("Alertes", [self[name] for name in self.Meta.fields if name.endswith("alert_days")]),
        ]


class ScoreForm(Form):
    """A new version of the points: one row of fields for each criterion."""

    valid_from = FrenchDateField(
        label="En vigueur depuis le", help_text="Toute la liste est alors classée avec ces points."
    )
    source = forms.CharField(label="Décision ou source", max_length=300, widget=forms.Textarea({"rows": 2}))
    is_verified = forms.BooleanField(label="Vérifiée", required=False, help_text=VERIFIED_HELP)

    def __init__(self, *args: Any, latest: ScoreRule | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"source": latest.source if latest else ""}, **kwargs)
        weights = {row.criterion: row for row in latest.weights.all()} if latest else {}
        for criterion in Criterion:
            row = weights.get(criterion)
            self.fields[f"{criterion.value}_points"] = self._number("Points", row.points if row else 0, 100)
            if criterion in COUNTED:
                self.fields[f"{criterion.value}_cap"] = self._number(
                    "Plafond", row.cap if row else None, 500, required=False
                )

    @staticmethod
    def _number(label: str, initial: int | None, most: int, *, required: bool = True) -> forms.IntegerField:
        widget = forms.TextInput({"inputmode": "numeric", "class": "form-control", "autocomplete": "off"})
        return forms.IntegerField(
            label=label, initial=initial, min_value=0, max_value=most, required=required, widget=widget
        )

    @property
    def head(self) -> list[forms.BoundField]:
        return [self["valid_from"], self["source"], self["is_verified"]]

    @property
    def rows(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """For the page: the criterion, how it is counted, its fields."""
        how = {
            Criterion.CHILDREN: "pour chaque enfant mineur",
            Criterion.SENIORITY: "pour chaque mois plein d’attente",
        }
        return [
            (
                one.label,
                how.get(one, ""),
                [
                    self[f"{one.value}_{name}"]
                    for name in ("points", "cap")
                    if f"{one.value}_{name}" in self.fields
                ],
            )
            for one in Criterion
        ]

    def weights(self) -> dict[str, tuple[int, int | None]]:
        data = self.cleaned_data
        return {one.value: (data[f"{one.value}_points"], data.get(f"{one.value}_cap")) for one in Criterion}


class CheckForm(Form):
    """Somebody read the text or the decision."""

    source = forms.CharField(label="Source", max_length=300, widget=forms.Textarea({"rows": 3}))
    is_verified = forms.BooleanField(label="Vérifiée", required=False, help_text=VERIFIED_HELP)


class ConventionForm(ModelForm):
    signed_on = FrenchDateField(label="Signée le", required=False)

    class Meta:
        model = AltConvention
        fields = ("year", "number", "signed_on", "amendment", "source", "is_verified")
        help_texts = {
            "year": "Une convention par année civile (CSS, art. R851-2).",
            "amendment": "Reconduction ou changement de capacité\u00a0: numéro et date de l’avenant.",
            "source": "Arrêté ou circulaire qui fixe les montants de l’année.",
            "is_verified": "Cochez quand les montants ont été lus dans la convention.",
        }


class CapacityForm(ModelForm):
    first_month = forms.TypedChoiceField(label="De", choices=MONTH_CHOICES, coerce=int, initial=1)
    last_month = forms.TypedChoiceField(label="À", choices=MONTH_CHOICES, coerce=int, initial=12)
    monthly_aid = AmountField(label="Aide mensuelle par logement (€)")

    class Meta:
        model = AltCapacity
        fields = ("dwelling_type", "dwellings", "first_month", "last_month", "monthly_aid")
        labels = {"dwellings": "Nombre de logements"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_month"), values.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", "Le dernier mois suit le premier.")
        return values

    def _post_clean(self) -> None:
        """Our own sentence, at its field, comes before that of the constraint."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]


class CoveredForm(ModelForm):
    start = FrenchDateField(label="Du")
    end = FrenchDateField(label="Au", required=False, help_text="Vide\u00a0: jusqu’à la fin de l’année.")

    class Meta:
        model = AltDwelling
        fields = ("dwelling", "start", "end")

    def __init__(self, *args: Any, convention: AltConvention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        model_field(self, "dwelling").queryset = Dwelling.objects.exclude(closed_on__year__lt=convention.year)

    def _get_validation_exclusions(self) -> set[str]:
        # The convention comes from the address, yet a dwelling is there once.
        return super()._get_validation_exclusions() - {"convention"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        year = self.instance.convention.year
        for name in ("start", "end"):
            day = values.get(name)
            if day and day.year != year:
                self.add_error(name, f"La convention couvre l’année {year}.")
        return values
