/* A wall nobody sits at (`?kiosk=1`), and any in full screen: the screen stays awake, the cursor
   hides. A kiosk's controls are labels: nothing is pressed, opened or reached by Tab; keys work. */
(function () {
  "use strict";

  const IDLE_MS = 3000;
  const NOT_HERE = new Set(["Tab", "d", "D", "?", "Enter"]); // they would open what nobody closes
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const wall = { idle: null, lock: null, asking: false };

  function isKiosk() {
    return daping.own("kiosk") === "1";
  }

  function isWall() {
    return isKiosk() || document.fullscreenElement !== null;
  }

  /* Bring the page in line with the address and the window. */
  function settleKiosk() {
    const root = document.documentElement;
    if (isKiosk()) root.dataset.kiosk = "yes";
    else delete root.dataset.kiosk;
    if (isKiosk() && daping.closeAll) daping.closeAll();
    onMove();
    stayAwake();
  }

  function onMove() {
    const root = document.documentElement;
    delete root.dataset.idle;
    clearTimeout(wall.idle);
    if (isWall()) wall.idle = setTimeout(() => (root.dataset.idle = "yes"), IDLE_MS);
  }

  /* The system takes the lock away whenever the page is hidden: it is asked for again. */
  async function stayAwake() {
    const wanted = isWall() && document.visibilityState === "visible";
    if (!wanted && wall.lock) {
      const lock = wall.lock;
      wall.lock = null;
      await lock.release();
    }
    if (!wanted || wall.lock || wall.asking || !navigator.wakeLock) return;
    wall.asking = true;
    try {
      const lock = await navigator.wakeLock.request("screen");
      wall.lock = lock;
      lock.addEventListener("release", () => wall.lock === lock && (wall.lock = null), { once: true });
    } catch (fault) {
      console.info("the screen may go dark:", fault.message); // low battery, or not allowed here
    } finally {
      wall.asking = false;
    }
  }

  function onKey(event) {
    if (!isKiosk() || !NOT_HERE.has(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onPress(event) {
    if (!isKiosk()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  window.addEventListener("keydown", onKey, true);
  for (const kind of ["click", "pointerdown"]) window.addEventListener(kind, onPress, true);
  for (const kind of ["pointermove", "pointerdown"]) window.addEventListener(kind, onMove, true);
  document.addEventListener("visibilitychange", stayAwake);
  document.addEventListener("fullscreenchange", settleKiosk);
  window.addEventListener("popstate", settleKiosk);
  Object.assign(daping, { isKiosk });
  settleKiosk();
})();
