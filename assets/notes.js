/* The texts of a figure stand over it as elements: Plotly lays each one out anew whenever anything
   changes, which took half of its time. Where a text stands follows from the figure alone, and what
   stood there before is used again. `placed` is pure. */
(function () {
  "use strict";

  const BORDER = 1; // px of nothing around a text
  const SHARES = { left: 0, center: -50, right: -100, top: 0, middle: -50, bottom: -100 };
  const PARTS = /<b(?: style="color:([^"]*)")?>([^<]*)<\/b>|([^<]+)/g;

  /* Return where the figure's texts stand in a layout of this size: px from its left upper corner. */
  function placed({ annotations = [], ...layout }) {
    return annotations.map((note) => ({
      ...note,
      left: across(layout, note.x) + (note.xshift || 0),
      top: down(layout, note.yref || "y", note.y) - (note.yshift || 0),
    }));
  }

  function across({ margin, width, xaxis }, x) {
    const [first, last] = xaxis.range;
    return margin.l + ((x - first) / (last - first)) * (width - margin.l - margin.r);
  }

  function down({ margin, height, ...axes }, yref, y) {
    const { range = [0, 1], domain = [0, 1] } = yref === "paper" ? {} : axes[yref.replace("y", "yaxis")];
    const share = (y - range[0]) / (range[1] - range[0]);
    const of = domain[0] + share * (domain[1] - domain[0]);
    return margin.t + (1 - of) * (height - margin.t - margin.b);
  }

  /* Put the texts over a plot. */
  function drawNotes(plot, notes) {
    const layer = plot.querySelector(":scope > .annotations") || plot.appendChild(element("annotations"));
    while (layer.childElementCount > notes.length) layer.lastChild.remove();
    notes.forEach((note, i) => write(layer.children[i] || layer.appendChild(element("annotation")), note));
  }

  function element(name) {
    const made = document.createElement("div");
    made.className = name;
    return made;
  }

  function write(place, note) {
    const said = JSON.stringify([note.text, note.font, note.bgcolor, note.xanchor, note.yanchor]);
    if (place.said !== said) {
      place.said = said;
      place.replaceChildren(...note.text.split("<br>").map(line));
      Object.assign(place.style, {
        fontFamily: note.font.family,
        fontSize: `${note.font.size}px`,
        fontWeight: note.font.weight || 500,
        color: note.font.color,
        background: note.bgcolor || "",
        padding: `${BORDER + (note.borderpad || 0)}px`,
        transform: `translate(${SHARES[note.xanchor]}%, ${SHARES[note.yanchor]}%)`,
      });
      place.classList.toggle("pill", Boolean(note.bgcolor));
    }
    place.style.left = `${note.left}px`;
    place.style.top = `${note.top}px`;
  }

  function line(text) {
    const made = document.createElement("div");
    for (const [, color, strong, plain] of text.matchAll(PARTS)) {
      if (plain) made.append(plain);
      else made.appendChild(bold(strong, color));
    }
    return made;
  }

  function bold(text, color) {
    const made = document.createElement("b");
    made.textContent = text;
    if (color) made.style.color = color;
    return made;
  }

  const namespace = (window.dash_clientside = window.dash_clientside || {});
  namespace.daping = Object.assign(namespace.daping || {}, { placed, drawNotes });
})();
