from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "cias.demo"
    label = "demo"
    verbose_name = "Démonstration"
