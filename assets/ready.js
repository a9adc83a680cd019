/* Says on <html> when the page stands, so that a picture of it can be believed: data-ready is the
   etag of the view that stands there whole, with its fonts and figures and nothing moving; data-frame
   is the etag of the frame that view was drawn from. Both are gone from the moment a new view is applied. */
(function () {
  "use strict";

  const LOOK_MS = 60; // a refresh must not be dearer for being watched
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
    return [...fonts, ...figures, ...(moving().length ? ["motion"] : [])];
  }

  /* Return the digits that still roll and the rows that slide; what moves for ever is no part of a
     picture. */
  function moving() {
    return document.getAnimations().filter((one) => {
      const ends = one.effect && one.effect.getComputedTiming().endTime;
      return one.playState === "running" && Number.isFinite(ends);
    });
  }

  /* Come back when there may be less to await than `left`. */
  async function later(left) {
    if (left.join() === "motion") await Promise.allSettled(moving().map((one) => one.finished));
    else await new Promise((done) => setTimeout(done, LOOK_MS));
  }

  /* What client.js calls before it applies a view. */
  async function awaitStanding(view) {
    if (view.etag === root.dataset.ready) return;
    const mine = ++turn;
    taken = true;
    delete root.dataset.ready;
    delete root.dataset.frame;
    await picture(); // figures are given to Plotly in this one, words are laid out
    for (let left = missing(); mine === turn && left.length; left = missing()) await later(left);
    await picture();
    await picture(); // what was drawn last is on the screen
    if (mine !== turn) return;
    root.dataset.frame = view.frame;
    root.dataset.ready = view.etag;
  }

  Object.assign(daping, { awaitStanding, missing });
})();
