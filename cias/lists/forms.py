"""Naming a view; asking for an export."""

from typing import Any

from django import forms

from cias.accounts.models import User
from cias.core.forms import Form
from cias.lists.models import ExportFormat
from cias.lists.state import ListState


class ViewForm(Form):
    """A view's name and who sees it."""

    name = forms.CharField(
        label="Nom de la vue",
        max_length=60,
        help_text="Ce que montre la liste, jamais le nom d’une personne.",
    )
    is_shared = forms.BooleanField(
        label="Partager avec tous les agents",
        required=False,
        help_text="Chacun n’y voit que les lignes qu’il a le droit de voir.",
    )
    is_default = forms.BooleanField(label="Ouvrir la liste sur cette vue", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_perm("lists.share"):
            del self.fields["is_shared"]


class ExportForm(Form):
    """Why, which columns, which format. Columns that name people are asked for apart, by those who may."""

    OTHER = "autre"
    REASONS = (
        "Préparation d’une réunion d’équipe",
        "Bilan d’activité",
        "Contrôle de la qualité du suivi",
        "Demande d’une autorité ou d’un partenaire",
        "Obligation légale",
    )
    choice = forms.ChoiceField(
        label="Motif",
        choices=[*((reason, reason) for reason in REASONS), (OTHER, "Autre motif, à écrire")],
        widget=forms.RadioSelect,
        help_text="Il est inscrit au journal des consultations, avec le nombre de lignes.",
    )
    text = forms.CharField(label="Autre motif", max_length=200, required=False)
    columns = forms.MultipleChoiceField(label="Colonnes", widget=forms.CheckboxSelectMultiple)
    named = forms.MultipleChoiceField(
        label="Données nominatives",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Rien de coché : le fichier ne nomme personne. Cochez ce qui est nécessaire au motif, rien de plus.",
    )
    file_format = forms.ChoiceField(
        label="Format", choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, state: ListState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = state.listing.exported_to(user)
        shown = {one.code for one in state.columns}
        columns: Any = self.fields["columns"]
        columns.choices = [(one.code, one.label) for one in offered if not one.named]
        columns.initial = [
            one.code for one in offered if not one.named and (one.code in shown or one.default)
        ]
        named: Any = self.fields["named"]
        named.choices = [(one.code, one.label) for one in offered if one.named]
        if state.listing.printed is None or not user.has_perm(state.listing.named_right):
            formats: Any = self.fields["file_format"]
            formats.choices = [one for one in ExportFormat.choices if one[0] != ExportFormat.PDF]
        if not named.choices or not user.has_perm(state.listing.named_right):
            del self.fields["named"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("choice") == self.OTHER and len((values.get("text") or "").strip()) < 5:
            self.add_error("text", "Écrivez le motif en quelques mots.")
        return values

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of request_export()."""
        values = self.cleaned_data
        reason = values["text"].strip() if values["choice"] == self.OTHER else values["choice"]
        return {
            "reason": reason,
            "columns": values["columns"],
            "named": values.get("named", []),
            "file_format": values["file_format"],
        }
