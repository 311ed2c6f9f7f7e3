"""Views of a list that agents keep: filters, order and columns under a name, for oneself or for everybody."""

from datetime import timedelta
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from cias.accounts.models import User
from cias.core.models import Record
from cias.lists.definition import Listing

# How long a deleted view can be taken back.
KEPT = timedelta(days=30)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def for_user(self, user: User) -> Self:
        """One's own views, and those shared, whoever shared them: the views of an agent who left stay."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def managed_by(self, user: User) -> Self:
        """Those `user` may change: one's own, and the shared ones for the direction."""
        shared = Q(is_shared=True) if user.has_perm("lists.moderate") else Q()
        return self.filter(Q(owner=user) | shared) if shared else self.filter(owner=user)

    def kept(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def of_list(self, listing: Listing, user: User) -> Self:
        """The tabs over a list: what `user` opens by default, then their own, then the shared ones."""
        mine = DefaultView.objects.filter(user=user, view=OuterRef("pk"))
        return (
            self.for_user(user)
            .kept()
            .filter(listing=listing.code)
            .annotate(is_default=Exists(mine))
            .order_by("is_shared", Lower("name"), "pk")
        )


@pghistory.track()
class SavedView(Record):
    """`filters` maps a filter's code to the texts of its value; they are read again through the list's own form."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", verbose_name="agent"
    )
    listing = models.CharField("liste", max_length=40)
    name = models.CharField("nom de la vue", max_length=60)
    is_shared = models.BooleanField("partagée", default=False)
    filters = models.JSONField("filtres", default=dict, blank=True)
    order = models.CharField("tri", max_length=20, blank=True)
    columns = ArrayField(models.CharField(max_length=30), verbose_name="colonnes", default=list, blank=True)
    deleted_at = models.DateTimeField("supprimée le", null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["listing", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                "listing",
                Lower("name"),
                condition=Q(deleted_at__isnull=True),
                name="lists_view_one_name",
                violation_error_message="Vous avez déjà une vue de ce nom : choisissez-en un autre.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="lists_view_named",
                violation_error_message="Donnez un nom à la vue.",
            ),
        ]
        indexes = [models.Index(fields=["listing", "is_shared"], name="lists_view_listing")]

    def __str__(self) -> str:
        return self.name


class DefaultView(Record):
    """The view a list opens with, for one agent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="agent")
    listing = models.CharField("liste", max_length=40)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="defaults", verbose_name="vue")

    class Meta:
        verbose_name = "vue par défaut"
        verbose_name_plural = "vues par défaut"
        ordering = ["listing", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "listing"],
                name="lists_default_one",
                violation_error_message="Une liste s’ouvre sur une seule vue.",
            )
        ]

    def __str__(self) -> str:
        return self.listing
