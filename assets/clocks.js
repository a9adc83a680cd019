/* Clocks and ages. The page runs the source's clock by itself, as a line through the server's, whose
   offset to the viewer's comes with every answer: a viewer's wrong clock changes nothing. */
(function () {
  "use strict";

  const CLOCK_MS = 250;
  const ROUND_TRIPS = 30; // the best of these gives the offset to the server's clock
  const STEP_MS = 1000; // both of the viewer's clocks go on alike, but for a sleep or a new time
  const NOTHING = "—";
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const clocks = {
    source: null, // what the view says of the source's clock
    heard: {}, // stage -> when it was heard of, on the server's clock
    roundTrips: [],
    doubtful: false, // the viewer's clock was set since the last answer
    beat: { wall: Date.now(), run: performance.now() },
  };

  function hearServerClock(answer, roundTrip) {
    const said = Number(answer.headers.get("X-Server-Time"));
    if (!said) return;
    if (clocks.doubtful) clocks.roundTrips = [];
    clocks.doubtful = false;
    clocks.roundTrips.push({ roundTrip, offset: said + roundTrip / 2 - Date.now() });
    if (clocks.roundTrips.length > ROUND_TRIPS) clocks.roundTrips.shift();
  }

  /* Ages are only time: they travel beside the document, which then need not change. */
  function hearStages(answer) {
    const said = answer.headers.get("X-Heard-At");
    if (said === null) return;
    clocks.heard = Object.fromEntries(said.split(",").filter(Boolean).map((one) => one.split("=")));
  }

  /* Return how long it is since the last beat. After a sleep only the wall's clock has gone on, and
     it is believed; set back by hand, it is not: ages may look too great, never too small. */
  function beat() {
    const now = { wall: Date.now(), run: performance.now() };
    const passed = { wall: now.wall - clocks.beat.wall, run: now.run - clocks.beat.run };
    clocks.beat = now;
    const step = passed.wall - passed.run;
    if (Math.abs(step) > STEP_MS) clocks.doubtful = true;
    if (step < -STEP_MS) for (const one of clocks.roundTrips) one.offset -= step;
    return Math.max(passed.wall, passed.run);
  }

  function serverNow() {
    let best = { roundTrip: Infinity, offset: 0 };
    for (const one of clocks.roundTrips) if (one.roundTrip <= best.roundTrip) best = one;
    return Date.now() + best.offset;
  }

  function sourceNow() {
    const line = clocks.source;
    return line.anchor_ms + (serverNow() - line.anchor_real_ms) * line.speed;
  }

  const formats = new Map(); // zone -> its format; there is one, and it is dear to make

  function timeOfDay(ms, zone) {
    if (!formats.has(zone))
      formats.set(zone, new Intl.DateTimeFormat("en-GB", {
        hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone,
      }));
    return formats.get(zone).format(ms);
  }

  function sourceTime() {
    return timeOfDay(sourceNow(), clocks.source.zone);
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

  /* A text that changes keeps its node: whoever watches the page sees no new element. */
  function write(element, text) {
    if (element.textContent === text) return;
    const node = element.firstChild;
    if (element.childNodes.length === 1 && node.nodeType === Node.TEXT_NODE) node.data = text;
    else element.textContent = text;
  }

  function drawClocks() {
    if (!clocks.source) return;
    const now = sourceNow();
    for (const element of document.querySelectorAll("[data-tick]")) {
      const words = element.dataset;
      const instant = words.instant ? Number(words.instant) : NaN;
      if (words.tick === "clock") write(element, timeOfDay(now, clocks.source.zone));
      else if (words.tick === "until") write(element, countdown(instant - now));
      else if (words.tick === "since") write(element, countdown(now - instant));
      else if (words.tick === "age") write(element, duration(Math.max(now - instant, 0), words));
    }
  }

  /* The stages' ages change with every answer, and with every tick without one. */
  function drawHeard() {
    for (const element of document.querySelectorAll('[data-tick="heard"]')) {
      const heard = Number(clocks.heard[element.dataset.stage]);
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

  setInterval(drawClocks, CLOCK_MS);
  Object.assign(daping, {
    clocks, hearServerClock, hearStages, beat, sourceTime, drawClocks, drawHeard, write, countdown,
  });
})();
