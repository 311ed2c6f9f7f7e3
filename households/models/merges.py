"""Merges of two persons or two households (H6), and pairs of persons that are known to be two (H5)."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from cias.accounts.models import User
from cias.core.models import Record
from households.models.files import Household
from households.models.persons import Person


class MergeQuerySet(models.QuerySet["Merge"]):
    def for_user(self, user: User) -> Self:
        """The merges whose survivor `user` may know of, for who may merge."""
        if user.scope("files.merge") is None:
            return self.none()
        return self.filter(
            Q(person__in=Person.with_absorbed.for_user(user))
            | Q(household__in=Household.with_absorbed.for_user(user))
        )

    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)

    def undoable(self, now: datetime) -> Self:
        """Those within the delay; another merge since may still forbid it."""
        return self.standing().filter(created_at__gt=now - timedelta(days=settings.MERGE_UNDO_DAYS))


class Merge(Record):
    """One row absorbed another. `steps` is all it wrote, row by row, and `before` both rows as they were, so that
    undoing it gives back the identical state; `choices` is what the agent chose, field by field."""

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="merges", verbose_name="fiche gardée"
    )
    absorbed_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fiche absorbée"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="merges", verbose_name="ménage gardé"
    )
    absorbed_household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ménage absorbé"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="fusionné par")
    choices = models.JSONField("choix", default=dict)
    before = models.JSONField("avant", default=dict, encoder=DjangoJSONEncoder)
    steps = models.JSONField("écritures", default=list, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "fusion"
        verbose_name_plural = "fusions"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    person__isnull=False,
                    absorbed_person__isnull=False,
                    household__isnull=True,
                    absorbed_household__isnull=True,
                )
                | Q(
                    person__isnull=True,
                    absorbed_person__isnull=True,
                    household__isnull=False,
                    absorbed_household__isnull=False,
                ),
                name="households_merge_two_of_a_kind",
                violation_error_message="On fusionne deux personnes, ou deux ménages.",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("absorbed_person")) & ~Q(household=F("absorbed_household")),
                name="households_merge_two_rows",
                violation_error_message="On ne fusionne pas une fiche avec elle-même.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="households_merge_undone",
                violation_error_message="Une annulation est datée et signée.",
            ),
            # A row is absorbed once at a time, whatever two agents do at the same moment.
            models.UniqueConstraint(
                fields=["absorbed_person"],
                condition=Q(undone_at__isnull=True),
                name="households_merge_person_once",
                violation_error_message="Cette fiche a déjà été fusionnée.",
            ),
            models.UniqueConstraint(
                fields=["absorbed_household"],
                condition=Q(undone_at__isnull=True),
                name="households_merge_household_once",
                violation_error_message="Ce ménage a déjà été fusionné.",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="households_merge_recent")]

    def __str__(self) -> str:
        return f"Fusion du {timezone.localtime(self.created_at):%d/%m/%Y}"

    @property
    def survivor(self) -> Person | Household:
        return self.person or self.household  # type: ignore[return-value]

    @property
    def absorbed(self) -> Person | Household:
        return self.absorbed_person or self.absorbed_household  # type: ignore[return-value]

    @property
    def undoable_until(self) -> datetime:
        return self.created_at + timedelta(days=settings.MERGE_UNDO_DAYS)

    @property
    def is_undoable(self) -> bool:
        """Whether it stands and the delay still runs."""
        return self.undone_at is None and timezone.now() < self.undoable_until


class DistinctPersons(Record):
    """Somebody checked: these two are not the same person. The pair is not proposed again (H5)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="personne")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="autre personne")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="dit par")

    class Meta:
        verbose_name = "personnes distinctes"
        verbose_name_plural = "avis de personnes distinctes"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                Least("person", "other"),
                Greatest("person", "other"),
                name="households_distinct_once",
                violation_error_message="Cette paire est déjà écartée.",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("other")),
                name="households_distinct_two",
                violation_error_message="Une paire compte deux personnes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} et {self.other}"
