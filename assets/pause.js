/* Space lets what is drawn stand. The page goes on asking and keeps the newest view in hand, so that
   silence is noticed and going on needs no answer first; clocks and ages go on counting, and what is
   wrong (the foot) is drawn all the same. */
(function () {
  "use strict";

  const TICK_MS = 250;
  const KIOSK_MS = 15 * 60_000; // nobody may be there to end it
  const PASSING = ["alerts"];
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const pause = { since: null, view: null };

  function isPaused() {
    return pause.since !== null;
  }

  function togglePause() {
    if (isPaused()) return resume();
    if (daping.isPast() || daping.page.etag === null) return;
    pause.since = Date.now();
    document.documentElement.dataset.paused = "yes";
    drawPaused();
  }

  /* Draw the newest at once and go on. */
  function resume() {
    if (!isPaused()) return;
    const view = pause.view;
    pause.since = pause.view = null;
    delete document.documentElement.dataset.paused;
    drawPaused();
    if (view) daping.draw(view);
    daping.refreshNow();
  }

  /* Take a view in hand instead of drawing it; false when there is no pause. */
  function held(view) {
    if (!isPaused()) return false;
    pause.view = view;
    for (const id of PASSING) if (view.props[id]) daping.drawOne(id, view.props[id]);
    return true;
  }

  function drawPaused() {
    const place = document.getElementById("paused");
    if (!place) return;
    if (place.hidden === isPaused()) place.hidden = !isPaused();
    if (!isPaused()) return;
    const passed = Math.max(0, Date.now() - pause.since);
    if (daping.isKiosk() && passed >= KIOSK_MS) return resume();
    const s = Math.floor(passed / 1000);
    const time = [Math.floor(s / 60), s % 60].map((part) => String(part).padStart(2, "0")).join(":");
    daping.write(place, (place.dataset.paused || "").replace("{time}", time));
  }

  setInterval(drawPaused, TICK_MS);
  Object.assign(daping, { togglePause, resume, held, isPaused });
})();
