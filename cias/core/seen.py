"""Two people at the same object: a form remembers what it showed, and never writes over what changed since.

The page carries a fingerprint of each stored value. When it comes back, a field that somebody else changed meanwhile,
and that is not being given the value now stored, is refused with that value beside what was typed: both versions
stand on the page. Sent again from there, the choice is made knowingly. What nobody touched goes through.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.crypto import salted_hmac

from cias.core.french import date_short

NAME = "vu"
_CHARACTERS = 12
GONE = "une valeur qui n’est plus proposée"


class SeenField(forms.CharField):
    """Always shows what is stored now, never what was sent: after a refusal the page has seen the new values.

    It tells of the fields `form` has when it is drawn: not of one that was taken away from this reader.
    """

    widget = forms.HiddenInput

    def __init__(self, stored: Mapping[str, Any], form: forms.BaseForm) -> None:
        super().__init__(required=False, label="Version lue")
        self.stored = {name: _mark(value) for name, value in stored.items()}
        self.initial = lambda: json.dumps(
            {name: mark for name, mark in self.stored.items() if name in form.fields}, separators=(",", ":")
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return self.initial()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False

    def to_python(self, value: Any) -> Any:
        """The marks the page had, by field (`dict[str, str]`); nothing for a page that had none, or made up some."""
        try:
            marks = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}
        return marks if isinstance(marks, dict) else {}

    def validate(self, value: Any) -> None:
        pass

    def run_validators(self, value: Any) -> None:
        pass


def _mark(value: Any) -> str:
    """A fingerprint of a stored value, under our key: nobody finds the value by trying those it may have."""
    if isinstance(value, (list, tuple, set)):
        value = sorted(str(_key(one)) for one in value)
    return salted_hmac("core.seen", repr(_key(value)), algorithm="sha256").hexdigest()[:_CHARACTERS]


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def changed_meanwhile(form: forms.BaseForm, marks: Mapping[str, str], stored: Mapping[str, Any]) -> list[str]:
    """The fields somebody else changed since the page was read, and which this form would change back."""
    current = form.fields[NAME]
    assert isinstance(current, SeenField)  # noqa: S101 - put there by the caller
    return [
        name
        for name, mark in current.stored.items()
        if name in form.fields
        and marks.get(name, mark) != mark
        and form.fields[name].has_changed(stored[name], form[name].data)
    ]


def told(form: forms.BaseForm, name: str, value: Any) -> str:
    """A stored value as the page words it."""
    field = form.fields[name]
    if value in (None, "", []):
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_short(value)
    if isinstance(field, forms.ModelMultipleChoiceField):
        # Those the field proposes: what a colleague chose among more than this reader may know stays unsaid.
        known = _proposed(field, pk__in=[_key(one) for one in value])
        return ", ".join(map(field.label_from_instance, known)) or GONE
    if isinstance(field, forms.ModelChoiceField):
        found = _proposed(field, **{field.to_field_name or "pk": _key(value)}).first()
        return field.label_from_instance(found) if found else GONE
    if isinstance(field, forms.ChoiceField):
        # A state may be one that the form does not lead to: it knows its own words.
        return ", ".join(map(str, _labels(field, value))) or str(getattr(value, "label", value))
    return str(field.widget.format_value(field.prepare_value(value)))


def _proposed(field: forms.ModelChoiceField, **wanted: Any) -> Any:
    assert field.queryset is not None  # noqa: S101 - only while a form's class is being made
    return field.queryset.filter(**wanted)


def _labels(field: forms.ChoiceField, value: Any) -> Iterable[Any]:
    wanted = {str(one) for one in (value if isinstance(value, (list, tuple)) else [value])}
    for code, label in cast("Iterable[Any]", field.choices):
        if isinstance(label, (list, tuple)):
            yield from (inner for inner_code, inner in label if str(inner_code) in wanted)
        elif str(code) in wanted:
            yield label
