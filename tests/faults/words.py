"""Plausible words for every kind of field: what an agent in a hurry would type."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, FrenchDateField, FrenchTimeField, PhoneField
from cias.core.uploads import FilesField


def plausible(field: forms.Field | None, kind: str) -> list[str]:
    """A value for a field nobody filled in; none for what can stay empty by its nature."""
    if isinstance(field, (forms.FileField, FilesField)) or kind in ("file", "hidden"):
        return []
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return [code for code in _codes(field) if code][:1]
    if isinstance(field, forms.ChoiceField):
        return [code for code in _codes(field) if code][:1]
    if isinstance(field, forms.BooleanField):
        return ["on"] if field.required else []
    if isinstance(field, FrenchDateField | forms.DateField):
        return [f"{timezone.localdate():%d/%m/%Y}"]
    if isinstance(field, FrenchTimeField | forms.TimeField):
        return ["10:00"]
    if isinstance(field, PhoneField):
        return ["0612345678"]
    if isinstance(field, forms.EmailField):
        return ["essai@cias.test"]
    if isinstance(field, AmountField | forms.DecimalField | forms.IntegerField | forms.FloatField):
        low = getattr(field, "min_value", None)
        return [str(max(1, int(low() if callable(low) else low or 1)))]
    if kind in ("checkbox", "radio"):
        return []
    return ["Essai"]


def _codes(field: Any) -> list[str]:
    found = []
    for code, label in field.choices:
        found += [inner for inner, _ in label] if isinstance(label, (list, tuple)) else [code]
    return [str(getattr(code, "value", code)) for code in found]


def filled_in(values: dict[str, list[str]], controls: dict[str, str], fields: Any) -> dict[str, list[str]]:
    """What the page holds, its empty fields filled in."""
    typed = {name: list(given) for name, given in values.items()}
    for name, kind in controls.items():
        if not any(typed.get(name, [])) and (more := plausible(fields.get(name), kind)):
            typed[name] = more
    return typed


def other(field: forms.Field, current: list[str]) -> list[str] | None:
    """Another valid value than the current one; None when the field has no other."""
    if isinstance(field, forms.ChoiceField) and not isinstance(
        field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField
    ):
        left = [code for code in _codes(field) if code and [code] != current]
        return left[:1] or None
    if type(field) is forms.CharField:
        most = field.max_length or 200
        return [(f"{(current or [''])[0]} bis").strip()[-most:]]
    if isinstance(field, FrenchDateField):
        days = (f"{timezone.localdate() - timedelta(days=ago):%d/%m/%Y}" for ago in (3, 4))
        return [next(day for day in days if [day] != current)]
    return None
