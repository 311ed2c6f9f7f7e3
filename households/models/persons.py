"""A person exists once, whatever the households they go through."""

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Collate, NullIf, Reverse
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.text import compact_key, sort_key
from households.ages import completed_years
from households.enums import (
    INVERSE_LINK,
    BirthPrecision,
    LinkKind,
    NationalityGroup,
    Protection,
    Sex,
    Title,
)
from households.models.closed import persons_hidden_from
from households.phonetics import phonetic_keys


class KnownManager(models.Manager):
    """Leaves out the rows another one absorbed (H6): lists, search and figures never meet them."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(merged_into__isnull=True)


BORN: dict[str, str] = {Sex.FEMALE: "née", Sex.MALE: "né"}


# The name somebody goes by, compared letter by letter whatever the server's language: an index keeps it in order.
GOES_BY = Collate(Coalesce(NullIf(F("compact_usual"), Value("")), F("compact_birth")), "C")


class PersonQuerySet(models.QuerySet["Person"]):
    def for_user(self, user: User) -> Self:
        """The persons whose identity `user` may read: everyone, those of their own files, or nobody.

        Who is known through a protected file only is known to those who may enter it (C3).
        """
        known = self.filter(anonymised_on=None).exclude(pk__in=persons_hidden_from(user))
        match user.scope("identity.view"):
            case Scope.ALL:
                return known
            case Scope.OWN:
                return known.filter(memberships__household__assignments__agent=user).distinct()
        return self.none()


@pghistory.track()
class Person(Record):
    """Few fields are mandatory: a birth name, or the deliberate state "anonyme"; the rest completes later (H2)."""

    birth_name = models.CharField("nom de naissance", max_length=80, blank=True)
    usual_name = models.CharField("nom d’usage", max_length=80, blank=True)
    first_names = models.CharField("prénoms", max_length=120, blank=True)
    is_anonymous = models.BooleanField("reste anonyme", default=False)
    title = models.CharField("civilité", max_length=3, choices=Title.choices, blank=True)
    sex = models.CharField("sexe", max_length=1, choices=Sex.choices, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_precision = models.CharField(
        "précision de la date", max_length=10, choices=BirthPrecision.choices, default=BirthPrecision.DAY
    )
    death_date = models.DateField("date de décès", null=True, blank=True)
    nationality_group = models.CharField(
        "nationalité", max_length=5, choices=NationalityGroup.choices, blank=True
    )
    phone = models.CharField("téléphone", max_length=20, blank=True)
    second_phone = models.CharField("autre téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    language = models.CharField("langue", max_length=40, blank=True)
    needs_interpreter = models.BooleanField("besoin d’un interprète", default=False)
    disability_recognised = models.BooleanField("handicap reconnu", null=True, blank=True)
    protection = models.CharField(
        "mesure de protection", max_length=20, choices=Protection.choices, blank=True
    )
    guardian = models.CharField("mandataire", max_length=120, blank=True)
    guardian_phone = models.CharField("téléphone du mandataire", max_length=20, blank=True)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name="fusionnée dans",
    )
    anonymised_on = models.DateField("anonymisée le", null=True, blank=True, editable=False)

    # Keys computed by save(): nothing else writes them.
    search_key = models.CharField(max_length=300, editable=False)
    compact_birth = models.CharField(max_length=80, editable=False)
    compact_usual = models.CharField(max_length=80, editable=False)
    compact_first = models.CharField(max_length=120, editable=False)
    phonetic = ArrayField(models.CharField(max_length=20), editable=False, default=list)

    objects = KnownManager.from_queryset(PersonQuerySet)()
    with_absorbed = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["search_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=True) | ~Q(birth_name="") | ~Q(usual_name=""),
                name="households_person_named",
                violation_error_message="Indiquez un nom, ou cochez « reste anonyme ».",
            ),
            models.CheckConstraint(
                condition=Q(death_date__isnull=True)
                | Q(birth_date__isnull=True)
                | Q(death_date__gte=F("birth_date")),
                name="households_person_death_after_birth",
                violation_error_message="Le décès ne peut pas précéder la naissance.",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(birth_date__gte=date(1880, 1, 1)),
                name="households_person_birth_realistic",
                violation_error_message="Cette date de naissance est trop ancienne.",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name="households_person_trgm"),
            GinIndex(F("phonetic"), name="households_person_phonetic"),
            # Few persons, looked for to complete their files.
            models.Index(fields=["id"], condition=Q(sex=""), name="households_person_sexless"),
            models.Index(
                OpClass(F("compact_birth"), "varchar_pattern_ops"), name="households_person_birthkey"
            ),
            models.Index(
                OpClass(F("compact_usual"), "varchar_pattern_ops"), name="households_person_usualkey"
            ),
            models.Index(
                OpClass(F("compact_first"), "varchar_pattern_ops"), name="households_person_firstkey"
            ),
            models.Index(GOES_BY, "search_key", "birth_date", "id", name="households_person_goesby"),
            models.Index(OpClass(F("phone"), "varchar_pattern_ops"), name="households_person_phone"),
            models.Index(OpClass(Reverse("phone"), "text_pattern_ops"), name="households_person_phoneend"),
            models.Index(
                OpClass(Reverse("second_phone"), "text_pattern_ops"), name="households_person_phone2end"
            ),
            models.Index(fields=["birth_date"], name="households_person_birthdate"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute_keys()
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, *self.KEY_FIELDS}
        super().save(*args, **kwargs)

    KEY_FIELDS = ("search_key", "compact_birth", "compact_usual", "compact_first", "phonetic")

    def compute_keys(self) -> None:
        """Recompute the search keys; bulk writers call it themselves, save() does it for everybody else."""
        self.search_key = sort_key(f"{self.usual_name} {self.birth_name} {self.first_names}")
        self.compact_birth = compact_key(self.birth_name)
        self.compact_usual = compact_key(self.usual_name)
        self.compact_first = compact_key(self.first_names)
        self.phonetic = phonetic_keys(self.birth_name, self.usual_name, self.first_names)

    # Whether this is only_name(): templates draw no link then.
    is_bare = False

    def only_name(self) -> "Person":
        """What another file still shows of somebody whose own is closed to the reader; never saved."""
        bare = Person(
            pk=self.pk,
            title=self.title,
            birth_name=self.birth_name,
            usual_name=self.usual_name,
            first_names=self.first_names,
            is_anonymous=self.is_anonymous,
        )
        bare.is_bare = True
        return bare

    @property
    def last_name(self) -> str:
        """The name the person goes by."""
        return self.usual_name or self.birth_name

    @property
    def first_name(self) -> str:
        """The first of the first names (compound ones stay whole)."""
        return self.first_names.split(" ")[0].rstrip(",") if self.first_names else ""

    @property
    def full_name(self) -> str:
        if self.is_anonymous and not self.last_name:
            return "Personne anonyme"
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def polite_name(self) -> str:
        """As one addresses the person aloud: "Madame Kerbrat", or the full name without a title."""
        return f"{self.get_title_display()} {self.last_name}" if self.title else self.full_name

    def age_on(self, day: date) -> int | None:
        """Age in completed years on `day`; None when the birth date is unknown."""
        if self.birth_date is None:
            return None
        return completed_years(self.birth_date, day)

    @property
    def age(self) -> int | None:
        """Age today; None when the birth date is unknown or the person has died."""
        return None if self.death_date else self.age_on(timezone.localdate())

    @property
    def maiden(self) -> str:
        """What is told beside the usual name: "née Moreira"."""
        return f"{self._born} {self.birth_name}"

    @property
    def born(self) -> str:
        """The birth date in a sentence: "née le 14/02/1991", "né en 1991"; empty when it is unknown."""
        if self.birth_date is None:
            return ""
        whole = self.birth_precision in (BirthPrecision.DAY, BirthPrecision.PRESUMED)
        return f"{self._born} {'le' if whole else 'en'} {self.birth_label}"

    @property
    def _born(self) -> str:
        return BORN.get(self.sex, "né(e)")

    @property
    def birth_label(self) -> str:
        """The birth date as far as it is known: "14/02/1991", "02/1991", "1991", "14/02/1991 (présumée)"."""
        if self.birth_date is None:
            return ""
        match self.birth_precision:
            case BirthPrecision.MONTH:
                return f"{self.birth_date:%m/%Y}"
            case BirthPrecision.YEAR:
                return f"{self.birth_date:%Y}"
            case BirthPrecision.PRESUMED:
                return f"{self.birth_date:%d/%m/%Y} (présumée)"
        return f"{self.birth_date:%d/%m/%Y}"


class PersonLinkQuerySet(models.QuerySet["PersonLink"]):
    def for_user(self, user: User) -> Self:
        """Links both ends of which `user` may know of."""
        known = Person.objects.for_user(user)
        return self.filter(person__in=known, other__in=known)


@pghistory.track()
class PersonLink(Record):
    """A two-way link between two persons, stored once; `no_contact` warns whoever would write to the other."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="links_out", verbose_name="personne")
    other = models.ForeignKey(Person, models.CASCADE, related_name="links_in", verbose_name="autre personne")
    kind = models.CharField("lien", max_length=20, choices=LinkKind.choices)
    no_contact = models.BooleanField("ne pas contacter", default=False)
    comment = models.CharField("précision", max_length=120, blank=True)

    objects = PersonLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien"
        verbose_name_plural = "liens"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "other", "kind"],
                name="households_link_unique",
                violation_error_message="Ce lien est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("other")),
                name="households_link_two_persons",
                violation_error_message="Un lien relie deux personnes différentes.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def label_for(self, person: Person) -> str:
        """The link as read from `person`, one of its two ends: "parent de", "enfant de"."""
        if self.person_id == person.pk:
            return self.get_kind_display()
        return LinkKind(INVERSE_LINK.get(self.kind, self.kind)).label
