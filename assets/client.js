/* The page's side of the view: it asks every second and hands out what comes. Nothing here knows a
   number, a word or a colour: those come from the server, in the view. */
(function () {
  "use strict";

  const TICK_MS = 1000;
  const ABORT_MS = 4000; // longer than any answer from memory takes; shorter than a viewer waits
  const PAST_MS = 10 * TICK_MS; // a past day seldom changes
  const READING_MS = 300;
  const RELOADED = "daping-reloaded"; // build -> when this tab was loaded anew for it
  const AGAIN_MS = 3_600_000; // two servers of two builds behind one address: never in a circle
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const page = {
    etag: null, // of what is on the page
    build: null,
    inFlight: null,
    again: false,
    reloading: false,
    mode: "live", // of what is drawn
    fresh: false, // what is drawn is what the address asks for
    ticking: null,
  };

  /* How long a view stays good enough not to ask again. */
  function patience() {
    return daping.isPast() && page.mode === "history" ? PAST_MS : 0;
  }

  async function refresh() {
    if (page.inFlight || page.reloading) return;
    const asked = location.search;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ABORT_MS);
    page.inFlight = abort;
    page.again = false;
    try {
      const ask = daping.query();
      if (page.etag) ask.set("since", page.etag);
      const sent = performance.now();
      const answer = await fetch("view.json?" + ask, { signal: abort.signal, cache: "no-store" });
      daping.hearServerClock(answer, performance.now() - sent);
      daping.hearStages(answer);
      if (answer.status === 202 || answer.status === 503) stillReading(answer.status, asked);
      else if (answer.ok) take(await answer.json());
      else if (answer.status === 400) page.again = daping.forget((await answer.json()).argument);
      else if (answer.status === 401) location.reload(); // its page comes back when it may
      else if (answer.status === 403) page.again = daping.leavePast();
    } catch (fault) {
      // Offline, aborted or half an answer: the next tick asks again, and silence is marked.
      if (fault.name !== "AbortError" && !(fault instanceof TypeError)) console.warn(fault);
    } finally {
      clearTimeout(timer);
      page.inFlight = null;
      daping.judgeSilence();
      daping.drawHeard();
    }
    if (page.again) refresh();
  }

  /* History is being read: the server is not silent, and is asked again before the next tick. */
  function stillReading(status, asked) {
    if (status === 503 && !daping.isPast()) return;
    daping.answered();
    if (daping.chosen.moved || page.mode !== "history") document.documentElement.dataset.reading = "yes";
    daping.tell("reading");
    setTimeout(() => location.search === asked && refreshNow(), READING_MS);
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
    daping.answered();
    page.fresh = true;
    daping.clocks.source = view.clock;
    daping.heardOut();
    if (page.build && view.build !== page.build) return reloadWhenReady(view.build);
    page.build = view.build;
    if (!daping.held(view)) draw(view);
  }

  /* Put a view on the page. */
  function draw(view) {
    delete document.documentElement.dataset.reading;
    daping.applyChoice(view.choice || {});
    daping.awaitStanding(view);
    for (const [id, props] of Object.entries(view.props)) drawOne(id, props);
    page.etag = view.etag;
    daping.drawClocks();
    requestAnimationFrame(() => (daping.drawClocks(), daping.drawHeard()));
    daping.taken(view.props, page.mode);
  }

  /* Children go into their element, a figure to figures.js, everything else through Dash. */
  function drawOne(id, props) {
    if (id === "wall" && props["data-mode"]) page.mode = props["data-mode"];
    const { children, ...rest } = daping.prepare(id, props);
    const element = document.getElementById(id);
    if (children !== undefined && element) daping.moving(id, element, () => daping.apply(element, children));
    if (Object.keys(rest).length) namespace.set_props(id, rest);
  }

  async function reloadWhenReady(build) {
    const reloaded = JSON.parse(sessionStorage.getItem(RELOADED) || "{}");
    if (Date.now() - (reloaded[build] || 0) < AGAIN_MS) {
      page.build = build;
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
    const kept = Object.entries({ ...reloaded, [build]: Date.now() }).slice(-8);
    sessionStorage.setItem(RELOADED, JSON.stringify(Object.fromEntries(kept)));
    location.reload();
  }

  async function onTick() {
    daping.tellRefused();
    if (!page.fresh || daping.unansweredFor() >= patience()) await refresh();
  }

  /* dcc.Interval -> dcc.Store: Dash says once that the page stands, and keeps the first etag. From
     then on the page ticks by itself: Dash's own history of an input grows with each of its changes. */
  async function tick() {
    if (page.ticking === null) {
      pace(TICK_MS);
      daping.checkAddress();
    }
    await onTick();
    return page.etag === null ? namespace.no_update : page.etag;
  }

  /* Ask every so many ms; 0 rests, for a picture of what stands. */
  function pace(ms) {
    clearInterval(page.ticking);
    page.ticking = ms ? setInterval(onTick, ms) : 0;
  }

  Object.assign(daping, { page, patience, pace, refreshNow, draw, drawOne, tick });
})();
