from django.apps import AppConfig
from django.db.models import fields


class CoreConfig(AppConfig):
    name = "cias.core"
    label = "core"
    verbose_name = "Pages générales"

    def ready(self) -> None:
        # The word our own forms use (cias.core.forms.choices), in place of Django's "- Choisir une option -".
        fields.BLANK_CHOICE_LABEL = "Choisir"
