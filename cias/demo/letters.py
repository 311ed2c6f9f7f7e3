"""A few letters of the last weeks, some with an orientation, and two drafts."""

from cias.accounts.models import User
from cias.demo.world import File, World
from households.enums import RecipientKind
from households.letters.text import still_to_complete
from households.models import Letter, LetterTemplate, ReferralOut
from households.services.letters import finish_letter, start_letter

# Each finished letter is drawn as a PDF: a handful is enough.
FROM_TEMPLATES = ("information-donnees", "cloture", "information-donnees")
ORIENTATIONS, OWN = 3, 2


def create_letters(world: World) -> None:
    templates = {template.code: template for template in LetterTemplate.objects.exclude(code=None)}
    open_files = [file for file in world.files if file.closed_on is None]
    followed = [(file, file.referent) for file in open_files if file.referent is not None]
    # The first account one tries has letters of its own to show.
    files = [pair for pair in followed if pair[1] == world.users["ts1"]][-OWN:] + followed[-12:]
    for rank, ((file, referent), code) in enumerate(zip(files, FROM_TEMPLATES, strict=False)):
        _finish(world, _start(file, templates[code], referent), days_ago=3 + 5 * rank)
    sent = ReferralOut.objects.pending().select_related(
        "household", "person", "partner", "sharing", "sent_by"
    )
    for rank, referral in enumerate(sent.exclude(person=None).order_by("-sent_on", "pk")[:ORIENTATIONS]):
        letter = start_letter(
            by=referral.sent_by,
            household=referral.household,
            template=templates["orientation"],
            recipient=RecipientKind.PARTNER,
            person=referral.person,
            partner=referral.partner,
            referral=referral,
        )
        _finish(world, letter, days_ago=rank)
    for file, referent in files[:1] + files[-1:]:
        _start(file, templates["reponse-defavorable"], referent)


def _start(file: File, template: LetterTemplate, by: User) -> Letter:
    return start_letter(
        by=by,
        household=file.household,
        template=template,
        recipient=RecipientKind.PERSON,
        person=file.persons[0],
    )


def _finish(world: World, letter: Letter, *, days_ago: int) -> None:
    """Those a missing telephone number or the like leaves incomplete stay drafts."""
    if not still_to_complete(letter.subject, letter.body, letter.address):
        finish_letter(by=letter.author, letter=letter, at=world.morning(days_ago))
