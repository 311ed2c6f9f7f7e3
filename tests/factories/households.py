from datetime import UTC, date, datetime
from io import BytesIO

import factory
from PIL import Image

from cias.core.text import sort_key
from cias.core.uploads import ScanState
from cias.territory.models import Commune
from households.enums import (
    Activity,
    AssignmentRole,
    Consent,
    DocumentKind,
    DocumentType,
    FamilyType,
    HousingStatus,
    IncomeBand,
    LetterCategory,
    MainResource,
    MemberRole,
    NoteMeans,
    PartnerKind,
    RecipientKind,
    ReferralOrigin,
    ReferralUrgency,
    Sex,
    Title,
)
from households.models import (
    Address,
    Assignment,
    Document,
    Household,
    Letter,
    LetterTemplate,
    LetterTemplateVersion,
    Membership,
    Note,
    Partner,
    Person,
    ReferralIn,
    ReferralOut,
    Sharing,
    Situation,
    Task,
)
from households.models.documents import PARTS
from households.services.documents import VAULT
from tests.factories.accounts import UserFactory

DOCUMENT = b"%PDF-1.7 canari-fichier"


class CommuneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ("code",)

    code = "28085"
    name = "Chartres"
    sort_key = factory.LazyAttribute(lambda commune: sort_key(commune.name))
    population = 38324
    population_year = 2023
    postal_codes = ["28000"]

    class Params:
        luce = factory.Trait(code="28218", name="Lucé", population=15497, postal_codes=["28110"])
        small = factory.Trait(code="28004", name="Allonnes", population=321, postal_codes=["28150"])


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    birth_name = factory.Sequence(lambda n: f"Lefèvre{n}")
    first_names = "Denise"
    title = Title.MRS
    sex = Sex.FEMALE
    birth_date = date(1954, 3, 9)

    class Params:
        child = factory.Trait(first_names="Léo", title="", sex=Sex.MALE, birth_date=date(2017, 1, 22))
        anonymous = factory.Trait(
            birth_name="", first_names="", title="", sex="", birth_date=None, is_anonymous=True
        )
        reachable = factory.Trait(phone="+33612345678", email="denise@exemple.test")


class HouseholdFactory(factory.django.DjangoModelFactory):
    """A household with its applicant; traits add a situation, a référent or children."""

    class Meta:
        model = Household
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"M-2026-{n:05d}")
    name = factory.Sequence(lambda n: f"Lefèvre{n}")
    sort_key = factory.LazyAttribute(lambda household: sort_key(household.name))
    commune = factory.SubFactory(CommuneFactory)
    opened_on = date(2026, 1, 5)

    class Params:
        with_applicant = factory.Trait(
            applicant=factory.RelatedFactory(
                "tests.factories.households.MembershipFactory", factory_related_name="household"
            )
        )
        with_situation = factory.Trait(
            situation=factory.RelatedFactory(
                "tests.factories.households.SituationFactory", factory_related_name="household"
            )
        )
        with_referent = factory.Trait(
            referent=factory.RelatedFactory(
                "tests.factories.households.AssignmentFactory", factory_related_name="household"
            )
        )
        off_the_territory = factory.Trait(commune=None, off_territory=True)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    household = factory.SubFactory(HouseholdFactory)
    person = factory.SubFactory(PersonFactory)
    role = MemberRole.APPLICANT
    start = factory.SelfAttribute("household.opened_on")


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Address

    household = factory.SubFactory(HouseholdFactory)
    start = factory.SelfAttribute("household.opened_on")
    street = "12 rue du Soleil-d’Or"
    postal_code = "28000"
    commune = factory.SelfAttribute("household.commune")


class SituationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Situation

    household = factory.SubFactory(HouseholdFactory)
    start = factory.SelfAttribute("household.opened_on")
    commune = factory.SelfAttribute("household.commune")
    off_territory = factory.SelfAttribute("household.off_territory")
    family_type = FamilyType.WOMAN_ALONE
    adults = 1
    children = 0
    housing_status = HousingStatus.SOCIAL_TENANT
    activity = Activity.RETIRED
    income_band = IncomeBand.UNDER_1500
    main_resource = MainResource.PENSION


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    role = AssignmentRole.MAIN
    start = factory.SelfAttribute("household.opened_on")


