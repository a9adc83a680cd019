/* A switch that shows what it switches to goes away once it is pressed: the keyboard's place moves on
   to the one that takes its place. */
(function () {
  "use strict";

  const SWITCHES = ["lang", "theme"];

  function onPressed(changes) {
    const gone = document.activeElement;
    const kind = SWITCHES.find((name) => gone && gone.hasAttribute(`data-choice-${name}`));
    if (!kind || !changes.some((change) => change.target === gone)) return;
    if (gone.getAttribute("aria-pressed") !== "true") return;
    const next = document.querySelector(`[data-choice-${kind}][aria-pressed="false"]`);
    if (next) next.focus({ preventScroll: true });
  }

  new MutationObserver(onPressed).observe(document.documentElement, {
    subtree: true, attributeFilter: ["aria-pressed"],
  });
})();
