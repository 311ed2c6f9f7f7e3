from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class HousingConfig(AppConfig):
    name = "housing"
    verbose_name = "Logement et énergie"

    def ready(self) -> None:
        from housing import reference, registrations

        seed_after_migrate(self, reference.seed)
        registrations.register()
