"""The guide in the application: its contents and search, its pages, the glossary, the first steps."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.core.access import any_agent, public
from cias.core.text import words
from cias.help.glossary import SLUG, terms
from cias.help.guide import chapters, pages, search
from cias.help.readers import roles_by_page

LOGIN_PAGE = "connexion"
LONGEST_QUERY = 100


@any_agent
@require_safe
def contents(request: AgentRequest) -> HttpResponse:
    """The pages about what the reader's role opens, then the others; or what a search finds."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    role = Role(request.user.role)
    mine, others = [], []
    for chapter in chapters():
        listed = [(page, role in roles_by_page().get(page.slug, ())) for page in chapter.pages]
        mine.append((chapter, [page for page, is_mine in listed if is_mine]))
        others.append((chapter, [page for page, is_mine in listed if not is_mine]))
    found = search(query) if words(query) else None
    context = {
        "query": query,
        "terms": found[0] if found else [],
        "hits": found[1] if found else [],
        "searched": found is not None,
        "mine": [pair for pair in mine if pair[1]],
        "others": [pair for pair in others if pair[1]],
        "role": role.label,
    }
    return render(request, "help/contents.html", context)


@any_agent
@require_safe
def page(request: AgentRequest, slug: str) -> HttpResponse:
    """One page: alone, or in the panel that app.js opens beside a screen."""
    return _page(request, slug)


@public
@require_safe
def login_help(request: HttpRequest) -> HttpResponse:
    """How to log in, for who cannot."""
    return _page(request, LOGIN_PAGE)


@any_agent
@require_safe
def glossary(request: AgentRequest) -> HttpResponse:
    """Acronyms, in alphabetical order."""
    return render(
        request, "help/glossary.html", {"terms": sorted(terms().values(), key=lambda one: one.anchor)}
    )


@any_agent
@require_POST
def show_first_steps(request: AgentRequest) -> HttpResponse:
    return _set_first_steps(request, shown=True)


@any_agent
@require_POST
def hide_first_steps(request: AgentRequest) -> HttpResponse:
    return _set_first_steps(request, shown=False)


def _set_first_steps(request: AgentRequest, *, shown: bool) -> HttpResponse:
    request.user.first_steps_since = timezone.now() if shown else None
    request.user.save(update_fields=["first_steps_since"])
    return redirect("dashboard:home")


def _page(request: HttpRequest, slug: str) -> HttpResponse:
    known = list(pages().values())
    place = next((rank for rank, one in enumerate(known) if one.slug == slug and slug != SLUG), None)
    if place is None:
        raise Http404
    found = known[place]
    chapter = next(chapter for chapter in chapters() if found in chapter.pages)
    roles = roles_by_page().get(slug, frozenset())
    context = {
        "page": found,
        "chapter": chapter,
        "roles": [role.label for role in Role if role in roles],
        "everybody": len(roles) == len(Role),
        "previous": known[place - 1] if place else None,
        "next": known[place + 1] if place + 1 < len(known) else None,
    }
    in_panel = request.headers.get("HX-Request") == "true" and request.user.is_authenticated
    return render(request, "help/panel.html" if in_panel else "help/page.html", context)
