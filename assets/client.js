/* The page's side of the view: fetching, clocks and ages, and the viewer's choices. Nothing here
   knows a number, a word or a colour: those come from the server, in the view. */
(function () {
  "use strict";

  const TICK_MS = 1000;
  const ABORT_MS = 4000; // longer than any answer from memory takes; shorter than a viewer waits
  const SILENT_MS = 3 * TICK_MS;
  const GRACE_MS = 5000; // a page that has just been opened is loading, not left alone
  const CLOCK_MS = 250;
  const ROUND_TRIPS = 30; // the best of these gives the offset to the server's clock
  const CHOICES = ["window", "lang", "theme", "baseline"];
  // What else an address of history says; the server knows what it means.
  const PAST = [
    "date", "weekday", "versus", "from", "to", "yoy_from", "yoy_to", "mom_from", "mom_to",
    "at", "step", "cursor", "drill", "gen", "as_of",
  ];
  const SPECIAL = "special"; // a window of history only
  const OF_A_LINK = ["gen", "as_of"]; // what a link remembers holds for what it showed only
  const OF_A_DATE = [
    ...OF_A_LINK, "from", "to", "yoy_from", "yoy_to", "mom_from", "mom_to", "at", "cursor", "versus",
  ];
  const LOOKS = new Set(["lang", "theme", "cursor"]); // change nothing of what is counted
  const PAST_MS = 10 * TICK_MS; // a past day seldom changes
  const READING_MS = 300;
  const NOTHING = "—";
  const AGING = new Set(["live", "degraded"]); // states that silence turns into stale

  const page = {
    etag: null, // of what is on the page
    build: null,
    clock: null, // the source's clock: a line through the server's
    choice: {}, // what the server drew
    inFlight: null,
    again: false,
    goodAt: performance.now(),
    silentSince: null, // the source's instant at the last good answer
    heard: {}, // stage -> when it was heard of, on the server's clock
    marked: null, // element -> its data-state, while the server is silent
    roundTrips: [],
    reloading: false,
    mode: "live", // of what is drawn
    fresh: false, // what is drawn is what the address asks for
    moved: false, // it asks for other numbers than those drawn
  };
  const namespace = (window.dash_clientside = window.dash_clientside || {});

  // ---- fetching -------------------------------------------------------------------------------

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

  /* How long a view stays good enough not to ask again. */
  function patience() {
    return isPast() && page.mode === "history" ? PAST_MS : 0;
  }

  async function refresh() {
    if (page.inFlight || page.reloading) return;
    const asked = location.search;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ABORT_MS);
    page.inFlight = abort;
    page.again = false;
    try {
      const ask = query();
      if (page.etag) ask.set("since", page.etag);
      const sent = performance.now();
      const answer = await fetch("view.json?" + ask, { signal: abort.signal, cache: "no-store" });
      hearServerClock(answer, performance.now() - sent);
      hearStages(answer);
      if (answer.status === 202 || answer.status === 503) stillReading(answer.status, asked);
      else if (answer.ok) take(await answer.json());
      else if (answer.status === 400) forget(await answer.json());
      else if (answer.status === 401) location.reload(); // its page comes back when it may
      else if (answer.status === 403) leavePast();
    } catch (fault) {
      // Offline, aborted or half an answer: the next tick asks again, and silence is marked below.
      if (fault.name !== "AbortError" && !(fault instanceof TypeError)) console.warn(fault);
    } finally {
      clearTimeout(timer);
      page.inFlight = null;
      judgeSilence();
      drawHeard();
    }
    if (page.again) refresh();
  }

  /* History is being read: the server is not silent, and is asked again before the next tick. */
  function stillReading(status, asked) {
    if (status === 503 && !isPast()) return;
    page.goodAt = performance.now();
    if (page.moved || page.mode !== "history") document.documentElement.dataset.reading = "yes";
    tell("reading");
    setTimeout(() => location.search === asked && refreshNow(), READING_MS);
  }

  function tell(...said) {
    if (namespace.daping.tell) namespace.daping.tell(...said);
  }

  function refreshNow() {
    page.fresh = false;
    if (page.inFlight) {
      page.again = true;
      page.inFlight.abort();
    } else refresh();
  }

  function take(view) {
    if (page.again) return; // the viewer has chosen something else meanwhile
    page.goodAt = performance.now();
    page.fresh = true;
    page.moved = false;
    delete document.documentElement.dataset.reading;
    unmark();
    if (page.build && view.build !== page.build) return reloadWhenReady(view.build);
    page.build = view.build;
    page.clock = view.clock;
    page.silentSince = sourceNow();
    applyChoice(view.choice || {});
    if (namespace.daping.settle) namespace.daping.settle(view);
    const prepare = window.dash_clientside.daping.prepare;
    for (const [id, props] of Object.entries(view.props)) {
      if (id === "wall" && props["data-mode"]) page.mode = props["data-mode"];
      window.dash_clientside.set_props(id, prepare ? prepare(id, props) : props);
    }
    page.etag = view.etag;
    requestAnimationFrame(() => (drawClocks(), drawHeard()));
    if (namespace.daping.taken) namespace.daping.taken(view.props, page.mode);
  }

  function forget(refusal) {
    const url = new URL(location.href);
    if (!refusal.argument || !url.searchParams.has(refusal.argument)) return;
    url.searchParams.delete(refusal.argument);
    history.replaceState(null, "", url);
    tell("refused", refusal.argument);
    page.again = true;
  }

  /* The past is not for whoever hangs a wall up. */
  function leavePast() {
    const url = new URL(location.href);
    for (const name of PAST) url.searchParams.delete(name);
    if (url.search === location.search) return; // it was not that
    history.replaceState(null, "", url);
    tell("not_yours");
    page.again = true;
  }

  async function reloadWhenReady(build) {
    if (sessionStorage.getItem("daping-build") === build) {
      page.build = build; // reloaded for it once already: never in a circle
      return;
    }
    page.reloading = true;
    for (;;) {
      try {
        const answer = await fetch("readyz", { cache: "no-store", signal: AbortSignal.timeout(ABORT_MS) });
        if (answer.ok) break;
      } catch (fault) {
        console.info("waiting for the new build", fault.name);
      }
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
    sessionStorage.setItem("daping-build", build);
    location.reload();
  }

  // ---- silence --------------------------------------------------------------------------------

  function judgeSilence() {
    const now = performance.now();
    if (page.silentSince === null || now < GRACE_MS) return;
    if (now - page.goodAt > SILENT_MS + patience()) mark();
  }

  function mark() {
    if (!page.marked) page.marked = new Map();
    for (const tile of document.querySelectorAll(".tile[data-state]")) {
      if (page.marked.has(tile) || !AGING.has(tile.dataset.state)) continue;
      page.marked.set(tile, tile.dataset.state);
      tile.dataset.state = "stale";
    }
    document.documentElement.dataset.server = "silent";
    for (const notice of document.querySelectorAll("[data-silent]")) {
      const since = timeOfDay(page.silentSince, page.clock.zone);
      write(notice, notice.dataset.silent.replace("{time}", since));
      notice.hidden = false;
    }
  }

  function unmark() {
    if (!page.marked) return;
    for (const [tile, state] of page.marked) tile.dataset.state = state;
    page.marked = null;
    document.documentElement.dataset.server = "live";
    for (const notice of document.querySelectorAll("[data-silent]")) notice.hidden = true;
  }

  // ---- clocks and ages ------------------------------------------------------------------------

  function hearServerClock(answer, roundTrip) {
    const said = Number(answer.headers.get("X-Server-Time"));
    if (!said) return;
    page.roundTrips.push({ roundTrip, offset: said + roundTrip / 2 - Date.now() });
    if (page.roundTrips.length > ROUND_TRIPS) page.roundTrips.shift();
  }

  /* Ages are only time: they travel beside the document, which then need not change. */
  function hearStages(answer) {
    const said = answer.headers.get("X-Heard-At");
    if (said === null) return;
    page.heard = Object.fromEntries(said.split(",").filter(Boolean).map((one) => one.split("=")));
  }

  function serverNow() {
    let best = { roundTrip: Infinity, offset: 0 };
    for (const one of page.roundTrips) if (one.roundTrip <= best.roundTrip) best = one;
    return Date.now() + best.offset;
  }

  function sourceNow() {
    const line = page.clock;
    return line.anchor_ms + (serverNow() - line.anchor_real_ms) * line.speed;
  }

  function timeOfDay(ms, zone) {
    return new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone,
    }).format(ms);
  }

  function duration(ms, words) {
    if (!Number.isFinite(ms) || ms < 0) return NOTHING;
    const s = Math.floor(ms / 1000);
    const parts = { h: Math.floor(s / 3600), m: Math.floor(s / 60) % 60, s: s % 60 };
    const template = parts.h ? words.hm : parts.m ? words.ms : words.s;
    return (template || "").replace(/\{([hms])\}/g, (_, unit) => parts[unit]);
  }

  function countdown(ms) {
    if (!Number.isFinite(ms) || ms < 0) return NOTHING;
    const s = Math.floor(ms / 1000);
    const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
  }

  /* Seconds with one decimal under ten, half up, as components/formats.py writes them. */
  function seconds(ms) {
    const tenths = Math.floor((ms + 50) / 100);
    return tenths < 100 ? `${Math.floor(tenths / 10)}.${tenths % 10}` : String(Math.floor(tenths / 10));
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function drawClocks() {
    if (!page.clock) return;
    const now = sourceNow();
    for (const element of document.querySelectorAll("[data-tick]")) {
      const words = element.dataset;
      const instant = words.instant ? Number(words.instant) : NaN;
      if (words.tick === "clock") write(element, timeOfDay(now, page.clock.zone));
      else if (words.tick === "until") write(element, countdown(instant - now));
      else if (words.tick === "since") write(element, countdown(now - instant));
      else if (words.tick === "age") write(element, duration(Math.max(now - instant, 0), words));
    }
  }

  /* The stages' ages change with every answer, and with every tick without one. */
  function drawHeard() {
    for (const element of document.querySelectorAll('[data-tick="heard"]')) {
      const heard = Number(page.heard[element.dataset.stage]);
      if (!heard) {
        write(element, NOTHING);
        delete element.dataset.value;
        continue;
      }
      const age = Math.max(0, Math.round(serverNow() - heard));
      element.dataset.value = String(age);
      write(element, element.dataset.s.replace("{s}", seconds(age)));
    }
  }

  // ---- the viewer's choices, which live in the URL ----------------------------------------------

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
    const gone = "date" in changes ? OF_A_DATE : names.some((name) => !LOOKS.has(name)) ? OF_A_LINK : [];
    if (names.some((name) => !LOOKS.has(name))) page.moved = true;
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
    refreshNow();
  }

  function applyChoice(choice) {
    page.choice = choice;
    const root = document.documentElement;
    if (choice.lang) root.lang = choice.lang;
    if (choice.theme) root.dataset.theme = choice.theme;
    for (const name of CHOICES)
      for (const button of document.querySelectorAll(`[data-choice-${name}]`))
        button.setAttribute(
          "aria-pressed", String(button.getAttribute(`data-choice-${name}`) === choice[name]));
  }

  function offered(name) {
    const all = [...document.querySelectorAll(`[data-choice-${name}]`)];
    const buttons = all.filter((b) => isPast() || !b.classList.contains("past"));
    return [...new Set([...buttons].map((b) => b.getAttribute(`data-choice-${name}`)))];
  }

  function chooseNext(name) {
    const values = offered(name);
    if (values.length) choose(name, values[(values.indexOf(page.choice[name]) + 1) % values.length]);
  }

  function onClick(event) {
    for (const name of CHOICES) {
      const button = event.target.closest(`[data-choice-${name}]`);
      if (button) return choose(name, button.getAttribute(`data-choice-${name}`));
    }
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    const windows = offered("window");
    if (/^[1-9]$/.test(key) && windows[key - 1]) choose("window", windows[key - 1]);
    else if (key === "y") choose("baseline", "yoy");
    else if (key === "m") choose("baseline", "mom");
    else if (key === "z") chooseNext("lang");
    else if (key === "t") chooseNext("theme");
    else if (key === "f") toggleFullScreen();
  }

  function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch((fault) => console.info(fault.message));
  }

  // ---- wiring -----------------------------------------------------------------------------------

  function onVisible() {
    if (document.visibilityState !== "visible") return;
    // A hidden page's timers sleep: that was not the server's silence, so the next answer decides.
    if (!page.marked) page.goodAt = Math.max(page.goodAt, performance.now() - TICK_MS);
    refreshNow();
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", onVisible);
  window.addEventListener("online", refreshNow);
  window.addEventListener("popstate", () => {
    page.moved = true;
    refreshNow();
  });
  window.addEventListener("pageshow", (event) => event.persisted && onVisible());
  setInterval(drawClocks, CLOCK_MS);
  setInterval(judgeSilence, CLOCK_MS);

  namespace.daping = Object.assign(namespace.daping || {}, {
    go, isPast, query, refreshNow, PAST,
    /* dcc.Interval -> dcc.Store: asks for the view; returns the etag of what is on the page. */
    tick: async function () {
      if (!page.fresh || performance.now() - page.goodAt >= patience()) await refresh();
      return page.etag === null ? namespace.no_update : page.etag;
    },
  });
})();
