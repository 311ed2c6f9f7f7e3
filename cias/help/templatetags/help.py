"""{% load help %}: acronyms that say what they stand for."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from cias.help.glossary import terms
from cias.help.markdown import explained

register = template.Library()


@register.simple_tag
def term(acronym: str) -> SafeString:
    """{% term "SLIME" %}: its expansion on hover, on touch and on focus; the acronym alone when nobody explained it."""
    known = terms().get(acronym)
    return explained(known) if known else conditional_escape(acronym)
