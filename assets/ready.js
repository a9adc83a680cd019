/* Says on <html> when the page stands, so that a picture of it can be believed: data-ready is the
   etag of the view that stands there whole, with its fonts and figures; data-frame is the etag of the
   frame that view was drawn from. Both are gone from the moment a new view is applied. */
(function () {
  "use strict";

  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const root = document.documentElement;
  let turn = 0;
  let taken = false; // a view came

  function picture() {
    return new Promise((done) => requestAnimationFrame(done));
  }

  /* What is still awaited, in words for a person at a terminal. */
  function missing() {
    if (!taken) return ["a view of the server"];
    const fonts = document.fonts.status === "loaded" ? [] : ["fonts"];
    const figures = daping.figuresAwaited ? daping.figuresAwaited() : [];
    const digits = document.querySelector("[data-was]") ? ["digits"] : []; // they roll
    return [...fonts, ...figures, ...digits];
  }

  /* What client.js calls before it applies a view. */
  async function settle(view) {
    if (view.etag === root.dataset.ready) return;
    const mine = ++turn;
    taken = true;
    delete root.dataset.ready;
    delete root.dataset.frame;
    await picture(); // figures are given to Plotly in this one, words are laid out
    do await picture();
    while (mine === turn && missing().length);
    await picture(); // what was drawn last is on the screen
    if (mine !== turn) return;
    root.dataset.frame = view.frame;
    root.dataset.ready = view.etag;
  }

  Object.assign(daping, { settle, missing });
})();
