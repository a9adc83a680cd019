/* The gallery: draws every figure into its cell, then says that all are drawn. */
(function () {
  "use strict";

  /* Return every text of a figure. */
  function said({ layout }) {
    const { annotations = [], ...axes } = layout;
    const ticks = Object.values(axes).flatMap((axis) => (axis && axis.ticktext) || []);
    return annotations.map((note) => note.text).join("") + ticks.join("");
  }

  /* Plotly caches the sizes of texts, so their faces come first: the texts are laid out unseen. */
  async function faces(figures) {
    const line = document.body.appendChild(document.createElement("span"));
    for (const weight of [500, 600]) {
      const text = line.appendChild(document.createElement("span"));
      Object.assign(text.style, { fontFamily: figures[0].layout.font.family, fontWeight: weight });
      text.textContent = figures.map(said).join("");
    }
    line.getBoundingClientRect();
    await document.fonts.ready;
    line.remove();
  }

  async function draw() {
    const places = [...document.querySelectorAll("[data-figure]")];
    const figures = places.map((place) => JSON.parse(place.dataset.figure));
    if (figures.length) await faces(figures);
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;
    for (const [i, place] of places.entries()) {
      const box = { width: place.clientWidth, height: place.clientHeight };
      const { data, layout, notes } = window.dash_clientside.daping.scaled(figures[i], unit, box);
      await window.Plotly.newPlot(place, data, layout, { staticPlot: true, displayModeBar: false });
      window.dash_clientside.daping.drawNotes(place, notes);
    }
    await document.fonts.ready;
    document.documentElement.dataset.drawn = "yes";
  }

  draw();
})();
