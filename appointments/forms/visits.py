"""What to know before a visit at somebody's home."""

from django import forms

from appointments.models import VisitNote
from cias.core.forms import Form


class VisitNoteForm(Form):
    text = forms.CharField(
        label="À savoir avant de venir",
        max_length=VisitNote._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Accès, étage, chien\u00a0: du pratique. Lu par ceux qui font des visites, pas par l’accueil.",
    )
    in_pairs = forms.BooleanField(
        label="Visite à deux",
        required=False,
        help_text="Dit à tous ceux qui prennent rendez-vous, sans en donner la raison.",
    )
