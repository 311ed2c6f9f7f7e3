"""How an état des lieux writes its figures."""

from decimal import Decimal

from django import template

from cias.core.french import number

register = template.Library()


@register.filter
def reading(value: Decimal) -> str:
    """What a meter shows: no decimals when they are nought."""
    return number(value, 0 if value == value.to_integral_value() else 2)
