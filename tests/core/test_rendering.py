"""Lists of choices and inputs are drawn as Django draws them."""

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe

from cias.core.rendering import Renderer

CHOICES: dict[str, list] = {
    "flat": [("", "---------"), ("28085", "Chartres"), ("a&b", 'L’« Écluse » <b> & "Co"')],
    "numbers": [(15, 15), (1500, 1500), (None, "Aucun")],
    "groups": [("Ville", [("1", "Un"), ("2", "Deux")]), ("", "Seul"), ("<i>", [("3", "Trois")])],
    "none": [],
}
ATTRIBUTES = {"class": "form-select", "required": True, "disabled": False, "data-x": 'a"b', "size": 1200}


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["28085", 15, ["1", "3"], None])
def test_to_the_last_space(widget: type[forms.Select], name: str, value: object) -> None:
    drawn = widget(choices=CHOICES[name], attrs=ATTRIBUTES)
    ours = drawn.render('n"ame', value, attrs={"id": "id_x"}, renderer=Renderer())
    assert ours == drawn.render('n"ame', value, attrs={"id": "id_x"}, renderer=DjangoTemplates())


def test_it_is_the_one_in_use() -> None:
    assert settings.FORM_RENDERER == "cias.core.rendering.Renderer"
    assert isinstance(get_default_renderer(), Renderer)
    assert "<input" in forms.TextInput().render("a", "b")


INPUTS = [
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.ColorInput, forms.SearchInput,
    forms.TelInput, forms.PasswordInput, forms.HiddenInput, forms.FileInput, forms.DateInput, forms.DateTimeInput,
    forms.TimeInput, forms.CheckboxInput,
]  # fmt: skip


@pytest.mark.parametrize("widget", INPUTS)
@pytest.mark.parametrize(
    "value", [None, "", 'L’« Écluse » <b> & "Co"', 1500, True, mark_safe("déjà&amp;écrit")]
)
def test_inputs_too(widget: type[forms.TextInput], value: object) -> None:
    drawn = widget(attrs=ATTRIBUTES)
    ours = drawn.render('n"ame', value, attrs={"id": "id_x"}, renderer=Renderer())
    assert ours == drawn.render('n"ame', value, attrs={"id": "id_x"}, renderer=DjangoTemplates())
