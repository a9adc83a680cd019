/* The viewer's choices live in the URL. What the numbers depend on is the server's to judge and goes
   into every question; what only this page does (kiosk, scenes, sound) is judged here and goes nowhere. */
(function () {
  "use strict";

  const CHOICES = ["window", "lang", "theme", "baseline"];
  // What else an address of history says; the server knows what it means.
  const PAST = [
    "date", "weekday", "versus", "from", "to", "yoy_from", "yoy_to", "mom_from", "mom_to",
    "at", "step", "cursor", "drill", "gen", "as_of",
  ];
  // What the page does by itself, and what may be said of it.
  const OWN = {
    kiosk: (value) => /^[01]$/.test(value),
    sound: (value) => /^[01]$/.test(value),
    rotate: (value) => /^[01]$/.test(value) || (/^\d{1,4}$/.test(value) && value >= 5 && value <= 3600),
    scene: (value) => daping.isScene(value),
  };
  const SPECIAL = "special"; // a window of history only
  const OF_A_LINK = ["gen", "as_of"]; // what a link remembers holds for what it showed only
  const OF_A_DATE = [
    ...OF_A_LINK, "from", "to", "yoy_from", "yoy_to", "mom_from", "mom_to", "at", "cursor", "versus",
  ];
  const LOOKS = new Set(["lang", "theme", "cursor"]); // change nothing of what is counted
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const chosen = { now: {}, moved: false, swapped: 0, untold: [], notYours: false };

  /* Return what the server is asked: nothing that only this page does. */
  function query() {
    const here = new URLSearchParams(location.search);
    const ask = new URLSearchParams();
    for (const name of CHOICES) if (here.has(name)) ask.set(name, here.get(name));
    if (!isPast()) return ask;
    if (here.has("from")) ask.delete("window"); // a range is a window of its own
    for (const name of PAST) for (const value of here.getAll(name)) ask.append(name, value);
    if (!here.has("theme")) ask.set("theme", "light"); // the analyst's, unless the address says
    return ask;
  }

  function isPast() {
    const here = new URLSearchParams(location.search);
    return here.has("date") || here.has("from");
  }

  function own(name) {
    return new URLSearchParams(location.search).get(name);
  }

  /* Leave out, and say, what neither the server nor this page knows. */
  function checkAddress() {
    const url = new URL(location.href);
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name);
      const judge = Object.hasOwn(OWN, name) ? OWN[name] : null;
      const known = CHOICES.includes(name) || PAST.includes(name);
      if (!known && !(judge && values.length === 1 && judge(values[0]))) forget(name);
    }
  }

  /* Take an argument that is refused out of the address; say whether it was there. */
  function forget(name) {
    const url = new URL(location.href);
    if (!url.searchParams.has(name)) return false;
    url.searchParams.delete(name);
    history.replaceState(null, "", url);
    chosen.untold.push(name);
    tellRefused();
    return true;
  }

  /* The past is not for whoever hangs a wall up; false when it was not that. */
  function leavePast() {
    const url = new URL(location.href);
    for (const name of PAST) url.searchParams.delete(name);
    if (url.search === location.search) return false;
    history.replaceState(null, "", url);
    chosen.notYours = true;
    tellRefused();
    return true;
  }

  /* The words for it come with the first view: until then it waits. */
  function tellRefused() {
    if (chosen.untold.length && daping.tell("refused", chosen.untold.join(", "))) chosen.untold = [];
    if (chosen.notYours && daping.tell("not_yours")) chosen.notYours = false;
  }

  function setOwn(name, value) {
    const url = new URL(location.href);
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    if (url.search !== location.search) history.replaceState(null, "", url);
  }

  function choose(name, value) {
    const here = new URLSearchParams(location.search);
    const also = {};
    if (name === "baseline" && here.has("versus")) also.versus = null;
    if (name === "window" && here.has("from")) also.date = here.get("from").slice(0, 10);
    else if (here.get(name) === value && !("versus" in also)) return;
    go({ [name]: value, ...also });
  }

  /* Change the address, and draw what it then asks for; null takes an argument away. In history a
     step back is one press of the browser's button; the wall's choices leave no trace there. */
  function go(changes, replace = false) {
    const url = new URL(location.href);
    const names = Object.keys(changes);
    const counted = names.some((name) => !LOOKS.has(name));
    const gone = "date" in changes ? OF_A_DATE : counted ? OF_A_LINK : [];
    if (counted) chosen.moved = true;
    for (const name of gone) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      url.searchParams.delete(name);
      for (const one of [value].flat()) if (one !== null) url.searchParams.append(name, one);
    }
    const toPast = url.searchParams.has("date") || url.searchParams.has("from");
    if (!toPast && url.searchParams.get("window") === SPECIAL) url.searchParams.delete("window");
    const past = isPast() || toPast;
    if (url.search === location.search) return;
    if (past && !replace) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    daping.resume();
    daping.refreshNow();
  }

  /* Take what the server has drawn; another choice than before is swapped, not moved to. */
  function applyChoice(choice) {
    const before = chosen.now;
    const root = document.documentElement;
    if (CHOICES.some((name) => before[name] !== choice[name])) swap();
    chosen.now = choice;
    chosen.moved = false;
    if (choice.lang && root.lang !== choice.lang) root.lang = choice.lang;
    if (choice.theme && root.dataset.theme !== choice.theme) root.dataset.theme = choice.theme;
    for (const name of CHOICES)
      for (const button of document.querySelectorAll(`[data-choice-${name}]`)) {
        const pressed = String(button.getAttribute(`data-choice-${name}`) === choice[name]);
        if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
      }
  }

  /* Nothing moves in this frame and the next: what changes is what is looked at, not what happened. */
  function swap() {
    const root = document.documentElement;
    const turn = ++chosen.swapped;
    root.dataset.swap = "yes";
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (turn === chosen.swapped) delete root.dataset.swap;
    }));
  }

  function offered(name) {
    const all = [...document.querySelectorAll(`[data-choice-${name}]`)];
    const buttons = all.filter((b) => isPast() || !b.classList.contains("past"));
    return [...new Set(buttons.map((b) => b.getAttribute(`data-choice-${name}`)))];
  }

  function chooseNext(name) {
    const values = offered(name);
    if (values.length) choose(name, values[(values.indexOf(chosen.now[name]) + 1) % values.length]);
  }

  function onClick(event) {
    for (const name of CHOICES) {
      const button = event.target.closest(`[data-choice-${name}]`);
      if (!button) continue;
      if (event.detail) button.blur(); // pressed by a pointer: the next Space is the wall's
      return choose(name, button.getAttribute(`data-choice-${name}`));
    }
  }

  document.addEventListener("click", onClick);
  window.addEventListener("popstate", () => {
    chosen.moved = true;
    daping.refreshNow();
  });
  Object.assign(daping, {
    PAST, chosen, query, isPast, own, setOwn, checkAddress, forget, leavePast, tellRefused, choose,
    chooseNext, go, applyChoice, offered, swap,
  });
})();
