from django.apps import AppConfig
from django.db.models import fields

from cias.core.triggers import register_quickly

# Applications are found, this one among them, before the models of any are imported.
register_quickly()


class CoreConfig(AppConfig):
    name = "cias.core"
    label = "core"
    verbose_name = "Pages générales"

    def ready(self) -> None:
        # The word our own forms use (cias.core.forms.choices), in place of Django's "- Choisir une option -".
        fields.BLANK_CHOICE_LABEL = "Choisir"
