from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "cias.audit"
    label = "audit"
    verbose_name = "Traces"
