"""Letters (H16): templates whose every version is kept, letters that no longer change once finished."""

from functools import reduce
from operator import or_
from typing import Self
from uuid import UUID

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from cias.core.models import Record
from households.enums import LetterCategory, RecipientKind
from households.models.closed import closed_to
from households.models.documents import Document
from households.models.files import Household, YearSeries
from households.models.partners import Partner
from households.models.persons import Person
from households.models.referrals import ReferralOut, Sharing

LONGEST_BODY = 20_000


class LetterSeries(YearSeries):
    """The last letter number given in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de courriers"
        verbose_name_plural = "séries de courriers"


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class LetterTemplate(Record):
    """A kind of letter. Its words are those of its latest version; deactivated, never deleted."""

    # Only the templates of a new installation have one, so that they are seeded once.
    code = models.SlugField("code", max_length=40, unique=True, null=True, blank=True, editable=False)
    name = models.CharField("nom", max_length=80, unique=True)
    category = models.CharField("catégorie", max_length=12, choices=LetterCategory.choices)
    is_active = models.BooleanField("proposé", default=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de courrier"
        verbose_name_plural = "modèles de courriers"
        ordering = ["category", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=LetterCategory.values),
                name="households_template_category",
                violation_error_message="Cette catégorie n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LetterTemplateVersion(Record):
    """The words of a template at one time; the letters written with it keep it."""

    template = models.ForeignKey(
        LetterTemplate, models.PROTECT, related_name="versions", verbose_name="modèle"
    )
    number = models.PositiveSmallIntegerField("version")
    subject = models.CharField("objet", max_length=160)
    body = models.TextField("texte", max_length=LONGEST_BODY)
    # Empty: it came with the application.
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )

    class Meta:
        verbose_name = "version d’un modèle"
        verbose_name_plural = "versions des modèles"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"],
                name="households_template_version_once",
                violation_error_message="Ce modèle vient d’être modifié par quelqu’un d’autre : relisez-le.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="kept_as_it_was", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        """Finished letters for social work, and for the direction once a reason was stated; drafts for their author."""
        match user.scope("letters.view"):
            case Scope.ALL:
                visible = self.filter(Q(finished_at__isnull=False) | Q(author=user))
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                visible = self.filter(finished_at__isnull=False)
            case _:
                return self.none()
        visible = visible.exclude(household__in=closed_to(user))
        return visible.filter(household_id=household_id) if household_id else visible

    def drafts_of(self, user: User) -> Self:
        """Their author's, in the files they may still know of."""
        known = Household.objects.for_user(user).order_by().values("pk")
        return self.filter(finished_at__isnull=True, author=user, household__in=known)


# What a letter said and to whom: nothing of it changes once it is finished.
_SAID = (
    "number", "finished_at", "version", "recipient", "address", "subject", "body", "author", "sharing", "document",
)  # fmt: skip
_FINISHED = pgtrigger.Q(old__finished_at__isnull=False)


def _changed(field: str) -> pgtrigger.Q:
    return pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")})


# Not each keystroke of a draft: when it is finished, and when it passes to another file.
@pghistory.track(pghistory.UpdateEvent(condition=pghistory.AnyChange("finished_at", "household", "person")))
class Letter(Record):
    """A letter of a household: a draft of its author, then, finished, a numbered document nobody changes."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="letters", verbose_name="ménage")
    author = models.ForeignKey(User, models.PROTECT, related_name="letters", verbose_name="auteur")
    version = models.ForeignKey(
        LetterTemplateVersion, models.PROTECT, related_name="letters", verbose_name="modèle"
    )
    recipient = models.CharField("destinataire", max_length=8, choices=RecipientKind.choices)
    # The person written to or, in a letter to somebody else, the person it is about.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="personne"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="partenaire"
    )
    referral = models.ForeignKey(
        ReferralOut, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="orientation"
    )
    sharing = models.ForeignKey(
        Sharing, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="partage"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="corrige"
    )
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="letter", verbose_name="document"
    )
    address = models.TextField("adresse", max_length=400, blank=True)
    subject = models.CharField("objet", max_length=160, blank=True)
    body = models.TextField("texte", max_length=LONGEST_BODY, blank=True)
    number = models.CharField("numéro", max_length=12, unique=True, null=True, blank=True)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier"
        verbose_name_plural = "courriers"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, number__isnull=True)
                | (
                    Q(finished_at__isnull=False, number__isnull=False)
                    & ~Q(number="")
                    & ~Q(subject="")
                    & ~Q(body="")
                    & ~Q(address="")
                ),
                name="households_letter_finished",
                violation_error_message="Un courrier terminé a un numéro, une adresse, un objet et un texte.",
            ),
            models.CheckConstraint(
                condition=Q(recipient=RecipientKind.PERSON.value, person__isnull=False, partner__isnull=True)
                | Q(recipient=RecipientKind.PARTNER.value, partner__isnull=False)
                | Q(recipient=RecipientKind.FREE.value, partner__isnull=True),
                name="households_letter_recipient",
                violation_error_message="Choisissez la personne ou le partenaire à qui écrire.",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(recipient=RecipientKind.PERSON.value)
                | Q(sharing__isnull=False),
                name="households_letter_shared",
                violation_error_message="Ce courrier partage des informations : dites ce qui le permet.",
            ),
        ]
        indexes = [models.Index(fields=["household", "-finished_at"], name="households_letter_household")]
        triggers = [
            pgtrigger.Protect(
                name="finished_letter_stays",
                operation=pgtrigger.Update,
                condition=_FINISHED & reduce(or_, (_changed(name) for name in _SAID)),
            ),
            pgtrigger.Protect(
                name="finished_letter_kept",
                operation=pgtrigger.Delete,
                condition=_FINISHED,
            ),
        ]

    def __str__(self) -> str:
        return f"Courrier {self.number}" if self.number else "Brouillon de courrier"

    @property
    def is_draft(self) -> bool:
        return self.finished_at is None

    @property
    def recipient_name(self) -> str:
        """Who it is written to, in a few words: the first line of the address."""
        return self.address.strip().split("\n", 1)[0].strip() or self.get_recipient_display()
