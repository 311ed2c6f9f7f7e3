"""What axe does not see: overflow, tab order, visible focus, clipped text."""

from playwright.sync_api import Page

OVERFLOW = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const scrolls = element => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > width + 0.5 && !scrolls(element));
  return [`${root.scrollWidth} px for ${width}`, ...wide.slice(0, 5).map(element => element.outerHTML.slice(0, 160))];
}"""


def overflow(page: Page) -> list[str]:
    """Empty when the page needs no horizontal scroll; otherwise its width and the first elements that stick out."""
    return page.evaluate(OVERFLOW)


# Every control one should reach with Tab: radio buttons of one group count for one.
CONTROLS = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const groups = new Set();
  const kept = [...document.querySelectorAll(wanted)].filter(element => {
    if (element.disabled || element.tabIndex < 0) return false;
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    if (element.type !== "radio") return true;
    const group = `${element.form?.id ?? ""}/${element.name}`;
    if (groups.has(group)) return false;
    return groups.add(group);
  });
  return kept.map((element, index) => {
    const group = element.type === "radio"
      ? document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`) : [element];
    group.forEach(one => { one.dataset.stop = index; });
    return element.outerHTML.slice(0, 160);
  });
}"""

FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const drawn = [element, ...(element.labels ?? [])].some(box => {
    const style = getComputedStyle(box);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  return {stop: element.dataset.stop ?? null, drawn, html: element.outerHTML.slice(0, 160)};
}"""


def tab_walk(page: Page) -> list[str]:
    """Press Tab through the whole page; returns controls never reached and stops whose focus does not show."""
    controls = page.evaluate(CONTROLS)
    reached: set[int] = set()
    hidden_focus = []
    for _ in range(len(controls) + 10):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            continue  # past the last control, before the first: a page may have put the focus in its midst
        if not focused["drawn"]:
            hidden_focus.append(f"focus does not show: {focused['html']}")
        if focused["stop"] is not None:
            reached.add(int(focused["stop"]))
    missed = [f"not reached: {html}" for index, html in enumerate(controls) if index not in reached]
    return missed + hidden_focus


# WCAG 1.4.12. A constructed style sheet is no inline style: the CSP lets it through.
TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`p { margin-bottom: 2em !important; }
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

CLIPPED = """() => [...document.querySelectorAll("body *")].filter(element => {
  if (element.closest(".visually-hidden, svg, .skip") || !element.checkVisibility()) return false;
  const style = getComputedStyle(element);
  const hides = axis => ["hidden", "clip"].includes(style[axis]);
  const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  return text && ((hides("overflowX") && element.scrollWidth > element.clientWidth + 1)
    || (hides("overflowY") && element.scrollHeight > element.clientHeight + 1));
}).map(element => element.outerHTML.slice(0, 160))"""


def clipped_by_text_spacing(page: Page) -> list[str]:
    """Elements whose text is cut once lines, words and letters are spaced as WCAG 1.4.12 allows."""
    page.evaluate(TEXT_SPACING)
    return page.evaluate(CLIPPED)


# A year written with a thousands separator, and a mark that needs a no-break space before it (or after «).
MISPRINTS = r"""() => {
  const faults = [/(^|\s)2[ \u00a0\u202f]0[123]\d(?!\d)/, / [:;?!»€%](\s|$)/, /« /];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("script, code, kbd, [data-raw]")) continue;
    const text = node.data.replace(/\s*\n\s*/g, "\n");
    if (faults.some(fault => fault.test(text))) found.push(text.trim().slice(0, 120));
  }
  return found;
}"""


def misprints(page: Page) -> list[str]:
    """Texts that break the rules of French typography an automatic reading can tell."""
    return [f"typography: {text!r}" for text in page.evaluate(MISPRINTS)]