class DocumentFactory(factory.django.DjangoModelFactory):
    """A document with its three files in the vault."""

    class Meta:
        model = Document
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)
    author = factory.SubFactory(UserFactory)
    kind = DocumentKind.TAX_NOTICE
    content_type = DocumentType.PDF
    scan = ScanState.NOT_SCANNED
    size = len(DOCUMENT)
    fingerprint = factory.Sequence(lambda n: f"{n:08x}:")

    @factory.post_generation
    def files(self, create: bool, extracted: object, **kwargs: object) -> None:
        picture = BytesIO()
        Image.new("RGB", (168, 216), "#f4f0e6").save(picture, "JPEG")
        for part in PARTS:
            content = DOCUMENT if part == "content" else picture.getvalue()
            VAULT.write(self.file_name(part), [content], address=self.address(part))


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)
    author = factory.SubFactory(UserFactory)
    held_on = date(2026, 11, 18)
    duration_minutes = 50
    means = NoteMeans.OFFICE
    text = "Reprise du loyer courant depuis octobre."


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    title = "Rappeler la caisse"
    due_on = date(2026, 11, 25)
    agent = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("agent")


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Association Passerelle {n}")
    kind = PartnerKind.ASSOCIATION
    contact = "Accueil"
    phone = "+33237000000"
    street = "3 place des Halles"
    postal_code = "28000"
    city = "Chartres"


class ReferralInFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReferralIn

    household = factory.SubFactory(HouseholdFactory)
    received_on = factory.SelfAttribute("household.opened_on")
    origin = ReferralOrigin.TOWN_HALL
    urgency = ReferralUrgency.TWO_DAYS
    sender = "M. Delorme, adjoint"
    demand = "Facture d’énergie impayée"
    received_by = factory.SubFactory(UserFactory)


class SharingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sharing

    household = factory.SubFactory(HouseholdFactory)
    partner = factory.SubFactory(PartnerFactory)
    consent = Consent.YES
    consent_on = date(2026, 11, 2)
    content = "Identité et coordonnées"
    shared_on = date(2026, 11, 2)
    shared_by = factory.SubFactory(UserFactory)


class ReferralOutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReferralOut

    household = factory.SubFactory(HouseholdFactory)
    partner = factory.SubFactory(PartnerFactory)
    sent_by = factory.SubFactory(UserFactory)
    sent_on = date(2026, 11, 2)
    due_on = date(2026, 12, 2)
    purpose = "Aide alimentaire pendant deux mois"
    sharing = factory.SubFactory(
        SharingFactory,
        household=factory.SelfAttribute("..household"),
        partner=factory.SelfAttribute("..partner"),
        shared_by=factory.SelfAttribute("..sent_by"),
        shared_on=factory.SelfAttribute("..sent_on"),
        consent_on=factory.SelfAttribute("..sent_on"),
    )


class LetterTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LetterTemplate

    name = factory.Sequence(lambda n: f"Modèle {n}")
    category = LetterCategory.OTHER


class LetterTemplateVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LetterTemplateVersion

    template = factory.SubFactory(LetterTemplateFactory)
    number = 1
    subject = "votre dossier {menage_numero}"
    body = "{appel},\n\nVotre référent est **{referent}**."


class LetterFactory(factory.django.DjangoModelFactory):
    """A draft; `finished` numbers it."""

    class Meta:
        model = Letter

    household = factory.SubFactory(HouseholdFactory)
    author = factory.SubFactory(UserFactory)
    version = factory.SubFactory(LetterTemplateVersionFactory)
    recipient = RecipientKind.PERSON
    person = factory.SubFactory(PersonFactory)
    address = "Madame Denise Lefèvre\n12 rue du Soleil-d’Or\n28000 Chartres"
    subject = "votre dossier"
    body = "Madame,\n\nVotre dossier avance."

    class Params:
        finished = factory.Trait(
            number=factory.Sequence(lambda n: f"C-2026-{n:05d}"),
            finished_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
        )
