"""The check of tests/access/validity.py sees what it is for, and accepts what the standard accepts."""

import pytest

from tests.access.validity import faults_of

PAGE = "<!doctype html><html lang=fr><head><title>t</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p><div>a</div></p>", "unexpected-end-tag"),
        ("<a href=x><a href=y>b</a></a>", "unexpected-start-tag"),
        ("<input name=q name=r>", "duplicate-attribute"),
        ("<i id=a></i><b id=a></b>", "id 'a' 2 times"),
        ("<ul><div></div></ul>", "<div> in <ul>"),
        ("<section><li>a</li></section>", "<li> in <section>"),
        ("<span><form></form></span>", "<form> in <span>"),
        ("<button><a href=x>b</a></button>", "<a> in a link or a button"),
        ("<label for=q>a</label>", "<label for> names 'q', which is not there"),
        ("<p aria-describedby='a b' id=a></p>", "names 'b', which is not there"),
        ("<a href='#fin'>a</a>", "leads to '#fin', which is not there"),
        ("<form action=''></form>", "<form action> is empty"),
        ("<center>a</center>", "<center> is obsolete"),
        ("<table><div>a</div></table>", "unexpected"),
        ("<select><p>a</p></select>", "unexpected"),
    ],
)
def test_a_fault_is_seen(body: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(PAGE.format(body)))


def test_a_sound_page_has_none() -> None:
    body = (
        "<ul><li><a href='#fin'><span>a</span></a></li></ul><dl><div><dt>b</dt><dd><p>c</p></dd></div></dl>"
        "<label>d <input aria-describedby=aide></label><p id=aide>e</p><svg viewBox='0 0 1 1'><path d='M0 0'/></svg>"
        "<table><caption>f</caption><tbody><tr><th scope=row>g</th></tr></tbody></table><div id=fin hidden></div>"
        "<details><summary>h</summary><form><button>i</button></form></details>"
    )
    assert faults_of(PAGE.format(body)) == []


def test_a_fragment_is_read_as_inside_a_page() -> None:
    assert faults_of("<li>a</li><li>b</li>") == []
    assert faults_of("<span><div>a</div></span>") == ["<div> in <span>"]
