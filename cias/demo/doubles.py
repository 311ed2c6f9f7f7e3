"""Files entered twice, as happens at a busy desk: some wait to be noticed, some were merged, one merge was undone."""

from datetime import timedelta

from cias.demo.names import STREETS
from cias.demo.world import File, World
from households.enums import BirthPrecision
from households.models import Household, Merge, Person
from households.services import AddressData, PersonData, merge, open_household, undo_merge

TWICE, MERGED = 9, 4


def create_doubles(world: World) -> None:
    """The callers of the last weeks who were known already. Files of today only: past figures do not move."""
    known = [
        file
        for file in world.files
        if file.is_open_on(world.today) and file.referent and file.persons[0].birth_date
    ]
    world.random.shuffle(known)
    for number, file in enumerate(known[:TWICE]):
        double = _entered_again(world, file, number)
        newcomer = double.memberships.get().person
        if number >= MERGED:
            continue
        by = file.referent or world.workers[0]
        first = merge(by=by, survivor=Household.objects.get(pk=file.household.pk), absorbed=double)
        second = merge(by=by, survivor=Person.objects.get(pk=file.persons[0].pk), absorbed=newcomer)
        done_at = world.now - timedelta(days=3 * number + 2, hours=number)
        for order, done in enumerate((first, second)):
            Merge.objects.filter(pk=done.pk).update(created_at=done_at + timedelta(minutes=order))
    last = Merge.objects.filter(person__isnull=False).order_by("-created_at").first()
    if last is not None:
        undo_merge(by=last.by, merge=last)


def _entered_again(world: World, file: File, number: int) -> Household:
    """The same applicant, typed by somebody else: another spelling, a partial date, a new telephone."""
    person = file.persons[0]
    born = person.birth_date or world.today
    spelling = {
        0: person.last_name.upper(),
        1: person.last_name,
        2: person.last_name.replace("è", "e").replace("é", "e"),
    }
    data = PersonData(
        birth_name=spelling[number % 3],
        first_names=person.first_names if number % 4 else f"{person.first_names} Marie",
        title=person.title,
        sex=person.sex,
        birth_date=born if number % 3 else born.replace(month=1, day=1),
        birth_precision=person.birth_precision if number % 3 else BirthPrecision.YEAR,
        phone=f"+3363998{world.random.randint(0, 9999):04d}",
    )
    return open_household(
        by=world.users["accueil"],
        applicant=data,
        opened_on=world.today - timedelta(days=world.random.randint(1, 20)),
        commune=file.household.commune,
        off_territory=file.household.off_territory,
        address=AddressData(
            street=f"{world.random.randint(1, 140)} {world.random.choice(STREETS)}",
            city="" if file.household.commune else "Châteaudun",
        ),
    )
