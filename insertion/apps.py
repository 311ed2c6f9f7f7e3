from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class InsertionConfig(AppConfig):
    name = "insertion"
    verbose_name = "Insertion"

    def ready(self) -> None:
        from insertion import reference, registrations

        seed_after_migrate(self, reference.seed)
        registrations.register()
