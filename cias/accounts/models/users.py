"""The people who log in."""

from typing import Any, Self

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import scope_of
from cias.core.models import Record


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_agenda(self) -> Self:
        """Agents who can be booked, in the order the desk lists them."""
        return self.active().filter(has_agenda=True).order_by("last_name", "first_name", "pk")

    def social_workers(self) -> Self:
        return self.active().filter(role=Role.SOCIAL_WORKER).order_by("last_name", "first_name", "pk")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The technical administrator: accounts and reference data, no case content."""
        return self.create_user(email, password, **{"role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class User(Record, AbstractBaseUser):
    """An agent, a director or a board member. People who leave are deactivated, never deleted: their work stays."""

    email = models.EmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    job_title = models.CharField("fonction", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    has_agenda = models.BooleanField("reçoit sur rendez-vous", default=False)
    keyboard_shortcuts = models.BooleanField("raccourcis clavier d’une touche", default=True)
    # Since when the first steps are shown (cias.help); None once they are put away.
    first_steps_since = models.DateTimeField(
        "premiers pas affichés depuis", default=timezone.now, null=True, blank=True, editable=False
    )
    is_active = models.BooleanField("compte actif", default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message="Un compte existe déjà avec cette adresse e-mail.",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="accounts_user_role_known",
                violation_error_message="Ce rôle n’existe pas.",
            ),
            models.CheckConstraint(
                condition=models.Q(has_agenda=False)
                | models.Q(role__in=[Role.SOCIAL_WORKER.value, Role.PSYCHOLOGIST.value]),
                name="accounts_user_agenda_role",
                violation_error_message="Seuls le travail social et la psychologue reçoivent sur rendez-vous.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def function(self) -> str:
        """What is written under the name: the job title, or the role's name."""
        return self.job_title or Role(self.role).label

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the permission matrix gives this user's role the right `perm`, on some files at least."""
        return scope_of(self, perm) is not None

    def scope(self, right: str) -> Scope | None:
        """How far this user holds `right` (everything, own files, with a stated reason); None when not at all."""
        return scope_of(self, right)
