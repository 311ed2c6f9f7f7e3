"""Forms about accounts."""

from typing import Any

from django import forms

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.forms import Form, ModelForm, PhoneField

WITH_AGENDA = (Role.SOCIAL_WORKER, Role.PSYCHOLOGIST)


class AgentField(forms.ModelChoiceField):
    """An agent, by their full name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class AccountForm(ModelForm):
    """Who the agent is and what their role opens; the password is theirs alone."""

    phone = PhoneField(label="Téléphone professionnel", required=False)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "role", "job_title", "phone", "has_agenda"]
        help_texts = {
            "email": "Elle sert à se connecter et reçoit l’invitation.",
            "role": "Le rôle donne les droits : voir la page « Qui voit quoi ».",
            "job_title": "Écrite sous le nom, par exemple « Conseillère en économie sociale ».",
            "has_agenda": "L’accueil pourra prendre des rendez-vous pour cet agent.",
        }
        error_messages = {"email": {"unique": "Un compte existe déjà avec cette adresse e-mail."}}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("has_agenda") and cleaned.get("role") not in WITH_AGENDA:
            self.add_error(
                "has_agenda", "Seuls le travail social et la psychologue reçoivent sur rendez-vous."
            )
        return cleaned


class ResetForm(Form):
    """How the one who asks made sure of who lost their telephone."""

    how = forms.CharField(
        label="Comment avez-vous vérifié qui demande",
        max_length=200,
        help_text="Par exemple « Reçue à mon bureau » ou « Rappelée sur son poste ».",
    )


class PreferencesForm(ModelForm):
    class Meta:
        model = User
        fields = ["keyboard_shortcuts"]
        labels = {"keyboard_shortcuts": "Raccourcis clavier d’une seule touche"}
        help_texts = {
            "keyboard_shortcuts": (
                "Par exemple la barre oblique pour chercher. À couper si vous dictez au lieu de taper, "
                "ou si une touche effleurée vous fait changer de page."
            )
        }
        widgets = {"keyboard_shortcuts": forms.CheckboxInput()}
