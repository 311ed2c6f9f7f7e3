"""Who read what, and why. Knows no domain model: a file is named by its type and its opaque identifier."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property

from cias.audit.enums import ICONS, AccessAction, SecurityEvent
from cias.core.files import part_label
from cias.core.french import plural
from cias.core.models import Record

# CNIL, délibération 2021-122: keep connection logs six months to one year. Nothing younger can be deleted.
RETENTION = timedelta(days=365)

REFUSE_CHANGE = (
    "RAISE EXCEPTION 'Le journal des consultations ne se modifie pas.' USING ERRCODE = "
    "'insufficient_privilege';"
)


class AccessLog(models.Model):
    """One line of the read log (C4): append-only, enforced by triggers."""

    at = models.DateTimeField("le", db_default=Now(), editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="agent",
    )
    action = models.CharField("action", max_length=20, choices=AccessAction.choices)
    object_type = models.CharField("type d’objet", max_length=60, blank=True)
    object_id = models.UUIDField("objet", null=True, blank=True)
    subject_id = models.UUIDField("dossier", null=True, blank=True)
    reason = models.CharField("motif", max_length=200, blank=True)
    url_name = models.CharField("page", max_length=120, blank=True)
    detail = models.JSONField("détail", default=dict, blank=True)

    class Meta:
        verbose_name = "consultation"
        verbose_name_plural = "journal des consultations"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_id", "-at"], name="audit_log_subject"),
            models.Index(fields=["user", "-at"], name="audit_log_user"),
            models.Index(fields=["-at"], name="audit_log_at"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="append_only_update",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_CHANGE,
            ),
            pgtrigger.Trigger(
                name="append_only_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=f"IF OLD.at > now() - interval '{RETENTION.days} days' THEN {REFUSE_CHANGE} END IF; RETURN OLD;",
            ),
            pgtrigger.Trigger(
                name="append_only_truncate",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func=REFUSE_CHANGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_type}"

    @property
    def icon(self) -> str:
        return ICONS[AccessAction(self.action)]

    @property
    def object_label(self) -> str:
        """What kind of object it was, in French; for a list, the part of the application; "" for a login."""
        app, _, page = self.url_name.partition(":")
        try:
            if self.object_type:
                return str(apps.get_model(self.object_type)._meta.verbose_name)
            return str(apps.get_app_config(app).verbose_name) if page else ""
        except LookupError:  # a model or an application that a later version removed
            return self.object_type or app

    @property
    def part(self) -> str:
        """Where in the application it was, in French; an export of a list belongs to the application it lists."""
        listed = str(self.detail.get("listing", ""))
        for label in (listed, self.object_type.partition(".")[0], self.url_name.partition(":")[0]):
            if label in apps.app_configs:
                return str(apps.get_app_config(label).verbose_name)
        return ""

    @property
    def is_named(self) -> bool:
        """Whether an export says that it names persons."""
        return self.detail.get("named") is True

    @property
    def rows(self) -> int | None:
        """How many lines an export holds, when it says so."""
        return self.detail.get("rows")

    @property
    def is_about_account(self) -> bool:
        return self.object_type == settings.AUTH_USER_MODEL.lower()

    @cached_property
    def account(self) -> str:
        """Whose account the line is about, when it is about one; "" otherwise. `name_accounts()` fills it for many."""
        return names_of_accounts([self.object_id]).get(self.object_id, "") if self.is_about_account else ""

    @property
    def precision(self) -> str:
        """The reason, the event, the part of the file or the number of lines, in French."""
        match self.detail:
            case {"event": event}:
                label = SecurityEvent(event).label if event in SecurityEvent else str(event)
                return f"{label}\u00a0: {self.account}" if self.account else label
            case {"rows": int(rows)}:
                lines = plural(rows, "ligne")
                return f"{lines}, motif\u00a0: {self.reason}" if self.reason else lines
            case {"tab": str(tab)} if not self.reason:
                return f"partie «\u00a0{part_label(tab)}\u00a0»"
        return self.reason


def names_of_accounts(keys: Collection[UUID | None]) -> dict[UUID | None, str]:
    """The name of each of these accounts."""
    return {one.pk: str(one) for one in get_user_model()._default_manager.filter(pk__in=keys)}


def name_accounts(lines: Sequence[AccessLog]) -> None:
    """Every line then knows the account it is about: one query for all, none when no line is about one."""
    about = [line for line in lines if line.is_about_account]
    names = names_of_accounts({line.object_id for line in about}) if about else {}
    for line in about:
        line.account = names.get(line.object_id, "")


REFUSE_SEAL_CHANGE = (
    "RAISE EXCEPTION 'Les scellés du journal ne se modifient pas.' USING ERRCODE = 'insufficient_privilege';"
)


class LogSeal(models.Model):
    """A batch of lines of the read log under seal; written by cias.audit.seals, which says what it proves.

    `first_id` to `last_id` follows the seal before it without a hole, whether or not there is a line for each number
    (what is rolled back leaves none). `entries`: number (8 bytes) and SHA-256 (32 bytes) of each line, emptied when
    the year of the batch is over and its lines are removed; `lines_hash`, its digest, stays.
    """

    number = models.PositiveBigIntegerField("numéro", primary_key=True)
    form = models.PositiveSmallIntegerField("forme", default=1)
    previous_hash = models.CharField("empreinte du précédent", max_length=64)
    first_id = models.BigIntegerField("première ligne")
    last_id = models.BigIntegerField("dernière ligne")
    count = models.PositiveIntegerField("lignes")
    newest_at = models.DateTimeField("ligne la plus récente")
    lines_hash = models.CharField("empreinte des lignes", max_length=64)
    entries = models.BinaryField("empreintes ligne par ligne")
    sealed_at = models.DateTimeField("scellé le")
    hash = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "scellé du journal"
        verbose_name_plural = "scellés du journal"
        ordering = ["number"]
        triggers = [
            pgtrigger.Trigger(
                name="seal_update",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=f"""
                    IF OLD.newest_at < now() - interval '{RETENTION.days} days' AND NEW.entries = ''
                        AND to_jsonb(NEW) - 'entries' = to_jsonb(OLD) - 'entries' THEN RETURN NEW; END IF;
                    {REFUSE_SEAL_CHANGE}
                """,
            ),
            pgtrigger.Trigger(
                name="seal_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_SEAL_CHANGE,
            ),
            pgtrigger.Trigger(
                name="seal_truncate",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func=REFUSE_SEAL_CHANGE,
            ),
        ]

    def __str__(self) -> str:
        return f"Scellé n°\u00a0{self.number}"


class StatedReason(Record):
    """Why somebody without daily access opened a file (Scope.REASON); it stays open to them for a while."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="agent")
    subject_id = models.UUIDField("dossier")
    reason = models.CharField("motif", max_length=200)
    expires_at = models.DateTimeField("valable jusqu’à")

    class Meta:
        verbose_name = "accès motivé"
        verbose_name_plural = "accès motivés"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "subject_id", "-expires_at"], name="audit_reason_lookup")]

    def __str__(self) -> str:
        return self.reason
