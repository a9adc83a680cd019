/* The gallery: draws every figure into its cell, then says that all are drawn. */
(function () {
  "use strict";

  const FACES = ["500 20px", "600 20px"].flatMap((face) =>
    ["Barlow Condensed", "Barlow Semi Condensed"].map((name) => `${face} '${name}'`));

  async function draw() {
    await Promise.allSettled(FACES.map((face) => document.fonts.load(face)));
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;
    for (const place of document.querySelectorAll("[data-figure]")) {
      const box = { width: place.clientWidth, height: place.clientHeight };
      const { data, layout } = window.dash_clientside.daping.scaled(JSON.parse(place.dataset.figure), unit, box);
      await window.Plotly.newPlot(place, data, layout, { staticPlot: true, displayModeBar: false });
    }
    await document.fonts.ready;
    document.documentElement.dataset.drawn = "yes";
  }

  draw();
})();
