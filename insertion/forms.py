from django import forms

from cias.core.forms import Form
from insertion.enums import OrientationKind


class ListForm(Form):
    """Filters of the list of pathways; all live in the address, none is personal."""

    orientation = forms.ChoiceField(choices=[("", "Toutes"), *OrientationKind.choices], required=False)
    delai = forms.ChoiceField(
        choices=[("", "Tous"), ("late", "En retard"), ("soon", "Proches"), ("ok", "Dans les temps")],
        required=False,
    )
    referent = forms.ChoiceField(
        choices=[("", "Tous"), ("moi", "Mes parcours"), ("sans", "Sans référent unique")], required=False
    )
