"""What a form says of a row that changed while its page was open."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms

from cias.core import seen
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm
from households.models import Partner
from tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


class PartnerForm(ModelForm):
    class Meta:
        model = Partner
        fields = ("name", "contact")


def sent(page: PartnerForm, **typed: str) -> dict[str, Any]:
    """What a browser sends from a page that was read before."""
    return {
        "name": page["name"].value(),
        "contact": page["contact"].value(),
        seen.NAME: page[seen.NAME].value(),
        **typed,
    }


@pytest.fixture
def partner() -> Partner:
    return PartnerFactory(name="CAF", contact="Accueil")


def test_what_nobody_changed_is_saved(partner: Partner) -> None:
    form = PartnerForm(sent(PartnerForm(instance=partner), name="CAF 28"), instance=partner)
    assert form.is_valid(), form.errors
    assert seen.NAME not in form.cleaned_data
    form.save()
    assert Partner.objects.get(pk=partner.pk).name == "CAF 28"


def test_what_changed_meanwhile_is_shown_and_kept(partner: Partner) -> None:
    page = PartnerForm(instance=Partner.objects.get(pk=partner.pk))
    Partner.objects.filter(pk=partner.pk).update(name="Caisse")
    form = PartnerForm(sent(page, name="CAF 28"), instance=Partner.objects.get(pk=partner.pk))
    assert not form.is_valid()
    assert "«\u00a0Caisse\u00a0» est enregistré" in form.errors["name"][0]
    assert form["name"].value() == "CAF 28"
    # From the page that shows both, the choice is made knowingly.
    again = PartnerForm(sent(form), instance=Partner.objects.get(pk=partner.pk))
    assert again.is_valid(), again.errors


def test_what_one_did_not_touch_is_not_written_back(partner: Partner) -> None:
    page = PartnerForm(instance=Partner.objects.get(pk=partner.pk))
    Partner.objects.filter(pk=partner.pk).update(contact="Madame Petit")
    form = PartnerForm(sent(page, name="CAF 28"), instance=Partner.objects.get(pk=partner.pk))
    assert list(form.errors) == ["contact"]


def test_two_fields_of_one_row_do_not_meet(partner: Partner) -> None:
    page = PartnerForm(instance=Partner.objects.get(pk=partner.pk))
    Partner.objects.filter(pk=partner.pk).update(contact="Madame Petit")
    form = PartnerForm(
        sent(page, name="CAF 28", contact="Madame Petit"), instance=Partner.objects.get(pk=partner.pk)
    )
    assert form.is_valid(), form.errors


@pytest.mark.parametrize("mark", ["", "{", "[1]", "null", '{"name": 3}', '{"unknown": "x"}', "[" * 5000])
def test_a_page_without_marks_or_with_invented_ones_is_no_error(partner: Partner, mark: str) -> None:
    form = PartnerForm({"name": "CAF", "contact": "", seen.NAME: mark}, instance=partner)
    form.is_valid()


def test_the_page_tells_no_value(partner: Partner) -> None:
    marks = json.loads(PartnerForm(instance=partner)[seen.NAME].value())
    assert set(marks) == {"name", "contact"}
    assert "caf" not in json.dumps(marks).lower().replace("name", "")


def test_a_field_taken_away_from_this_reader_is_not_told(partner: Partner) -> None:
    class WithoutContact(PartnerForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            del self.fields["contact"]

    form = WithoutContact(instance=partner)
    assert set(json.loads(form[seen.NAME].value())) == {"name"}
    assert set(json.loads(WithoutContact({"name": ""}, instance=partner)[seen.NAME].value())) == {"name"}


def test_a_mark_is_not_found_by_trying_values(partner: Partner) -> None:
    mark = json.loads(PartnerForm(instance=partner)[seen.NAME].value())["name"]
    assert mark != hashlib.sha256(repr(partner.name).encode()).hexdigest()[: len(mark)]


def test_several_values_are_told_as_far_as_the_field_proposes_them(partner: Partner) -> None:
    hidden = PartnerFactory(name="Caché")
    form = forms.Form()
    form.fields["x"] = forms.ModelMultipleChoiceField(Partner.objects.exclude(pk=hidden.pk))
    assert seen.told(form, "x", [partner, hidden]) == "CAF"
    assert seen.told(form, "x", [hidden]) == seen.GONE


def test_a_new_row_has_nothing_to_compare(partner: Partner) -> None:
    assert seen.NAME not in PartnerForm().fields
    assert seen.NAME not in PartnerForm(instance=Partner()).fields


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (forms.CharField(), "", "rien"),
        (forms.BooleanField(), True, "oui"),
        (FrenchDateField(), date(2026, 11, 24), "24/11/2026"),
        (AmountField(), Decimal("12.5"), "12,50"),
        (forms.ChoiceField(choices=[("a", "Premier"), ("b", "Second")]), "b", "Second"),
        (forms.ChoiceField(choices=[("Groupe", [("a", "Premier")])]), "a", "Premier"),
    ],
)
def test_values_are_worded_as_on_the_page(field: forms.Field, value: Any, told: str) -> None:
    form = forms.Form()
    form.fields["x"] = field
    assert seen.told(form, "x", value) == told


class PlainForm(Form):
    name = forms.CharField()
    note = forms.CharField(required=False)


class TestWithoutARow:
    """A form that is no row's own says itself what its service writes over."""

    def test_what_is_stored_is_shown_before_what_is_proposed(self) -> None:
        page = PlainForm(stored={"name": "CAF"}, initial={"name": "MSA", "note": "Accueil"})
        assert (page["name"].value(), page["note"].value()) == ("CAF", "Accueil")

    def test_what_changed_meanwhile_is_shown(self) -> None:
        page = PlainForm(stored={"name": "CAF"})
        typed = {"name": "MSA", "note": "Vue", seen.NAME: page[seen.NAME].value()}
        form = PlainForm(typed, stored={"name": "Caisse"})
        assert not form.is_valid()
        assert "«\u00a0Caisse\u00a0» est enregistré" in form.errors["name"][0]
        again = PlainForm({**typed, seen.NAME: form[seen.NAME].value()}, stored={"name": "Caisse"})
        assert again.is_valid(), again.errors
        assert again.cleaned_data == {"name": "MSA", "note": "Vue"}

    def test_the_same_change_is_no_conflict(self) -> None:
        marks = PlainForm(stored={"name": "CAF"})[seen.NAME].value()
        assert PlainForm({"name": "MSA", seen.NAME: marks}, stored={"name": "MSA"}).is_valid()

    def test_what_is_compared_need_not_be_shown(self) -> None:
        page = PlainForm()
        page.compare_with({"note": "Ancienne"})
        assert page["note"].value() is None
        form = PlainForm({"name": "CAF", "note": "Mienne", seen.NAME: page[seen.NAME].value()})
        form.compare_with({"note": "Celle d’un collègue"})
        assert list(form.errors) == ["note"]

    def test_a_form_that_changes_nothing_has_nothing_to_compare(self) -> None:
        assert seen.NAME not in PlainForm(initial={"name": "CAF"}).fields
