/* Figures come in design pixels and without a size. `scaled` is pure: it multiplies fonts, widths,
   margins and shifts by the screen's unit and gives the figure its place's width and height; texts
   come back apart, as `notes` for notes.js.
   Between a change of its place and its next drawing a figure is stretched to it, in the same frame:
   whoever takes a picture right then (a headless browser does) sees it in its place. */
(function () {
  "use strict";

  const LENGTHS = new Set([
    "size", "width", "l", "r", "t", "b", "xshift", "yshift", "borderpad", "borderwidth",
    "gridwidth", "linewidth", "zerolinewidth", "ticklabelstandoff",
  ]);
  const SETTLE_MS = 150;
  const BLANK_MS = 50;
  const NARROW = 700; // design px; the labels of a wall need more room
  const PILL = 58; // design px from the pill to the middle of the next label
  const BURST = 130; // design px of a burst's height
  const drawn = new Map(); // component id -> the figure as it came
  const waiting = new Set(); // ids whose figure is drawn in the next animation frame
  const plotting = new Set(); // ids whose figure waits for its faces or is given to Plotly
  const notes = new Map(); // id -> the texts over what Plotly was given
  const sizes = new WeakMap(); // place -> its size, as last told: to ask for it is a layout

  function lengths(value, unit) {
    if (Array.isArray(value)) return value.map((item) => lengths(item, unit));
    if (value === null || typeof value !== "object") return value;
    const out = {};
    for (const [key, item] of Object.entries(value))
      out[key] = LENGTHS.has(key) && typeof item === "number" ? item * unit : lengths(item, unit);
    return out;
  }

  function scaled(figure, unit, box) {
    const data = figure.data.map((trace) => ({
      ...trace,
      ...(trace.line && { line: lengths(trace.line, unit) }),
      ...(trace.marker && { marker: lengths(trace.marker, unit) }),
    }));
    const layout = { ...lengths(figure.layout, unit), width: box.width, height: box.height };
    if (layout.annotations && layout.yaxis2 && box.width < NARROW * unit)
      layout.annotations = thinned(layout, unit);
    const { annotations, ...rest } = layout;
    return { data, layout: rest, notes: window.dash_clientside.daping.placed(layout) };
  }

  /* On a phone: every fourth time label clear of the pill, the pill, and the height of the last
     burst that has room for it (the quiet hours after it leave it some). */
  function thinned(layout, unit) {
    const [first, last] = layout.xaxis.range;
    const perPx = (last - first) / (layout.width - layout.margin.r);
    const pill = layout.annotations.find((note) => note.bgcolor);
    const roomy = (note) => note.xanchor === "left" && note.x + BURST * unit * perPx < last;
    const bursts = layout.annotations.filter((note) => note.name === "burst" && roomy(note));
    const burst = bursts.sort((a, b) => a.x - b.x).pop();
    let labels = 0;
    return layout.annotations.filter((note) => {
      if (note === pill || note === burst) return true;
      if (note.yref !== "paper") return false;
      return labels++ % 4 === 2 && !(pill && Math.abs(note.x - pill.x) < PILL * unit * perPx);
    });
  }

  function place(id) {
    const element = document.getElementById(id);
    const box = element && element.parentElement;
    const size = box && (sizes.get(box) || sizeOf(box));
    return size && size.width && size.height ? size : null;
  }

  function measure(id) {
    const element = document.getElementById(id);
    if (element && element.parentElement) sizes.set(element.parentElement, sizeOf(element.parentElement));
  }

  function sizeOf(box) {
    return { width: box.clientWidth, height: box.clientHeight };
  }

  function unit() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;
  }

  /* What client.js asks before it applies a component's props. */
  function prepare(id, props) {
    if (!props.figure) return props;
    const { figure, ...rest } = props;
    drawn.set(id, figure);
    if (!waiting.size) requestAnimationFrame(drawWaiting); // after the words that give it its room
    waiting.add(id);
    return rest;
  }

  function drawWaiting() {
    const ids = [...waiting];
    waiting.clear();
    for (const id of ids) plotting.add(id);
    const first = drawn.get(ids[0]);
    const faces = window.dash_clientside.daping.faces(family(first), ids.map(said).join(""));
    if (faces) faces.then(() => redrawEach(ids));
    else redrawEach(ids);
  }

  /* One figure a task: between two of them the page shows a frame and hears a key. */
  async function redrawEach(ids) {
    for (const id of ids) {
      await new Promise((done) => setTimeout(done));
      redraw([id]);
    }
  }

  function family(figure) {
    return (figure.layout.font && figure.layout.font.family) || "sans-serif";
  }

  /* Return every text of a figure. */
  function said(id) {
    const { annotations = [], ...axes } = drawn.get(id).layout;
    const ticks = Object.values(axes).flatMap((axis) => (axis && axis.ticktext) || []);
    return annotations.map((note) => note.text).join("") + ticks.join("");
  }

  function redraw(ids) {
    for (const id of ids || drawn.keys()) {
      const figure = drawn.get(id);
      watch(id);
      if (!ids) measure(id); // another scene: the observer tells later
      const box = place(id);
      plotting.delete(id);
      if (!box) continue;
      if (laidOut(id)) {
        plotting.add(id);
        const { data, layout, notes: texts } = scaled(figure, unit(), box);
        notes.set(id, texts);
        window.dash_clientside.set_props(id, { figure: { data, layout } });
      } else {
        if (!waiting.size) setTimeout(drawWaiting, BLANK_MS);
        waiting.add(id);
      }
    }
  }

  /* Say whether the blank figure stands: Plotly's first drawing has pauses, and one begun in them
     finds axes without a place. */
  function laidOut(id) {
    const plot = plotOf(id);
    const axis = plot && plot._fullLayout && plot._fullLayout.xaxis;
    const pending = plot && plot.classList.contains("dash-graph--pending");
    return Boolean(axis && !pending && Number.isFinite(axis._mainLinePosition));
  }

  /* A place changes with the screen, and when words beside it come or go. */
  let settling;
  const places = new ResizeObserver((entries) => {
    for (const { target } of entries) sizes.set(target, sizeOf(target));
    for (const id of drawn.keys()) stretch(id);
    clearTimeout(settling);
    settling = setTimeout(() => redraw(), SETTLE_MS);
  });
  const watched = new WeakSet();

  function watch(id) {
    const element = document.getElementById(id);
    const box = element && element.parentElement;
    if (box && !watched.has(box)) {
      watched.add(box);
      places.observe(box);
    }
    const plot = plotOf(id);
    if (plot && plot.on && !watched.has(plot)) {
      watched.add(plot);
      plot.on("plotly_afterplot", () => {
        window.dash_clientside.daping.drawNotes(plot, notes.get(id) || []);
        stretch(id);
      });
      plot.on("plotly_react", () => plotting.delete(id));
    }
  }

  function plotOf(id) {
    const element = document.getElementById(id);
    return element && element.querySelector(".js-plotly-plot");
  }

  /* Scale what is drawn to where it belongs; exact drawing takes the scale away again. */
  function stretch(id) {
    const plot = plotOf(id);
    const box = place(id);
    if (!plot || !plot.layout || !plot.layout.width || !box) return;
    const x = box.width / plot.layout.width;
    const y = box.height / plot.layout.height;
    plot.style.transformOrigin = "0 0";
    plot.style.transform = x === 1 && y === 1 ? "" : `scale(${x}, ${y})`;
  }

  /* What ready.js asks: the figures that came and do not stand yet. */
  function figuresAwaited() {
    return [...new Set([...waiting, ...plotting])];
  }

  const namespace = (window.dash_clientside = window.dash_clientside || {});
  namespace.daping = Object.assign(namespace.daping || {}, { prepare, scaled, redraw, figuresAwaited });
})();
