"""The demonstration's accounts (contracts.md). Their password is public: they exist only with demo data."""

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.demo import DEMO_PASSWORD

SOCIAL_WORKERS = (
    ("Claire", "Vasseur", "Assistante sociale"),
    ("Mehdi", "Aouragh", "Conseiller en insertion"),
    ("Solène", "Pichard", "Assistante sociale"),
    ("Thomas", "Garnier", "Travailleur social logement"),
    ("Awa", "Diarra", "Chargée de visite énergie"),
    ("Julien", "Rocher", "Assistant social"),
    ("Sandrine", "Lecoq", "Conseillère en économie sociale et familiale"),
    ("Karima", "Bensaïd", "Assistante sociale"),
    ("Paul", "Thibault", "Conseiller en insertion"),
    ("Élise", "Courtois", "Assistante sociale"),
    ("Nicolas", "Perdreau", "Travailleur social"),
    ("Maud", "Besnard", "Conseillère en économie sociale et familiale"),
    ("Rachid", "Amrani", "Travailleur social"),
)
OTHERS = (
    ("accueil", Role.RECEPTION, "Nadège", "Fouquet", "Chargée d’accueil"),
    ("psy", Role.PSYCHOLOGIST, "Hugo", "Lemaire", "Psychologue"),
    ("direction", Role.DIRECTOR, "Isabelle", "Marchand", "Directrice"),
    ("ca", Role.BOARD, "Françoise", "Aubert", "Membre du conseil"),
    ("dpo", Role.DPO, "David", "Nicolas", "Délégué à la protection des données"),
    ("admin", Role.ADMIN, "Armelle", "Colin", "Administratrice technique"),
)


def create_accounts() -> dict[str, User]:
    """The nineteen accounts, by the part of their address before the "@"; all share one hash of the one password."""
    rows = [(f"ts{rank}", Role.SOCIAL_WORKER, *person) for rank, person in enumerate(SOCIAL_WORKERS, start=1)]
    users = {}
    pattern = User()
    pattern.set_password(DEMO_PASSWORD)
    for key, role, first_name, last_name, job_title in [*rows, *OTHERS]:
        users[key] = User(
            email=f"{key}@cias.test", role=role, first_name=first_name, last_name=last_name, job_title=job_title,
            has_agenda=role in (Role.SOCIAL_WORKER, Role.PSYCHOLOGIST), password=pattern.password,
            first_steps_since=None,
        )  # fmt: skip
    User.objects.bulk_create(users.values())
    return users
