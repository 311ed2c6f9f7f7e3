import factory

from cias.accounts.enums import Role
from cias.accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"agent{n}@cias.test")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Agent {n}")
    role = Role.SOCIAL_WORKER
    has_agenda = factory.LazyAttribute(lambda user: user.role in (Role.SOCIAL_WORKER, Role.PSYCHOLOGIST))
    first_steps_since = None  # nobody is new, unless a test says so
    password = "!"
