/* The analyst's screen: the address is all its state. Buttons say where they lead (`data-go`), what
   they open (`data-open`) or what the page does (`data-act`); words come from the server. */
(function () {
  "use strict";

  const TELL_MS = 4000;
  const LONGEST_MS = 31 * 86_400_000;
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const byId = (id) => document.getElementById(id);
  const state = { telling: null, opener: null, back: null };

  // ---- entering, leaving, taking along ----------------------------------------------------------

  /* The last day with data; the server then says which one that is. */
  function open() {
    if (looksOnly()) return;
    const door = byId("open-history");
    if (door.dataset.go) daping.go(JSON.parse(door.dataset.go));
  }

  function back() {
    closeAll();
    daping.go(Object.fromEntries(daping.PAST.map((name) => [name, null])));
  }

  function exported(kind, more = {}) {
    const ask = daping.query();
    ask.set("tile", "all");
    for (const [name, value] of Object.entries(more)) ask.set(name, value);
    const link = document.createElement("a");
    link.href = `export.${kind}?${ask}`;
    link.download = "";
    link.click();
  }

  function permalink() {
    const url = new URL(location.href);
    const root = document.documentElement;
    const kept = { lang: root.lang, theme: root.dataset.theme, ...told("link") };
    for (const [name, value] of Object.entries(kept)) url.searchParams.set(name, value);
    return url.href;
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(permalink());
      tell("copied");
    } catch (fault) {
      window.prompt("", permalink()); // no clipboard without permission: to be copied by hand
    }
  }

  function told(name) {
    return JSON.parse(byId("toolbar").dataset[name] || "{}");
  }

  const ACTS = {
    open, back, copy,
    csv: () => exported("csv"),
    "csv-tile": () => exported("csv", { tile: daping.asked().tile }),
    json: () => exported("json"),
    png: () => daping.picture(),
    print: () => daping.print(),
    recount: () => daping.recount(),
    "cancel-recount": () => daping.cancelRecount(),
  };

  // ---- what the page says by itself --------------------------------------------------------------

  /* Say it for a moment; false when the page has no words for it. */
  function tell(name, argument = "") {
    const notice = byId("notice");
    const words = notice.dataset[name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())];
    if (!words) return false; // they come with the first view
    notice.textContent = words.replace("{argument}", argument);
    notice.dataset.says = name;
    notice.hidden = false;
    clearTimeout(state.telling);
    state.telling = setTimeout(() => (notice.hidden = true), TELL_MS);
    return true;
  }

  // ---- panels ------------------------------------------------------------------------------------

  const POPS = ["calendar", "comparing", "keys", "changes", "why", "alerts-panel"];

  function show(id, opener) {
    const panel = byId(id);
    const again = !panel.hidden && state.opener === opener;
    closeAll();
    if (again) return;
    panel.hidden = false;
    state.opener = opener;
    state.back = opener || document.activeElement;
    if (opener) opener.setAttribute("aria-expanded", "true");
    if (opener && panel.classList.contains("pop")) {
      const box = opener.getBoundingClientRect();
      const left = Math.min(box.left, innerWidth - panel.offsetWidth - 12);
      panel.style.left = `${Math.max(12, left)}px`;
      panel.style.top = `${box.bottom + 6}px`;
    }
    if (id === "calendar") openMonth();
    else if (id === "comparing") fill(panel);
    else if (id === "changes") daping.changes();
    const first = panel.querySelector("input, button");
    if (id !== "calendar" && first) first.focus({ preventScroll: true });
  }

  /* Close whatever is open; say whether anything was. */
  function closeAll() {
    const open = POPS.map(byId).filter((panel) => panel && !panel.hidden);
    for (const panel of open) panel.hidden = true;
    if (state.opener) state.opener.setAttribute("aria-expanded", "false");
    if (open.length && state.back && state.back.isConnected) state.back.focus({ preventScroll: true });
    state.opener = state.back = null;
    return open.length > 0;
  }

  // ---- calendar ------------------------------------------------------------------------------------

  function months() {
    return [...document.querySelectorAll("#calendar .month")];
  }

  function shownMonth() {
    return months().find((month) => !month.classList.contains("away"));
  }

  function turn(step) {
    const all = months();
    const at = all.indexOf(shownMonth());
    return turnTo(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  }

  function turnTo(next) {
    for (const month of months()) month.classList.toggle("away", month !== next);
    return next;
  }

  /* A calendar opens at the day that is looked at, wherever it was left. */
  function openMonth() {
    const day = document.querySelector("#calendar .day.on");
    if (day) turnTo(day.closest(".month"));
    focusDay();
  }

  function focusDay() {
    const month = shownMonth();
    const day = month && (month.querySelector(".day.on") || month.querySelector("button.day"));
    if (day) day.focus({ preventScroll: true });
  }

  /* Arrows go from one day with data to the next; up and down by weeks as near as there is one. */
  function moveDay(from, days) {
    const all = [...document.querySelectorAll("#calendar button.day")];
    const wanted = Date.parse(from.dataset.date) + days * 86_400_000;
    const ahead = all.filter((day) => (Date.parse(day.dataset.date) - wanted) * Math.sign(days) >= 0);
    const next = days > 0 ? ahead[0] : ahead[ahead.length - 1];
    if (!next) return;
    turn(months().indexOf(next.closest(".month")) - months().indexOf(shownMonth()));
    next.focus({ preventScroll: true });
  }

  const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  function onCalendarKey(event) {
    const day = document.activeElement.closest("#calendar button.day");
    if (day && event.key in DAYS) moveDay(day, DAYS[event.key]);
    else if (event.key === "PageUp" || event.key === "PageDown") {
      turn((event.key === "PageUp" ? -1 : 1) * (event.shiftKey ? 12 : 1));
      focusDay();
    } else return false;
    return true;
  }

  // ---- forms ----------------------------------------------------------------------------------------

  /* Dash has no inputs of dates: they are put into their places when the form is opened. */
  function fill(panel) {
    for (const place of panel.querySelectorAll("[data-field]")) {
      const { field, kind, set } = place.dataset;
      const input = document.createElement("input");
      input.type = kind;
      input.name = field;
      if (kind === "checkbox") input.checked = set === "1";
      else input.value = set;
      place.replaceChildren(input);
    }
  }

  function send(name) {
    const form = document.querySelector(`[data-form="${name}"]`);
    const inputs = [...form.querySelectorAll("input")];
    const value = (input) => (input.type === "checkbox" ? (input.checked ? "1" : null) : input.value || null);
    const said = Object.fromEntries(inputs.map((input) => [input.name, value(input)]));
    const fault = name === "range" ? rangeFault(said) : null;
    form.querySelector(".wrong").textContent = fault ? byId("notice").dataset[fault] : "";
    if (fault) return;
    closeAll();
    daping.go(name === "range" ? { date: null, at: null, cursor: null, versus: null, ...said } : said);
  }

  /* What is wrong with the ends, as the name of the words for it. */
  function rangeFault(said) {
    for (const prefix of ["", "yoy_", "mom_"]) {
      const [from, to] = [said[`${prefix}from`], said[`${prefix}to`]];
      if (!from && !to && prefix) continue;
      if (!from || !to) return "rangeMissing";
      const length = Date.parse(`${to}Z`) - Date.parse(`${from}Z`);
      if (length <= 0) return "rangeOrder";
      if (length > LONGEST_MS) return "rangeLong";
    }
    return null;
  }

  // ---- drilling --------------------------------------------------------------------------------------

  function drill(row) {
    const dimension = told("drills")[row.closest(".tile").id];
    if (!dimension || !row.dataset.id) return;
    const here = new URLSearchParams(location.search).getAll("drill");
    const step = `${dimension}:${row.dataset.id}`;
    // What is still being read is not drawn yet: another row then takes its place.
    const kept = here.filter((other) => !other.startsWith(`${dimension}:`));
    if (!here.includes(step)) daping.go({ drill: [...kept, step], cursor: null });
  }

  /* A row that can be drilled into is a button; the others are items of a list. */
  function markRows() {
    const drills = isPast() ? told("drills") : {};
    for (const tile of ["regions", "categories", "brands"]) {
      for (const list of document.querySelectorAll(`#${tile} .rows`))
        say(list, drills[tile] ? "group" : "list");
      for (const row of document.querySelectorAll(`#${tile} .row`)) {
        say(row, drills[tile] ? "button" : "listitem");
        if (drills[tile]) row.tabIndex = 0;
        else row.removeAttribute("tabindex");
      }
    }
  }

  /* What is the same is not written again: each tick would touch every row. */
  function say(element, role) {
    if (element.getAttribute("role") !== role) element.setAttribute("role", role);
  }

  /* A wall that hangs somewhere shows what is live and answers nothing else. */
  function looksOnly() {
    return byId("wall").dataset.role === "wall";
  }

  function isPast() {
    return byId("wall").dataset.mode === "history";
  }

  // ---- wiring ------------------------------------------------------------------------------------------

  function onClick(event) {
    const near = (selector) => event.target.closest(selector);
    const going = near("[data-go]");
    const opening = near("[data-open]");
    const acting = near("[data-act]");
    const asking = near("[data-why]");
    const row = near(".tile .row");
    const day = near("button.day");
    if (acting) ACTS[acting.dataset.act]();
    else if (going) {
      closeAll();
      daping.go(JSON.parse(going.dataset.go));
    } else if (day) {
      closeAll();
      daping.go({ date: day.dataset.date });
    } else if (opening) show(opening.dataset.open, opening);
    else if (asking) {
      if (looksOnly()) return;
      show("why", asking);
      daping.why(asking.dataset.why);
    } else if (near("[data-close]")) closeAll();
    else if (near("[data-turn]")) turn(Number(near("[data-turn]").dataset.turn));
    else if (near("[data-send]")) send(near("[data-send]").dataset.send);
    else if (near("[data-split]")) daping.changes(near("[data-split]").dataset.split);
    else if (row && isPast()) drill(row);
    else if (!near(".pop, .side-panel")) closeAll();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") return void (closeAll() || daping.clearCursor());
    if (typing) return;
    if (!byId("calendar").hidden && onCalendarKey(event)) return event.preventDefault();
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".tile .row")) {
      event.preventDefault();
      return drill(event.target);
    }
    if (!event.repeat && onLetter(event.key.toLowerCase())) return;
    if (isPast() && daping.onArrow(event)) event.preventDefault();
  }

  function onLetter(key) {
    const button = document.querySelector('[data-open="calendar"]');
    if (key === "d") isPast() && button ? show("calendar", button) : open();
    else if (key === "l" && isPast()) back();
    else if (key === "?") show("keys", null);
    else return false;
    return true;
  }

  /* The address of the last day names it, so that it stays that day. */
  function nameDay(date) {
    const url = new URL(location.href);
    if (url.searchParams.get("date") !== "last" || !date) return;
    url.searchParams.set("date", date);
    history.replaceState(null, "", url);
  }

  /* client.js calls this once it has applied a view. */
  function taken(props, mode) {
    const ask = props.toolbar && props.toolbar["data-ask"];
    if (ask) nameDay(JSON.parse(ask).date);
    if (byId("notice").dataset.says === "reading") byId("notice").hidden = true;
    if (props.changes && !byId("changes").hidden) requestAnimationFrame(() => daping.changes());
    if (props.cursor) daping.cursorData(props.cursor.data);
    if (mode !== "history") daping.clearCursor(true);
    const address = document.querySelector(".stamp .address");
    if (address) address.textContent = mode === "history" ? permalink() : "";
    requestAnimationFrame(() => {
      markRows();
      document.querySelectorAll("[data-field] input").length || fill(byId("comparing"));
    });
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  Object.assign(daping, { taken, tell, told, closeAll });
})();
