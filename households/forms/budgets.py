"""The grid a budget is typed in: usual categories are rows already there, others are added; an empty row is nothing.

A row is named after its category ("c-loyer") or its rank among the added ones ("resource-0"): what a draft kept finds
its place again even if the categories have changed since.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cias.core.forms import AmountField, AmountInput, Form, FrenchDateField, model_field
from households.enums import GROUPS_OF, BudgetGroup, Periodicity, Side
from households.forms.persons import not_in_future
from households.models import Budget, BudgetCategory, BudgetLine, Membership, Person
from households.services.budgets import LineData

ADD_ROW, COPY_FROM = "ajouter", "copie"
MOST_ADDED = 40
ADDED = "Ligne ajoutée"
POSITIVE = "Un montant est positif : choisissez l’autre côté du budget."
PARTS = ("category", "amount", "periodicity", "person", "proof", "comment")


@dataclass(frozen=True)
class Row:
    """One row of the grid: its bound fields, and its category when it is one of those already there."""

    key: str
    label: str
    category: BudgetCategory | None
    fields: Mapping[str, forms.BoundField]

    @property
    def bound(self) -> list[forms.BoundField]:
        return list(self.fields.values())

    @property
    def errors(self) -> bool:
        return any(field.errors for field in self.fields.values())


class BudgetGridForm(Form):
    """`members` may be the beneficiaries, `categories` are those still proposed and those of `initial_lines`."""

    on = FrenchDateField(label="Date du budget")
    comment = forms.CharField(
        label="Commentaire", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    resource_rows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    charge_rows = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        categories: Iterable[BudgetCategory],
        persons: Mapping[str, Person],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.categories = {category.code: category for category in categories}
        self.persons = persons
        self._choices = [("", "Ménage"), *((pk, person.full_name) for pk, person in persons.items())]
        self._keys: dict[str, list[tuple[str, BudgetCategory | None]]] = {}
        wanted = data if data is not None else self.initial
        for side in Side.values:
            fixed = [
                one for one in self.categories.values() if one.side == side and one.is_usual and one.is_active
            ]
            self._keys[side] = [(f"c-{one.code}", one) for one in fixed]
            self._keys[side] += [(f"{side}-{rank}", None) for rank in range(_count(wanted, f"{side}_rows"))]
            for key, category in self._keys[side]:
                self._add_row(key, category, side)

    def _add_row(self, key: str, category: BudgetCategory | None, side: str) -> None:
        fields: dict[str, tuple[str, forms.Field]] = {
            "amount": ("montant", AmountField(widget=AmountInput(), error_messages={"min_value": POSITIVE})),
            "periodicity": ("périodicité", forms.ChoiceField(choices=Periodicity.choices)),
            "person": ("bénéficiaire", forms.ChoiceField(choices=self._choices)),
            "proof": ("justificatif vu", forms.BooleanField()),
            "comment": ("précision", forms.CharField(max_length=120)),
        }
        if category is None:
            choices = [("", "Choisir une catégorie"), *self._grouped(side)]
            fields = {"category": ("catégorie", forms.ChoiceField(choices=choices)), **fields}
        else:
            fields["periodicity"][1].initial = category.periodicity
        for part, (word, field) in fields.items():
            field.required = False
            field.label = f"{category.label if category else ADDED} : {word}"
            field.widget.attrs |= _attributes(field.widget)
            if part != "amount" or category is None:
                field.widget.attrs["aria-label"] = field.label
            if part == "amount":
                # A placeholder lets the style sheet know an empty amount, whose row needs no more fields yet.
                field.widget.attrs |= {"data-amount": "", "placeholder": " "}
            self.fields[f"{key}-{part}"] = field

    def _grouped(self, side: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for group in GROUPS_OF[side]:
            inside = [(one.code, one.label) for one in self.categories.values() if one.group == group]
            if inside:
                yield BudgetGroup(group).label, inside

    def as_sent(self) -> Self:
        """The form as it would come back if nobody touched it: what a draft or a former budget holds, read again."""
        sent = {}
        for name, field in self.fields.items():
            value = self.initial.get(name, field.initial)
            if value not in (None, "", False):
                sent[name] = "on" if value is True else str(value)
        return type(self)(sent, categories=self.categories.values(), persons=self.persons)

    def rows(self, side: str) -> list[Row]:
        """The rows of one side, those already there first."""
        return [
            Row(
                key,
                category.label if category else ADDED,
                category,
                {part: self[f"{key}-{part}"] for part in PARTS if f"{key}-{part}" in self.fields},
            )
            for key, category in self._keys[side]
        ]

    @property
    def sides(self) -> list[tuple[str, str, list[tuple[str, list[Row]]]]]:
        """For the page: each side, its title and its rows by group; added rows come last."""
        titles = {Side.RESOURCE: "Ressources", Side.CHARGE: "Charges"}
        shown = []
        for side in Side:
            rows = self.rows(side)
            groups = [
                (
                    BudgetGroup(group).label,
                    [row for row in rows if row.category and row.category.group == group],
                )
                for group in GROUPS_OF[side]
            ]
            groups.append(("Autres lignes", [row for row in rows if row.category is None]))
            shown.append((str(side), titles[side], [(label, inside) for label, inside in groups if inside]))
        return shown

    def clean_on(self) -> date:
        return not_in_future(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for key, category in (pair for side in self._keys.values() for pair in side):
            if category is not None or f"{key}-amount" in self.errors:
                continue
            chosen, amount = values.get(f"{key}-category"), values.get(f"{key}-amount")
            if amount is not None and not chosen:
                self.add_error(f"{key}-category", "Choisissez une catégorie, ou effacez le montant.")
            elif chosen and amount is None and values.get(f"{key}-comment"):
                self.add_error(f"{key}-amount", "Saisissez le montant, ou effacez la ligne.")
        return values

    def lines(self) -> list[LineData]:
        """What was typed and can be read: rows with an amount and a category. Works on a form with errors too."""
        values = getattr(self, "cleaned_data", {})
        found = []
        for key, fixed in (pair for side in self._keys.values() for pair in side):
            amount = values.get(f"{key}-amount")
            category = fixed or self.categories.get(values.get(f"{key}-category") or "")
            if amount is None or category is None:
                continue
            found.append(
                LineData(
                    category=category,
                    amount=amount,
                    periodicity=values.get(f"{key}-periodicity") or category.periodicity,
                    person=self.persons.get(values.get(f"{key}-person") or ""),
                    proof=bool(values.get(f"{key}-proof")),
                    comment=values.get(f"{key}-comment") or "",
                )
            )
        return found


def _attributes(widget: forms.Widget) -> dict[str, str]:
    if isinstance(widget, forms.CheckboxInput):
        return {"class": "form-check-input"}
    if isinstance(widget, forms.Select):
        return {"class": "form-select form-select-sm"}
    return {"class": "form-control form-control-sm", "autocomplete": "off"}


def _count(values: Mapping[str, Any], name: str) -> int:
    """How many added rows a side has; one blank row is always there."""
    try:
        count = int(values.get(name) or 1)
    except (TypeError, ValueError):
        count = 1
    return min(max(count, 1), MOST_ADDED)


def one_row_more(data: QueryDict) -> tuple[dict[str, str], str]:
    """What was typed, with one more row on the side whose button was pressed, and the name of that row."""
    side = data[ADD_ROW] if data[ADD_ROW] in Side.values else Side.CHARGE.value
    count = min(_count(data, f"{side}_rows"), MOST_ADDED - 1)
    return draft_values(data) | {f"{side}_rows": str(count + 1)}, f"{side}-{count}"


def grid_initial(lines: Iterable[BudgetLine], *, with_proofs: bool = True) -> dict[str, Any]:
    """Saved lines laid out on the grid: the first of each usual category in its own row, the others added."""
    initial: dict[str, Any] = {}
    added: dict[str, int] = dict.fromkeys(Side.values, 0)
    for line in lines:
        category = line.category
        key = f"c-{category.code}"
        if not (category.is_usual and category.is_active) or f"{key}-amount" in initial:
            key = f"{category.side}-{added[category.side]}"
            added[category.side] += 1
            initial[f"{key}-category"] = category.code
        initial |= {
            f"{key}-amount": line.amount,
            f"{key}-periodicity": line.periodicity,
            f"{key}-person": str(line.person_id or ""),
            f"{key}-proof": line.proof and with_proofs,
            f"{key}-comment": line.comment,
        }
    return initial | {f"{side}_rows": count + 1 for side, count in added.items()}


def budget_initial(budget: Budget) -> dict[str, Any]:
    return {
        "on": budget.on,
        "comment": budget.comment,
        "version": budget.version,
        **grid_initial(budget.lines.all()),
    }


def beneficiaries(members: Iterable[Membership], lines: Iterable[BudgetLine] = ()) -> dict[str, Person]:
    """Who a line may be for: the members, and whoever the saved lines already name."""
    persons = [row.person for row in members] + [line.person for line in lines if line.person]
    return {str(person.pk): person for person in persons}


LONGEST_KEPT = 2000
NOT_KEPT = ("csrfmiddlewaretoken", "auteur")


def draft_values(data: QueryDict) -> dict[str, str]:
    """What a draft keeps of the grid as typed, without judging it."""
    return {
        name: value[:LONGEST_KEPT]
        for name, value in list(data.items())[:600]
        if name not in NOT_KEPT and isinstance(value, str)
    }


class FreezeForm(Form):
    purpose = forms.CharField(
        label="Pour", max_length=120, help_text="Ce qui s’appuiera sur ce budget : une demande, un rapport…"
    )


class CompareForm(Form):
    """Two of the household's budgets."""

    avant = forms.ChoiceField(label="Budget de départ")
    apres = forms.ChoiceField(label="Comparé à")

    def __init__(self, *args: Any, budgets: Iterable[Budget], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(budget.pk), f"{budget.on:%d/%m/%Y}") for budget in budgets]
        for name in ("avant", "apres"):
            model_field(self, name).choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("avant") and values.get("avant") == values.get("apres"):
            raise ValidationError("Choisissez deux dates différentes.")
        return values
