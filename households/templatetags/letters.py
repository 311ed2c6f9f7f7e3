from django import template

from cias.core.rich import rich_html

register = template.Library()
register.filter("rich", rich_html)
