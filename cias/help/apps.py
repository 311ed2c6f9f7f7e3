from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "cias.help"
    label = "help"
    verbose_name = "Aide"
