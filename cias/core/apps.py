from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "cias.core"
    label = "core"
    verbose_name = "Socle"
