from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Keeping the service alive: backups, restoration, what a monitoring program reads. No model, no domain word."""

    name = "cias.operations"
    label = "operations"
    verbose_name = "Sauvegardes et surveillance"
