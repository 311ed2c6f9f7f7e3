from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        from appointments import checks, reference, registrations  # noqa: F401 - registers the checks

        seed_after_migrate(self, reference.seed)
        registrations.register()
