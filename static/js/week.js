// An agent's days as a calendar: FullCalendar draws them; the server says what there is, and decides every move.
"use strict";

(async () => {
  const box = document.querySelector("[data-week]");
  if (!box) return;
  const said = document.querySelector("[data-said]");
  const ask = document.querySelector("[data-ask]");
  const form = ask.querySelector("form");
  const narrow = matchMedia("(max-width: 767.98px)");
  const view = () => ("wholeWeek" in box.dataset && !narrow.matches ? "timeGridWeek" : "timeGridDay");
  const shown = () => (view() === "timeGridWeek" ? box.dataset.first : box.dataset.day);

  let week;
  try {
    const answer = await fetch(box.dataset.week, {headers: {Accept: "application/json"}, redirect: "error"});
    if (!answer.ok) throw new Error(answer.status);
    week = await answer.json();
  } catch (error) {
    box.querySelector("p").textContent = "Le calendrier n’a pas pu être chargé. Le tableau montre les mêmes rendez-vous.";
    return;
  }
  if (week.cancelled) {
    document.querySelector("[data-cancelled]").textContent = week.cancelled === 1
      ? " Un rendez-vous annulé n’est que dans le tableau." : ` ${week.cancelled} rendez-vous annulés ne sont que dans le tableau.`;
  }

  // Drawing -----------------------------------------------------------------------------------------
  const element = (name, css, ...inside) => {
    const node = document.createElement(name);
    if (css) node.className = css;
    node.append(...inside);
    return node;
  };
  const icon = (name) => {
    const node = element("i", `bi ${name}`);
    node.setAttribute("aria-hidden", "true");
    return node;
  };
  // "9:30" is how Intl writes it in French; ours is "9 h 30".
  const clock = (text) => text.replace(/\b0?(\d{1,2}):(\d\d)/g, "$1\u00a0h\u00a0$2");

  // The hours come last where the grid tells them, first where it does not and while one drags. What has no room in the
  // height of a short appointment shows when the pointer or the focus is on it.
  const length = (event) => (event.end - event.start) / 60000;
  const HOUR = 60, ROW = 16.25, EDGES = 10, PIXELS_A_MINUTE = 1.6;
  function content({event, timeText, isMirror, isDragging, isResizing}) {
    if (event.display === "background") return {domNodes: [element("span", "", event.title)]};
    const lines = event.extendedProps.lines.map(({text, icon: name, css}) => {
      const line = element("span", `rdv-line ${css}`);
      if (name) line.append(icon(name));
      line.append(text);
      return line;
    });
    const hours = element("span", "rdv-line rdv-hours", clock(timeText));
    const exact = isMirror || isDragging || isResizing || !event.extendedProps.round;
    const shown = exact ? [hours, ...lines] : [...lines, hours];
    const room = Math.floor((length(event) * PIXELS_A_MINUTE - EDGES) / ROW) - 1;
    if (length(event) < HOUR) shown.slice(Math.max(0, room)).forEach((line) => line.classList.add("rdv-more"));
    return {domNodes: [element("b", "", event.title), ...shown]};
  }

  const workdays = week.days.map((day) => new Date(`${day}T12:00:00Z`).getUTCDay());
  box.replaceChildren();
  const calendar = new FullCalendar.Calendar(box, {
    locale: "fr",
    timeZone: "Europe/Paris",
    initialView: view(),
    initialDate: shown(),
    hiddenDays: [0, 1, 2, 3, 4, 5, 6].filter((day) => !workdays.includes(day)),
    headerToolbar: false,
    allDaySlot: false,
    nowIndicator: true,
    height: "auto",
    slotMinTime: week.from,
    slotMaxTime: week.until,
    // As fine as what one drops on: FullCalendar takes hold of an event at the middle of a slot, wherever one seizes it.
    slotDuration: "00:05",
    slotHeaderInterval: "00:30",
    slotMinHeight: 8,
    slotEventOverlap: false,
    eventMinHeight: 22,
    eventsHint: "Rendez-vous",
    events: week.events,
    eventContent: content,
    slotHeaderContent: ({text}) => clock(text),
    slotHeaderFormat: {hour: "2-digit", minute: "2-digit", hour12: false},
    eventTimeFormat: {hour: "2-digit", minute: "2-digit", hour12: false},
    dayHeaderFormat: {weekday: "short", day: "numeric", month: "short"},
    // The classes of theme.css, in place of a stock theme.
    viewClass: "cal",
    dayHeaderInnerClass: ({isToday}) => (isToday ? "cal-day cal-today" : "cal-day"),
    slotHeaderInnerClass: "cal-hour",
    slotLaneClass: ({isMinor}) => (isMinor ? "" : "cal-slot"),
    dayLaneClass: "cal-lane",
    blockEventClass: ({event, isDragging}) =>
      `cal-event${length(event) < HOUR ? " cal-tight" : ""}${isDragging ? " cal-dragged" : ""}`,
    columnEventAfterClass: ({isEndResizable}) => (isEndResizable ? "cal-stretch" : ""),
    backgroundEventClass: "cal-blank",
    nowIndicatorLineClass: "cal-now",
    nowIndicatorHeaderClass: "cal-now-mark",
    // A column's name is what one reads at its head; an empty cell heads nothing.
    dayHeaderDidMount: ({el}) => {
      el.removeAttribute("aria-label");
      el.querySelectorAll("[aria-hidden]").forEach((one) => one.removeAttribute("aria-hidden"));
    },
    viewDidMount: ({el}) => el.querySelectorAll("[role=rowheader]:empty").forEach((one) => {
      one.setAttribute("role", "gridcell");
      one.removeAttribute("aria-label");
    }),
    eventDrop: moved,
    eventResize: moved,
  });
  calendar.render();
  narrow.addEventListener("change", () => calendar.changeView(view(), shown()));

  // Moving ------------------------------------------------------------------------------------------
  function say(text, {wrong = false, undo, waiting} = {}) {
    said.className = `agenda-said alert ${wrong ? "alert-late" : "alert-info"}`;
    const buttons = element("span", "agenda-said-actions", button("Fermer", () => said.replaceChildren()));
    if (undo) buttons.prepend(button("Remettre à sa place", undo));
    const told = element("span", "", text);
    if (waiting) told.append(` ${waiting.text}\u00a0: `, Object.assign(element("a", "", "liste d’appel"), {href: waiting.url}), ".");
    said.replaceChildren(told, buttons);
  }

  function button(text, click) {
    const made = element("button", "btn btn-quiet btn-sm", text);
    made.type = "button";
    made.addEventListener("click", click, {once: true});
    return made;
  }

  function moved({event, oldEvent, revert}) {
    send(event, {start: event.start, end: event.end}, {start: oldEvent.start, end: oldEvent.end}, revert);
  }

  async function send(event, wanted, before, revert, accepted = []) {
    const {drop, revision} = event.extendedProps;
    const body = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
      start: wanted.start.toISOString(),
      minutes: Math.round((wanted.end - wanted.start) / 60000),
      revision,
      agent: box.dataset.agent,
    });
    accepted.forEach((code) => body.append("accepts", code));
    let answer, told;
    try {
      answer = await fetch(drop, {method: "POST", body, redirect: "error", headers: {Accept: "application/json"}});
      told = await answer.json();
    } catch (error) {
      revert();
      say("Le déplacement n’a pas pu être enregistré. Le rendez-vous n’a pas bougé.", {wrong: true});
      return;
    }
    if (told.cautions) {
      const codes = await accept(told.cautions);
      if (codes) send(event, wanted, before, revert, codes);
      else { revert(); say("Le rendez-vous n’a pas bougé."); }
      return;
    }
    if (!answer.ok) {
      revert();
      say(told.message, {wrong: true});
      return;
    }
    draw(event, told.events);
    say(told.message, {waiting: told.waiting, undo: () => back(event.id, before, wanted)});
  }

  // What the server says now stands, travel before and after included.
  function draw(event, drawn) {
    calendar.batchRendering(() => {
      calendar.getEvents().filter((one) => one.extendedProps.around === event.id).forEach((one) => one.remove());
      event.remove();
      drawn.forEach((one) => calendar.addEvent(one));
    });
  }

  function back(id, before, wanted) {
    const event = calendar.getEventById(id);
    event.setDates(before.start, before.end);
    send(event, before, wanted, () => event.setDates(wanted.start, wanted.end));
  }

  // Asking ------------------------------------------------------------------------------------------
  // Resolves to the codes accepted, all of them, or to nothing.
  function accept(cautions) {
    const list = ask.querySelector("[data-cautions]");
    const unticked = ask.querySelector("[data-unticked]");
    unticked.textContent = "";
    list.replaceChildren(...cautions.map(({code, text}, number) => {
      const box = Object.assign(element("input", "form-check-input"), {type: "checkbox", id: `avertissement-${number}`, value: code});
      const label = Object.assign(element("label", "form-check-label", text), {htmlFor: box.id});
      return element("div", "form-check", box, label);
    }));
    const boxes = [...list.querySelectorAll("input")];
    return new Promise((resolve) => {
      form.onsubmit = (event) => {
        event.preventDefault();
        const left = boxes.find((box) => !box.checked);
        if (left) {
          unticked.textContent = "Cochez chaque ligne, ou ne changez rien.";
          left.focus();
        } else ask.close("accepted");
      };
      ask.querySelector("[data-give-up]").onclick = () => ask.close("");
      ask.onclose = () => resolve(ask.returnValue === "accepted" ? boxes.map((box) => box.value) : null);
      ask.returnValue = "";
      ask.showModal();
      boxes[0].focus();
    });
  }
})();
