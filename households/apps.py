from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "Ménages"

    def ready(self) -> None:
        from households import reference, registrations

        seed_after_migrate(self, reference.seed)
        registrations.register()
