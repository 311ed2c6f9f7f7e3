from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "cias.audit"
    label = "audit"
    verbose_name = "Traces"

    def ready(self) -> None:
        from cias.audit import receivers

        receivers.connect()
