/* Plotly caches the sizes of texts, so a text's faces are there before it is drawn. The page's own
   rules say which files those are: the text is laid out unseen, and what that loads is waited for. */
(function () {
  "use strict";

  const WEIGHTS = [500, 600];
  const PATIENCE_MS = 4000; // then it is drawn with what is there
  const known = new Set(); // characters whose faces are there
  let place = null;

  function unseen() {
    if (place) return place;
    place = document.body.appendChild(document.createElement("div"));
    place.setAttribute("aria-hidden", "true");
    Object.assign(place.style, {
      position: "absolute", visibility: "hidden", width: 0, height: 0, overflow: "hidden",
      contain: "strict",
    });
    for (const weight of WEIGHTS) {
      const line = place.appendChild(document.createElement("span"));
      Object.assign(line.style, { fontWeight: weight, whiteSpace: "nowrap" });
    }
    return place;
  }

  async function load(family, text) {
    for (const line of unseen().children) {
      line.style.fontFamily = family;
      line.textContent = text;
    }
    place.firstChild.getBoundingClientRect(); // a layout asks for the faces
    while (document.fonts.status === "loading") await document.fonts.ready;
  }

  function patience() {
    return new Promise((done) => setTimeout(done, PATIENCE_MS));
  }

  /* Return null when all faces of a text are there, or the promise of them. */
  function faces(family, text) {
    const missing = [...new Set(text)].filter((character) => !known.has(character)).join("");
    if (!missing) return null;
    return Promise.race([load(family, missing), patience()]).then(() => {
      for (const character of missing) known.add(character);
    });
  }

  const namespace = (window.dash_clientside = window.dash_clientside || {});
  namespace.daping = Object.assign(namespace.daping || {}, { faces });
})();
