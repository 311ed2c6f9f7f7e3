from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "cias.audit"
    label = "audit"
    verbose_name = "Journal"

    def ready(self) -> None:
        from cias.audit import receivers, seals
        from cias.audit.expiry import create_function
        from cias.core import registry

        receivers.connect()
        post_migrate.connect(create_function, sender=self, dispatch_uid="audit-expiry")
        registry.log_heads.register("audit", seals.head)
