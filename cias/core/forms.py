"""Forms as interface.md asks: labels above, optional marked, help under the label, errors summed up on top."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

import phonenumbers
from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.core import seen
from cias.core.periods import parse_french_date, parse_french_time

CHANGED_MEANWHILE = (
    "Quelqu’un d’autre a changé cette donnée pendant que vous écriviez\u00a0: «\u00a0{}\u00a0» est enregistré. "
    "Gardez votre saisie ou reprenez la sienne, puis enregistrez à nouveau."
)


class Helper(FormHelper):
    """Crispy helper shared by all forms: our field template, no <form> tag (pages write their own)."""

    form_tag = False
    disable_csrf = True
    # core/error_summary.html and core/field.html show the errors, once.
    form_show_errors = False
    field_template = "core/field.html"


class CiasFormMixin:
    """Give a form the crispy helper, and its widgets Bootstrap's classes wherever they are drawn."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _bootstrap_class(field.widget))

    @property
    def helper(self) -> Helper:
        return Helper()


def _bootstrap_class(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput)):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class LockedForm(CiasFormMixin):
    """A form about existing rows never writes over what somebody else changed meanwhile (cias/core/seen.py)."""

    _stored: Mapping[str, Any] = MappingProxyType({})

    def compare_with(self, stored: Mapping[str, Any]) -> None:
        """`stored`: what the database holds now, by field, shown or not; empty for a form that changes nothing."""
        self._stored = stored
        if stored:
            self.fields[seen.NAME] = seen.SeenField(stored, cast("forms.BaseForm", self))

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        form = cast("forms.BaseForm", self)
        marks = form.cleaned_data.pop(seen.NAME, None)
        if not marks or not self._stored:
            return
        for name in seen.changed_meanwhile(form, marks, self._stored):
            stored = seen.told(form, name, self._stored[name])
            form.add_error(name, CHANGED_MEANWHILE.format(stored))


class Form(LockedForm, forms.Form):
    """`stored`: what the rows this form changes hold now, by field: shown first, and compared when it comes back.

    What the page merely proposes (today's date) is given as `initial`, as to any form; what is stored comes before it.
    """

    def __init__(self, *args: Any, stored: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        if stored:
            kwargs["initial"] = {**(kwargs.get("initial") or {}), **stored}
        super().__init__(*args, **kwargs)
        self.compare_with({name: value for name, value in (stored or {}).items() if name in self.fields})


class ModelForm(LockedForm, forms.ModelForm):
    """A form whose row is compared as that of `LockedForm`.

    `own_lock`: the form has a comparison of its own, which shows more.
    """

    own_lock = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.own_lock or self.instance.pk is None or self.instance._state.adding:
            return
        given = self._initial_given(args, kwargs)
        self.compare_with(
            {name: value for name, value in self.initial.items() if name in self.fields and name not in given}
        )

    @staticmethod
    def _initial_given(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """What the view proposes is not what is stored; fifth argument of a form."""
        return kwargs.get("initial") or (args[4] if len(args) > 4 else None) or {}


class FrenchDateInput(forms.DateInput):
    """Typed as 24/12/2026 or 24122026; a numeric keypad on phones, no native calendar that differs everywhere."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            attrs={"inputmode": "numeric", "autocomplete": "off", **(attrs or {})}, format="%d/%m/%Y"
        )


class FrenchDateField(forms.DateField):
    """A civil date in any usual French spelling."""

    widget = FrenchDateInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_french_date(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


def choices(values: type[Any], first: str = "Choisir") -> list[tuple[str, str]]:
    """The choices of an enum behind an empty one."""
    return [("", first), *((value, label) for value, label in values.choices if value)]


class PastDateField(FrenchDateField):
    """The day something happened: today or before."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value > timezone.localdate():
            raise ValidationError("Cette date est dans l’avenir.", code="future")


class FrenchTimeInput(forms.TimeInput):
    def __init__(self, *, small: bool = False) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        if small:
            attrs["class"] = "form-control form-control-sm"
        super().__init__(format="%H:%M", attrs=attrs)


class FrenchTimeField(forms.TimeField):
    """A time in any usual French spelling."""

    widget = FrenchTimeInput

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        try:
            return parse_french_time(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class AmountField(forms.DecimalField):
    """Euros with at most two decimals, typed with a comma or a point, with or without spaces and "€"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(
            max_digits=10,
            decimal_places=2,
            localize=False,
            widget=kwargs.pop("widget", AmountInput()),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, Decimal):
            return value if isinstance(value, Decimal) else None
        amount = read_amount(str(value))
        if amount is None:
            raise ValidationError("Saisissez un montant, par exemple 1 234,56.", code="invalid")
        return amount


_EUROS = re.compile(
    r"(?P<sign>[-\u2212]?)(?P<whole>\d+|\d{1,3}(?:\.\d{3})+(?=,))(?:[,.](?P<cents>\d*))?(?:€|euros?)?"
)
_EUROS_BETWEEN = re.compile(r"(?P<sign>[-\u2212]?)(?P<whole>\d+)€(?P<cents>\d{2})")


def read_amount(text: str) -> Decimal | None:
    """Euros in any French spelling: "1 234,56 €", "1234.5", "1.234,56", "12€50". None when it cannot be an amount."""
    compact = "".join(text.split()).lower()
    match = _EUROS.fullmatch(compact) or _EUROS_BETWEEN.fullmatch(compact)
    if match is None:
        return None
    sign = "-" if match["sign"] else ""
    return Decimal(f"{sign}{match['whole'].replace('.', '')}.{match['cents'] or '0'}")


class AmountInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else super().format_value(value)


class PlainNumberField(forms.DecimalField):
    """A decimal number typed with a comma or a point, shown without needless zeros: "0,5"."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".").strip() if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


class PhoneField(forms.CharField):
    """A phone number in any French spelling ("06.12.34.56.78", "+33 6…", "0033…") or a foreign one with its "+".

    Cleans to E.164 ("+33612345678").
    """

    default_error_messages = {"invalid": "Saisissez un numéro de téléphone, par exemple 06 12 34 56 78."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        number = to_e164(text)
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        return format_phone(value) if isinstance(value, str) and value.startswith("+") else value


def to_e164(text: str) -> str | None:
    """The E.164 form of a phone number, French by default; None when it cannot be one."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(e164: str) -> str:
    """How a French reader writes a number: "06 12 34 56 78", or the international form of a foreign one."""
    try:
        number = phonenumbers.parse(e164, "FR")
    except phonenumbers.NumberParseException:
        return e164
    national = number.country_code == 33
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style).replace(" ", "\u00a0")


def model_field(form: forms.BaseForm, name: str) -> Any:
    """The ModelChoiceField of a form, whose queryset depends on who asks."""
    return form.fields[name]
