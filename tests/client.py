"""A test client that reads every answer with a critical eye."""

import re
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from lxml import html as lxml_html

WRITES = re.compile(
    r"^\s*(?:/\*.*?\*/)?\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE | re.DOTALL
)
# Reading leaves a trace on purpose; a session may be refreshed.
WRITABLE_BY_GET = {"audit_accesslog", "django_session"}


class StrictClient(Client):
    """Fails on inline script or style, a POST form without CSRF token, and a GET that writes."""

    def request(self, **request: Any) -> HttpResponse:
        if request.get("REQUEST_METHOD") in ("GET", "HEAD"):
            with connection.execute_wrapper(refuse_writes):
                response = super().request(**request)
        else:
            response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            check_markup(response.content)
        return response


def refuse_writes(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    match = WRITES.match(str(sql))
    if match and match[1] not in WRITABLE_BY_GET:
        raise AssertionError(f"a GET request writes to {match[1]}")
    return execute(sql, params, many, context)


def check_markup(content: bytes) -> None:
    """Raise AssertionError on markup our Content-Security-Policy or CSRF protection would defeat in a browser."""
    if not content.strip():
        return
    page = lxml_html.document_fromstring(content.decode())
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "style" or element.get("style") is not None:
            raise AssertionError(f"inline style on <{element.tag}>")
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/json":
            raise AssertionError("inline script")
        handlers = [name for name in element.attrib if name.startswith("on")]
        if handlers:
            raise AssertionError(f"inline handler {handlers[0]} on <{element.tag}>")
        is_post = element.tag == "form" and (element.get("method") or "").lower() == "post"
        if is_post and not element.xpath('.//input[@name="csrfmiddlewaretoken"]'):
            raise AssertionError(f"POST form without CSRF token: {element.get('action') or 'same page'}")
