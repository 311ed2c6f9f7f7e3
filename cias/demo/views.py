"""Views of the lists that agents kept, for themselves and for everybody."""

from cias.demo.world import World
from cias.lists.models import DefaultView, SavedView

SHARED = (
    ("direction", "households", "Sans référent", {"etat": ["sans-referent"]}, "anciens"),
    ("direction", "households", "Dossiers à compléter", {"manque": ["une"]}, ""),
    ("ts", "households", "À l’hôtel ou sans hébergement", {"logement": ["hotel"]}, "recents"),
    (
        "ts",
        "households",
        "RSA, familles monoparentales",
        {"ressource": ["rsa"], "composition": ["lone_parent"]},
        "",
    ),
    ("direction", "register", "RSA", {"prestation": ["droits:rsa"]}, ""),
)


def create_views(world: World) -> None:
    """Shared views of the direction and of the first social worker, and everyone's own households."""
    first = world.workers[0]
    owners = {"direction": world.users["direction"], "ts": first}
    SavedView.objects.bulk_create(
        SavedView(owner=owners[who], listing=listing, name=name, is_shared=True, filters=filters, order=order)
        for who, listing, name, filters, order in SHARED
    )
    for agent in world.workers:
        view = SavedView.objects.create(
            owner=agent,
            listing="households",
            name="Mes ménages",
            filters={"referent": ["moi"]},
            columns=["numero", "commune", "ouvert", "composition", "logement", "ressource"],
        )
        if agent == world.workers[1]:
            DefaultView.objects.create(user=agent, listing="households", view=view)
