/* Silence: when the server has not answered for three ticks, or this page has slept, what is drawn is
   old. Every live tile is marked stale and the header says since when, until the next good answer. */
(function () {
  "use strict";

  const BEAT_MS = 250;
  const SILENT_MS = 3000; // three ticks
  const SLEPT_MS = 3000;
  const GRACE_MS = 5000; // a page that has just been opened is loading, not left alone
  const AGING = new Set(["live", "degraded"]); // states that silence turns into stale
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const silence = {
    good: { wall: Date.now(), run: performance.now() }, // the last good answer
    since: null, // the source's time of day then; none before the first answer
    marked: null, // element -> its data-state, while the server is silent
  };

  /* A good answer has come. */
  function answered() {
    silence.good = { wall: Date.now(), run: performance.now() };
  }

  /* By the clock that has gone further: a sleeping machine's running clock stands. */
  function unansweredFor() {
    return Math.max(Date.now() - silence.good.wall, performance.now() - silence.good.run);
  }

  function judgeSilence() {
    if (silence.since === null || performance.now() < GRACE_MS) return;
    if (unansweredFor() > SILENT_MS + daping.patience()) mark();
  }

  /* A page that slept shows what was true before: it says so at once, and asks. */
  function onBeat() {
    const slept = daping.beat() > SLEPT_MS;
    if (slept && silence.since !== null && document.visibilityState === "visible") {
      if (!daping.isPast()) mark();
      daping.refreshNow();
    }
    judgeSilence();
  }

  function mark() {
    if (!silence.marked) silence.marked = new Map();
    for (const tile of document.querySelectorAll(".tile[data-state]")) {
      if (silence.marked.has(tile) || !AGING.has(tile.dataset.state)) continue;
      silence.marked.set(tile, tile.dataset.state);
      tile.dataset.state = "stale";
    }
    document.documentElement.dataset.server = "silent";
    for (const notice of document.querySelectorAll("[data-silent]")) {
      daping.write(notice, notice.dataset.silent.replace("{time}", silence.since));
      notice.hidden = false;
    }
  }

  function unmark() {
    if (!silence.marked) return;
    for (const [tile, state] of silence.marked) tile.dataset.state = state;
    silence.marked = null;
    document.documentElement.dataset.server = "live";
    for (const notice of document.querySelectorAll("[data-silent]")) notice.hidden = true;
  }

  /* What is drawn is what the server says now. */
  function heardOut() {
    unmark();
    silence.since = daping.sourceTime();
  }

  /* Hidden, the page asked seldom or not at all: what it shows may be old. */
  function onVisible() {
    if (document.visibilityState !== "visible") return;
    judgeSilence();
    daping.refreshNow();
  }

  document.addEventListener("visibilitychange", onVisible);
  document.addEventListener("resume", onVisible); // a frozen page goes on
  window.addEventListener("online", () => daping.refreshNow());
  window.addEventListener("pageshow", (event) => event.persisted && onVisible());
  setInterval(onBeat, BEAT_MS);
  Object.assign(daping, { answered, unansweredFor, judgeSilence, unmark, heardOut });
})();
