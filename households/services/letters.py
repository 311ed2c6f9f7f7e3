"""Templates of letters, and letters from their first draft to the numbered document (H16)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.pdf import PdfError
from households.enums import DocumentKind, NoteLevel, RecipientKind
from households.letters.addressing import postal_lines
from households.letters.context import LetterContext
from households.letters.printing import letter_pdf
from households.letters.text import TO_COMPLETE, merged, still_to_complete
from households.models import (
    Document,
    Household,
    Letter,
    LetterSeries,
    LetterTemplate,
    LetterTemplateVersion,
    Partner,
    Person,
    ReferralOut,
)
from households.services.documents import store_document
from households.services.files import next_ranks
from households.services.referrals import SharingData, share


@transaction.atomic
def save_template(*, by: User, template: LetterTemplate, subject: str, body: str) -> LetterTemplateVersion:
    """Write a template, new or changed; other words make another version, the letters written keep theirs.

    Raises ConstraintViolation.
    """
    with signed_by(by), typed_violations():
        template.save()
        LetterTemplate.objects.select_for_update().get(pk=template.pk)
        latest = template.versions.first()
        if latest is not None and (latest.subject, latest.body) == (subject, body):
            return latest
        number = latest.number + 1 if latest else 1
        return LetterTemplateVersion.objects.create(
            template=template, number=number, subject=subject, body=body, written_by=by
        )


@transaction.atomic
def start_letter(
    *,
    by: User,
    household: Household,
    template: LetterTemplate,
    recipient: str,
    person: Person | None = None,
    partner: Partner | None = None,
    referral: ReferralOut | None = None,
    address: str = "",
) -> Letter:
    """A draft with the template's words, its keys replaced by what is known of the household.

    Raises ConstraintViolation when the recipient is missing.
    """
    version = template.versions.first()
    if version is None:
        raise ValidationError("Ce modèle n’a pas encore de texte.", code="empty_template")
    today = timezone.localdate()
    context = LetterContext(household, by, today, person, partner, referral)
    if recipient == RecipientKind.PERSON:
        address = "\n".join(postal_lines(household, person, by, today))
    elif recipient == RecipientKind.PARTNER and partner is not None:
        address = "\n".join(partner.postal_lines)
    with signed_by(by), typed_violations():
        return Letter.objects.create(
            household=household,
            author=by,
            version=version,
            recipient=recipient,
            person=person,
            partner=partner,
            referral=referral,
            address=address,
            subject=merged(version.subject, context),
            body=merged(version.body, context),
        )


@transaction.atomic
def save_letter(*, by: User, letter: Letter, address: str, subject: str, body: str) -> Letter:
    """Keep what the author typed. Raises PermissionDenied for others, ValidationError once it is finished."""
    locked = _own_draft(by, letter)
    locked.address, locked.subject, locked.body = address, subject, body
    with signed_by(by), typed_violations():
        locked.save(update_fields=["address", "subject", "body", "saved_at"])
    return locked


@transaction.atomic
def discard_letter(*, by: User, letter: Letter) -> None:
    """The author gives up a draft; a finished letter stays."""
    with signed_by(by):
        _own_draft(by, letter).delete()


@transaction.atomic
def finish_letter(
    *, by: User, letter: Letter, sharing: SharingData | None = None, at: datetime | None = None
) -> Letter:
    """Number the letter: from now on nobody changes it. It must have nothing left to complete.

    A letter to somebody outside the household traces what it shares: by its orientation, or by `sharing`.
    Raises ValidationError, PermissionDenied for others than the author.
    """
    moment = at or timezone.now()
    locked = _own_draft(by, letter)
    if blanks := still_to_complete(locked.subject, locked.body, locked.address):
        named = [name for blank in blanks if (name := blank.removeprefix(TO_COMPLETE).strip(" :\u00a0"))]
        what = (
            f"Il reste à compléter\u00a0: {', '.join(named)}." if named else "Il reste un blanc à compléter."
        )
        raise ValidationError(what, code="to_complete")
    day = timezone.localtime(moment).date()
    with signed_by(by), typed_violations():
        if locked.recipient != RecipientKind.PERSON:
            locked.sharing = locked.referral.sharing if locked.referral else None
            if locked.sharing is None and sharing is not None:
                locked.sharing = share(
                    by=by,
                    household=locked.household,
                    on=day,
                    data=sharing,
                    partner=locked.partner,
                    recipient="" if locked.partner else locked.recipient_name[:120],
                )
        locked.number = f"C-{day.year}-{next_ranks(LetterSeries, day.year)[0]:05d}"
        locked.finished_at = moment
        # Before the PDF is drawn and filed: what the database would refuse anyway.
        locked.validate_constraints()
        locked.document = _file(by, locked, moment)
        locked.save()
    return locked


def _file(by: User, letter: Letter, moment: datetime) -> Document:
    """The PDF among the household's documents: what was sent, byte for byte, whatever the templates become."""
    try:
        return store_document(
            by=by,
            household=letter.household,
            content=letter_pdf(letter, moment),
            kind=DocumentKind.LETTER,
            title=f"{letter.number} : {letter.subject}"[:120],
            level=NoteLevel.TEAM,
            person=letter.person,
            document_date=timezone.localtime(moment).date(),
        )
    except PdfError as error:
        raise ValidationError("Le courrier n’a pas pu être mis en page : relisez son texte.") from error


@transaction.atomic
def correct_letter(*, by: User, letter: Letter) -> Letter:
    """A new draft that takes over a finished letter's words: the letter itself stays as it was sent."""
    if letter.is_draft:
        raise ValidationError("Ce courrier est encore un brouillon : modifiez-le.", code="draft")
    with signed_by(by), typed_violations():
        return Letter.objects.create(
            household=letter.household,
            author=by,
            version=letter.version,
            recipient=letter.recipient,
            person=letter.person,
            partner=letter.partner,
            referral=letter.referral,
            corrects=letter,
            address=letter.address,
            subject=letter.subject,
            body=letter.body,
        )


def _own_draft(by: User, letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related(
        "household", "author", "partner", "referral__sharing"
    )
    locked = rows.get(pk=letter.pk)
    if locked.author_id != by.pk:
        raise PermissionDenied
    if not locked.is_draft:
        raise ValidationError(
            "Ce courrier est terminé : il ne change plus. Corrigez-le par un autre.", code="finished"
        )
    return locked
