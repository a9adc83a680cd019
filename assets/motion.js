/* Motion tells change and nothing else: digits of the one number that changed roll, up when it rose
   and down when it fell. The page's text is the new number at once; the old digit is drawn by CSS
   from an attribute. Rows, bars and states move by CSS alone (60-motion.css): they keep their elements. */
(function () {
  "use strict";

  const HERO = "hero-body";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const namespace = (window.dash_clientside = window.dash_clientside || {});
  const daping = (namespace.daping = namespace.daping || {});

  function still() {
    const root = document.documentElement;
    return calm.matches || root.dataset.swap || document.visibilityState !== "visible" || daping.isPast();
  }

  /* Let `change` draw into an element, and show what moved. */
  function moving(id, element, change) {
    if (id !== HERO) return change();
    const before = digits(element);
    change();
    if (before && !still()) roll(before, digits(element));
  }

  function digits(element) {
    const number = element.querySelector("[data-value]");
    if (!number) return null;
    const places = new Map();
    for (const place of number.querySelectorAll(".reel i")) places.set(place, place.textContent);
    return { value: Number(number.dataset.value), places };
  }

  function roll(before, after) {
    if (!after || before.value === after.value) return;
    const fell = after.value < before.value;
    const was = (place) => before.places.get(place) ?? ""; // a new place has nothing to roll out
    const rolling = [...after.places].filter(([place, text]) => was(place) !== text);
    const again = rolling.filter(([place]) => "was" in place.dataset);
    for (const [place] of again) delete place.dataset.was;
    if (again.length) void document.body.offsetHeight; // those that still roll begin anew
    for (const [place] of rolling) {
      place.toggleAttribute("data-fall", fell);
      place.dataset.was = was(place);
    }
  }

  document.addEventListener("animationend", (event) => {
    const said = event.target.dataset;
    if (!said || !("was" in said)) return;
    delete said.was;
    delete said.fall;
  });
  Object.assign(daping, { moving });
})();
