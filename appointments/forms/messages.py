"""The message reception takes for an agent."""

from typing import Any

from django import forms

from appointments.models import Message
from appointments.services import MessageData
from cias.accounts.models import User
from cias.core.forms import ModelForm, PhoneField, model_field


class MessageForm(ModelForm):
    caller_phone = PhoneField(label="Téléphone", required=False)

    class Meta:
        model = Message
        fields = ["agent", "caller_name", "caller_phone", "text", "is_urgent"]
        labels = {"agent": "Pour", "caller_name": "De la part de", "is_urgent": "Urgent"}
        help_texts = {
            "text": "Pratique seulement\u00a0: qui rappeler, quand, à quel numéro. Rien sur la situation.",
            "is_urgent": "L’agent le verra en premier.",
        }
        widgets = {
            "caller_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "text": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = model_field(self, "agent")
        agents.empty_label = "Choisir…"
        agents.queryset = User.objects.with_agenda().order_by("last_name", "first_name")

    @property
    def message(self) -> MessageData:
        return MessageData(**self.cleaned_data)
