"""The history of objects, for pages of apps that stand beside this one and may not import it."""

from django import template
from django.apps import apps
from django.db.models import Model

from cias.audit.history import Change, changes_of, changes_where, merge

RECENT = 40

register = template.Library()


@register.simple_tag
def history_of(*objects: Model | list[Model]) -> list[Change]:
    """{% history_of account as changes %}{% include "audit/history.html" %}; a list stands for the objects in it."""
    return changes_of(*(one for given in objects for one in (given if isinstance(given, list) else [given])))


@register.simple_tag
def history_of_models(*names: str) -> list[Change]:
    """The latest changes of whole tables: {% history_of_models "territory.zone" "territory.commune" as changes %}."""
    return merge(
        *(changes_where(apps.get_model(name), named=True, limit=RECENT) for name in names), limit=RECENT
    )
