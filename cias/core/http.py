"""Small answers every app needs."""

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from a page that is too old: say what to do, in French."""
    return render(request, "errors/csrf.html", status=403)


def safe_next(request: HttpRequest, default: str, *, name: str = "next") -> str:
    """The page to go back to, if it is one of ours; `default` otherwise.

    Always a whole path: redirect() takes other words ("1,5") for the name of a view.
    """
    target = request.POST.get(name) or request.GET.get(name) or ""
    if target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return default


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the POST data, even when every field was left empty; None for a first visit."""
    return request.POST if request.method == "POST" else None


CHANGED_HANDS = (
    "Cette page a été ouverte par une autre personne : elle seule peut enregistrer son texte, reconnectée."
)


def typed_by_someone_else(request: HttpRequest) -> bool:
    """Whether the form was opened by another agent than the one now logged in, on a computer they share.

    Pages that keep what is typed send their reader's identifier in `auteur`: a text must not change hands because a
    session ended and a colleague began one.
    """
    author = request.POST.get("auteur")
    return author is not None and author != str(request.user.pk)


def is_own_text(request: HttpRequest, form: BaseForm) -> bool:
    """Whether the one who sends the form is the one who opened it; an error of the form says so otherwise."""
    if not typed_by_someone_else(request):
        return True
    form.add_error(None, CHANGED_HANDS)
    return False
