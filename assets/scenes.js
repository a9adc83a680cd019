/* Scenes: some of the tiles fill the page, larger. A scene is grid areas and a zoom of each tile on the
   same elements: nothing is fetched or made anew. They turn with ?rotate, unless something must be
   acted on: then the whole page stands until that is over. */
(function () {
  "use strict";

  const WHOLE = "whole";
  const SAY_MS = 4000;
  const TURN_MS = 500;
  const SPREAD = 3; // grid columns of one column of a scene, so that the foot can have its third
  const ZOOMS = [0.8, 2.6];
  // Each tile's name in the grid, and the design pixels its content is drawn for (design notes, 2).
  const TILES = {
    hero: ["hero", 1224, 172], kpis: ["kpis", 600, 172], flow: ["flow", 1224, 438],
    regions: ["regs", 600, 438], categories: ["cats", 600, 292], brands: ["brnd", 600, 292],
    buyers: ["usrs", 392, 292], gender: ["gend", 184, 292],
  };
  const narrow = matchMedia("(max-width: 700px)"); // a phone scrolls through all of them
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});
  const scenes = { shown: WHOLE, since: performance.now(), saying: null, held: false };

  const wall = () => document.getElementById("wall");
  const word = () => document.getElementById("scene");

  function all() {
    return word() ? JSON.parse(word().dataset.scenes || "[]") : [];
  }

  function isScene(id) {
    return all().some((scene) => scene.id === id);
  }

  /* Every how many ms the scenes turn; 0: they stand. `rotate=1` leaves it to each scene. */
  function turnAfter(scene) {
    const rotate = Number(daping.own("rotate") || 0);
    return (rotate === 1 ? scene.seconds : rotate) * 1000;
  }

  function possible() {
    return wall() && wall().dataset.mode === "live" && !narrow.matches;
  }

  function show(id) {
    if (id === scenes.shown && wall().dataset.scene === id) return;
    const scene = all().find((one) => one.id === id);
    if (!scene) return;
    daping.swap();
    scenes.shown = id;
    scenes.since = performance.now();
    arrange(scene);
  }

  function arrange(scene) {
    wall().dataset.scene = scene.id;
    for (const id of Object.keys(TILES)) {
      const on = !scene.areas.length || scene.areas.some((line) => line.split(" ").includes(id));
      const tile = document.getElementById(id);
      if (!tile) continue; // left out: this feed cannot fill it
      tile.toggleAttribute("data-off", !on);
      tile.style.removeProperty("--zoom");
    }
    if (scene.areas.length) template(scene);
    if (daping.redraw) daping.redraw();
  }

  function template(scene) {
    const style = wall().style;
    const columns = scene.areas[0].split(" ").length;
    const line = (names) => `"${names.flatMap((name) => Array(SPREAD).fill(name)).join(" ")}"`;
    const tiles = scene.areas.map((names) => line(names.split(" ").map((id) => TILES[id][0])));
    const foot = `"${"alrt ".repeat(2 * columns)}${"pipe ".repeat(columns)}"`;
    style.setProperty("--scene-areas", [line(Array(columns).fill("head")), ...tiles, foot].join(" "));
    style.setProperty("--scene-columns", `repeat(${SPREAD * columns}, minmax(0, 1fr))`);
    style.setProperty("--scene-rows", scene.rows.map((part) => `minmax(0, ${part}fr)`).join(" "));
    zoom(scene);
  }

  /* Each tile is as much larger as its place allows in both directions; tiles beside each other are
     of one size. */
  function zoom(scene) {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;
    const lines = scene.areas.map((names) => [...new Set(names.split(" "))]);
    const places = new Map(lines.flat().map((id) => [id, document.getElementById(id)]));
    for (const place of places.values()) place.style.removeProperty("--zoom");
    const fits = new Map();
    for (const [id, place] of places) {
      const [, width, height] = TILES[id];
      fits.set(id, Math.min(place.offsetWidth / unit / width, place.offsetHeight / unit / height));
    }
    for (const [id, place] of places) {
      const beside = lines.filter((names) => names.includes(id)).flat();
      const fit = Math.min(...beside.map((name) => fits.get(name)));
      place.style.setProperty("--zoom", Math.min(Math.max(fit, ZOOMS[0]), ZOOMS[1]).toFixed(3));
    }
  }

  function stepScene(by) {
    const known = all();
    if (!possible() || known.length < 2) return;
    const at = known.findIndex((scene) => scene.id === scenes.shown);
    const next = known[(at + by + known.length) % known.length];
    show(next.id);
    if (!Number(daping.own("rotate"))) daping.setOwn("scene", next.id === WHOLE ? null : next.id);
    say(next.id);
  }

  /* A small word of the scene's name, for a moment. */
  function say(id) {
    const names = JSON.parse(word().dataset.names || "{}");
    write(names[id] || "");
    clearTimeout(scenes.saying);
    scenes.saying = setTimeout(() => write(scenes.held ? word().dataset.held : ""), SAY_MS);
  }

  function write(text) {
    daping.write(word(), text || "");
    word().hidden = !text;
  }

  function alarmed() {
    const alerts = document.getElementById("alerts");
    return alerts !== null && alerts.dataset.worst === "act";
  }

  /* Bring the page to the scene it should show now. */
  function turn() {
    if (!possible()) {
      if (wall() && wall().dataset.scene !== WHOLE && isScene(WHOLE)) show(WHOLE);
      return;
    }
    const known = all();
    const shown = known.find((scene) => scene.id === scenes.shown);
    const after = shown ? turnAfter(shown) : 0;
    if (hold(after > 0 && alarmed())) return show(WHOLE);
    if (!after || !wall().dataset.scene) return first();
    if (daping.isPaused() || performance.now() - scenes.since < after) return;
    const next = known[(known.indexOf(shown) + 1) % known.length];
    show(next.id);
    say(next.id);
  }

  /* The address's scene; with none the whole page. */
  function first() {
    const asked = daping.own("scene");
    const id = asked && isScene(asked) ? asked : WHOLE;
    if (wall().dataset.scene === id) return;
    show(id);
    if (id !== WHOLE) say(id);
  }

  /* Say, as long as it is so, that an alarm holds the scenes; return it. */
  function hold(held) {
    if (scenes.held !== held) {
      scenes.held = held;
      scenes.since = performance.now();
      clearTimeout(scenes.saying);
    }
    if (held) write(word().dataset.held);
    else if (word().textContent === word().dataset.held) write("");
    return held;
  }

  function onResize() {
    const scene = all().find((one) => one.id === scenes.shown);
    if (scene && scene.areas.length && possible()) zoom(scene);
  }

  window.addEventListener("resize", onResize);
  setInterval(turn, TURN_MS);
  Object.assign(daping, { isScene, stepScene, turnScene: turn });
})();
