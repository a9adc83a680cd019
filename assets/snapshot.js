/* S keeps the wall as it stands: the picture, the frame it was drawn from and a manifest with the
   hashes of both, under the names that `python -m pipeline snapshot` gives them. */
(function () {
  "use strict";

  const TRIES = 40; // at one tick a second a frame and its view meet within two
  const AGAIN_MS = 100;
  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const said = document.documentElement.dataset;

  /* The frame's text and the page's picture, of one instant: the page is copied in the same task in
     which it is seen to stand and to be drawn from that frame. */
  async function together() {
    for (let i = 0; i < TRIES; i++) {
      const answer = await fetch("frame.json?" + daping.query(), { cache: "no-store" });
      const frame = await answer.text();
      const etag = (answer.headers.get("ETag") || "").replace(/^W\/|"/g, "");
      if (answer.ok && said.ready && etag === said.frame && said.server !== "silent")
        return { frame, etag, view: said.ready, picture: await daping.pictureBlob() };
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
    throw new Error(`the page does not stand: ${daping.missing().join(", ") || "no frame of its view"}`);
  }

  async function sha256(blob) {
    if (!crypto.subtle) return null; // over plain http from another machine
    const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function described(file, blob) {
    return { file, bytes: blob.size, sha256: await sha256(blob) };
  }

  function save(name, blob) {
    const url = URL.createObjectURL(blob);
    Object.assign(document.createElement("a"), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async function snapshot() {
    try {
      const taken = await together();
      const frame = new Blob([taken.frame], { type: "application/json" });
      const { as_of, build, business_date, state } = JSON.parse(taken.frame);
      const name = `daping-${new Date().toISOString().replace(/[-:.]/g, "")}`;
      const manifest = {
        v: 1, taken_at: Date.now(), as_of, build, business_date, state,
        frame_etag: taken.etag, view_etag: taken.view,
        url: location.origin + location.pathname, query: daping.query().toString(),
        size: `${innerWidth}x${innerHeight}`,
        picture: await described(`${name}.png`, taken.picture),
        frame: await described(`${name}.frame.json`, frame),
      };
      save(`${name}.png`, taken.picture);
      save(`${name}.frame.json`, frame);
      save(`${name}.json`, new Blob([JSON.stringify(manifest, null, 2)], { type: "application/json" }));
      daping.tell("pictured");
    } catch (fault) {
      console.warn(fault);
      daping.tell("failed");
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (event.key.toLowerCase() === "s") snapshot();
  });
  Object.assign(daping, { snapshot });
})();
