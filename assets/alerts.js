/* Alerts on the page: acknowledging one, and a tone when it gets worse (`sound=1` in the address).
   Words and severities come from the server. */
(function () {
  "use strict";

  const ANSWER_MS = 5000;
  const ARMED_MS = 4000; // until a first click is forgotten
  const RANKS = { none: 0, look: 1, act: 2 };
  const TONES = { look: [660], act: [880, 660, 880] }; // Hz, one after another
  const TONE_S = 0.18;
  const LOUDNESS = 0.2;
  const DRAWN_MS = 500; // until what the first view says stands on the page
  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const byId = (id) => document.getElementById(id);
  const state = { worst: null, audio: null };

  // ---- acknowledging -------------------------------------------------------------------------------

  /* What acts is asked for twice: the first click says what the second will do. The text node is
     kept, as the page is drawn by comparing; the new word of another language is not overwritten. */
  function arm(button) {
    const text = button.firstChild;
    const [word, label, sure] = [text.data, button.getAttribute("aria-label"), byId("alerts-panel").dataset.sure];
    button.dataset.armed = "";
    button.style.minWidth = `${button.offsetWidth}px`; // it stays under the pointer
    text.data = sure;
    button.setAttribute("aria-label", label.replace(word, sure));
    setTimeout(() => {
      delete button.dataset.armed;
      button.style.minWidth = "";
      if (text.data !== sure) return;
      text.data = word;
      button.setAttribute("aria-label", label);
    }, ARMED_MS);
  }

  async function acknowledge(button) {
    const panel = byId("alerts-panel");
    const wrong = panel.querySelector(".wrong");
    button.disabled = true;
    wrong.textContent = "";
    try {
      const answer = await fetch("alerts/acknowledge.json", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Daping-Confirmed": "yes" },
        body: JSON.stringify({ id: button.dataset.ack }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      // An alert that is gone (404) needs nobody any more: the next view leaves it out.
      if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
      const left = [...panel.querySelectorAll("[data-ack]")].filter((other) => other !== button);
      (left[0] || panel.querySelector(".x")).focus({ preventScroll: true });
      daping.refreshNow();
    } catch (fault) {
      console.info(fault.message);
      wrong.textContent = panel.dataset.failed;
      button.disabled = false;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ack]");
    if (!button || button.disabled) return;
    if ("armed" in button.dataset) acknowledge(button);
    else arm(button);
  });

  // ---- sound ---------------------------------------------------------------------------------------

  const wanted = () => new URLSearchParams(location.search).get("sound") === "1";

  /* A browser lets a page sound only after somebody touched it; until then the page says so. */
  function allow() {
    if (!wanted() || !window.AudioContext) return mark();
    state.audio = state.audio || new AudioContext();
    state.audio.onstatechange = mark;
    if (state.audio.state === "suspended") state.audio.resume().then(mark, mark);
    mark();
  }

  /* Nothing is said before alerts are watched: "on" means that the next one will be heard. */
  function mark() {
    const heard = state.audio && state.audio.state === "running";
    if (!wanted() || state.worst === null) delete document.documentElement.dataset.sound;
    else document.documentElement.dataset.sound = heard ? "on" : "muted";
  }

  function sound(severity) {
    const audio = state.audio;
    if (!wanted() || !audio || audio.state !== "running") return;
    TONES[severity].forEach((pitch, i) => {
      const [tone, level, start] = [audio.createOscillator(), audio.createGain(), audio.currentTime + i * TONE_S];
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, start);
      level.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
      level.gain.linearRampToValueAtTime(0, start + TONE_S);
      tone.connect(level).connect(audio.destination);
      tone.start(start);
      tone.stop(start + TONE_S);
    });
    document.documentElement.dataset.sounded = severity;
  }

  /* What stood there when the page was opened is no news; only what gets worse after that is. */
  function watch(strip) {
    state.worst = strip.dataset.worst || "none";
    const look = () => {
      const worst = strip.dataset.worst || "none";
      if (RANKS[worst] > RANKS[state.worst]) sound(worst);
      state.worst = worst;
    };
    new MutationObserver(look).observe(strip, { attributes: true, attributeFilter: ["data-worst"] });
    mark();
  }

  function begin() {
    const strip = byId("alerts");
    const drawn = strip && daping.page && daping.page.etag !== null;
    if (!drawn) return void setTimeout(begin, 200); // the first view has not come yet
    setTimeout(() => watch(strip), DRAWN_MS);
    allow();
  }

  document.addEventListener("pointerdown", allow);
  document.addEventListener("keydown", allow);
  begin();
})();
