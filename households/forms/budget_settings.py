"""What the direction settles about budgets: categories, and the formula as a version."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms

from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PlainNumberField, model_field
from cias.core.french import euros, join_list, number
from households.budgets.reckoning import decimals_of
from households.enums import GROUPS_OF, TERMS_OF, BudgetGroup, DebtKind, Side, Term
from households.models import BudgetCategory, BudgetFormula
from households.services.budget_settings import counted_in, formula_values


class CategoryForm(ModelForm):
    """Its side never changes once it has been used: past budgets rely on it."""

    counted = forms.MultipleChoiceField(
        label="Comptée dans",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Changer ces cases crée une nouvelle version de la formule, à partir d’aujourd’hui.",
    )

    class Meta:
        model = BudgetCategory
        fields = ["label", "group", "periodicity", "is_usual", "position", "is_active"]
        help_texts = {
            "is_usual": "Sinon, elle se choisit dans une ligne ajoutée.",
            "is_active": "Décochez pour ne plus la proposer\u00a0: les budgets faits la gardent.",
        }

    def __init__(self, *args: Any, formula: BudgetFormula, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        side = self.instance.side
        groups = [group for group in BudgetGroup if group in GROUPS_OF[side]]
        model_field(self, "group").choices = [(group.value, group.label) for group in groups]
        counted = model_field(self, "counted")
        counted.choices = [(term, Term(term).label) for term in TERMS_OF[side]]
        counted.initial = (
            sorted(counted_in(self.instance, formula)) if self.instance.code else [TERMS_OF[side][0]]
        )


SCALARS = (
    "count_by", "mej_by", "quotient_by", "day_basis", "alternate_weight", "visits_weight", "renew_months",
    "parts_base", "parts_child_1", "parts_child_2", "parts_child_3", "parts_child_next", "parts_disabled_child",
    "parts_child_age", "parts_source", "units_first", "units_next", "units_child", "units_child_age", "units_source",
    "daily_floor", "daily_floor_source", "housing_limit", "housing_source", "energy_limit", "energy_high",
    "energy_source", "debt_limit", "debt_source",
)  # fmt: skip
KINDS = ("debt_charge_kinds", "debt_rate_kinds")
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Cette version", ("valid_from", "source")),
    ("Diviseurs", ("count_by", "mej_by", "quotient_by", "day_basis", "alternate_weight", "visits_weight",
                   "renew_months")),
    ("Repères", ("daily_floor", "daily_floor_source", "housing_limit", "housing_source", "energy_limit", "energy_high",
                 "energy_source", "debt_limit", "debt_source")),
    ("Dettes", KINDS),
    ("Parts", ("parts_base", "parts_child_1", "parts_child_2", "parts_child_3", "parts_child_next",
               "parts_disabled_child", "parts_child_age", "parts_source")),
    ("Unités de consommation", ("units_first", "units_next", "units_child", "units_child_age", "units_source")),
)  # fmt: skip


class FormulaForm(Form):
    """A new version, prefilled with the one in force: what divides, the limits, the categories of each term."""

    valid_from = FrenchDateField(
        label="À partir du",
        help_text="Les budgets de ce jour et des suivants la suivent ; les autres ne bougent pas.",
    )
    source = forms.CharField(
        label="Source", max_length=200, help_text="Le règlement, la délibération et sa date."
    )

    def __init__(
        self, data: Any = None, *, formula: BudgetFormula, categories: Iterable[BudgetCategory]
    ) -> None:
        super().__init__(data)
        self.formula, self.categories = formula, list(categories)
        self.fields["source"].initial = formula.source
        for name in (*SCALARS, *KINDS):
            self.fields[name] = _field(name)
            self.fields[name].initial = getattr(formula, name)
        for side, terms in TERMS_OF.items():
            codes = [(one.code, one.label) for one in self.categories if one.side == side]
            for term in terms:
                self.fields[term] = forms.MultipleChoiceField(
                    label=Term(term).label,
                    required=term in (Term.RESOURCES, Term.CHARGES),
                    choices=codes,
                    initial=formula.terms.get(term, []),
                    widget=forms.CheckboxSelectMultiple,
                    error_messages={"required": "Cochez au moins une catégorie."},
                )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _css(field.widget))

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    @property
    def matrices(
        self,
    ) -> Iterator[
        tuple[str, list[forms.BoundField], list[tuple[BudgetCategory, list[tuple[str, str, bool]]]]]
    ]:
        """For the page: each side with its terms, and each category with the boxes ticked or not."""
        titles = {Side.RESOURCE: "Ressources", Side.CHARGE: "Charges"}
        for side in Side:
            fields = [self[term] for term in TERMS_OF[side]]
            ticked = {field.name: set(field.value() or ()) for field in fields}
            rows = [
                (one, [(field.name, str(field.label), one.code in ticked[field.name]) for field in fields])
                for one in self.categories
                if one.side == side
            ]
            yield titles[side], fields, rows

    def values(self) -> dict[str, Any]:
        """The fields of a BudgetFormula, as far as they can be read; the rest as in the version started from."""
        read = self.cleaned_data
        chosen = {name: read[name] for name in (*SCALARS, *KINDS, "source") if name in read}
        terms = {
            term: sorted(read[term]) if term in read else self.formula.terms.get(term, [])
            for terms in TERMS_OF.values()
            for term in terms
        }
        return {**formula_values(self.formula), **chosen, "terms": terms}


def _field(name: str) -> forms.Field:
    """The form field of a column of BudgetFormula."""
    column: Any = BudgetFormula._meta.get_field(name)
    label = str(column.verbose_name).capitalize()
    if name in KINDS:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=DebtKind.choices, widget=forms.CheckboxSelectMultiple,
            help_text="Ne cochez pas ce qui est déjà saisi dans une ligne de charges.",
        )  # fmt: skip
    if name == "daily_floor":
        return AmountField(label=label, required=False)
    if column.choices:
        return forms.ChoiceField(label=label, choices=list(column.choices))
    if name.endswith("source"):
        return forms.CharField(label=label, max_length=200, required=False)
    if name in ("renew_months", "parts_child_age", "units_child_age"):
        return forms.IntegerField(label=label, min_value=1, max_value=99, widget=_number())
    if name.endswith(("_limit", "_high")):
        return PlainNumberField(
            label=label, required=False, min_value=0, max_digits=4, decimal_places=1, widget=_number()
        )
    return PlainNumberField(label=label, min_value=0, max_digits=4, decimal_places=2, widget=_number())


def written_out(formula: BudgetFormula) -> list[tuple[str, str]]:
    """Each setting of a version, label and value; what is not set says so."""
    facts = []
    for name in (*SCALARS, *KINDS):
        column: Any = BudgetFormula._meta.get_field(name)
        value = getattr(formula, name)
        match value:
            case list():
                text = join_list([DebtKind(kind).label.lower() for kind in value]) or "aucune"
            case Decimal():
                text = euros(value) if name == "daily_floor" else number(value, decimals_of(value))
            case None | "":
                text = "Non renseigné"
            case _:
                text = str(dict(column.choices).get(value, value)) if column.choices else str(value)
        facts.append((str(column.verbose_name).capitalize(), text))
    return facts


def _number() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


def _css(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
