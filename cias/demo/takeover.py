"""Two lists of other tools: one taken over this week, one verified and waiting for its decisions."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from cias.demo.world import World
from households.enums import TakeOverJobKind
from households.models import TakeOver
from households.takeover import services
from households.takeover.job import do_here
from households.takeover.mapping import from_json

DATA = Path(settings.BASE_DIR) / "households/data"
AGO = timedelta(days=3, hours=2)


def create_takeovers(world: World) -> None:
    """The files are those anybody may try: households/data. Files of today only: past figures do not move."""
    done = _received(world, "exemple-tableur.csv")
    services.set_values(takeover=done, values={"housing_status": {"Yourte": "makeshift"}})
    _run(done, TakeOverJobKind.CHECK)
    services.save_mapping(takeover=done, name="Liste du CCAS")
    _run(done, TakeOverJobKind.IMPORT)
    TakeOver.objects.filter(pk=done.pk).update(created_at=world.now - AGO, imported_at=world.now - AGO)
    _run(_received(world, "exemple-domifa.csv"), TakeOverJobKind.CHECK)


def _received(world: World, name: str) -> TakeOver:
    takeover = services.receive(by=world.users["direction"], name=name, content=(DATA / name).read_bytes())
    return services.set_columns(
        takeover=takeover,
        columns=from_json(takeover.columns),
        source=takeover.source,
        options=takeover.options,
    )


def _run(takeover: TakeOver, kind: TakeOverJobKind) -> None:
    do_here(services.order_run(takeover=takeover, kind=kind, by=takeover.created_by))
    takeover.refresh_from_db()
