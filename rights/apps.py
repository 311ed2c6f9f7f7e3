from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class RightsConfig(AppConfig):
    name = "rights"
    verbose_name = "Accès aux droits"

    def ready(self) -> None:
        from rights import reference, registrations

        seed_after_migrate(self, reference.seed)
        registrations.register()
