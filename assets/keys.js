/* The wall's keys (docs/design.md §9). Those of history, D, L, ?, Esc and the arrows, are in analyst.js. */
(function () {
  "use strict";

  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});

  const KEYS = {
    y: () => daping.choose("baseline", "yoy"),
    m: () => daping.choose("baseline", "mom"),
    z: () => daping.chooseNext("lang"),
    t: () => daping.chooseNext("theme"),
    f: toggleFullScreen,
    " ": () => daping.togglePause(),
    "[": () => daping.stepScene(-1),
    "]": () => daping.stepScene(1),
    pageup: () => daping.stepScene(-1),
    pagedown: () => daping.stepScene(1),
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (key === " " && event.target.closest("button")) return; // Space presses it
    const windows = daping.offered("window");
    if (/^[1-9]$/.test(key) && windows[key - 1]) daping.choose("window", windows[key - 1]);
    else if (Object.hasOwn(KEYS, key)) KEYS[key]();
    else return;
    if (key === " " || key.startsWith("page")) event.preventDefault();
  }

  function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch((fault) => console.info(fault.message));
  }

  document.addEventListener("keydown", onKey);
})();
