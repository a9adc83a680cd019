/* The page as a picture and on paper, with its as-of, its filter and its address.
   The picture is the page's own markup inside an SVG: styles, fonts and charts are carried in it, so
   that nothing is fetched while it is drawn and the canvas stays readable. */
(function () {
  "use strict";

  const PRINT_WIDTH = 1062; // CSS px between the margins of a landscape A4 page
  const PRINT_HEIGHT = 733;
  const SCALE = 2;
  const TOOLS = 5.6; // rem: the row of tools is left out
  const STAMP = 3; // rem: the line of as-of, filter and address under the page
  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const root = document.documentElement;

  async function dataUri(url) {
    const answer = await fetch(url);
    const bytes = await answer.blob();
    return new Promise((done, fail) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => fail(reader.error);
      reader.readAsDataURL(bytes);
    });
  }

  /* All rules of the page, with its fonts inside; media rules of other screens stay as they are. */
  async function styles() {
    const rules = [...document.styleSheets].flatMap((sheet) => {
      const base = sheet.href || location.href;
      return [...sheet.cssRules].map((rule) => ({ text: rule.cssText, base }));
    });
    const texts = rules.map(async ({ text, base }) => {
      const fonts = [...text.matchAll(/url\("?([^")]+\.woff2)"?\)/g)];
      for (const [whole, path] of fonts)
        text = text.replace(whole, `url("${await dataUri(new URL(path, base))}")`);
      return text;
    });
    return (await Promise.all(texts)).join("\n");
  }

  async function svg() {
    const wall = document.getElementById("wall");
    const unit = parseFloat(getComputedStyle(root).fontSize);
    const past = wall.dataset.mode === "history";
    const [width, height] = [innerWidth, innerHeight + (past ? STAMP - TOOLS : 0) * unit];
    const copy = wall.cloneNode(true);
    const gone = ".pop, .side-panel, .said-by-page, .modebar" + (past ? "" : ", .stamp");
    for (const one of copy.querySelectorAll(gone)) one.remove();
    const page = new XMLSerializer().serializeToString(copy);
    const own = `:root { font-size: ${unit}px !important; background: var(--ground); }
      .picture { width: ${innerWidth}px; height: ${height}px; background: var(--ground); color: var(--ink-1);
        font-family: var(--font-text); font-weight: 500; font-variant-numeric: tabular-nums lining-nums; }
      .picture .wall { height: calc(${innerHeight}px - ${past ? TOOLS : 0}rem); }`;
    const css = (await styles()).replace(/]]>/g, "");
    return { width, height, text:
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" xml:lang="${root.lang}"` +
      ` data-theme="${root.dataset.theme}" data-picture="1"><style><![CDATA[${css}${own}]]></style>` +
      `<foreignObject width="100%" height="100%"><div xmlns="http://www.w3.org/1999/xhtml" class="picture"` +
      ` lang="${root.lang}" data-theme="${root.dataset.theme}">${page}</div></foreignObject></svg>` };
  }

  async function draw() {
    const { text, width, height } = await svg();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * SCALE);
    canvas.height = Math.round(height * SCALE);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"));
  }

  async function picture() {
    try {
      const url = URL.createObjectURL(await draw());
      const link = document.createElement("a");
      const { date, from, window: name } = daping.told("ask");
      link.href = url;
      link.download = `daping-${(date || from || "").replace(/[^0-9-]/g, "-")}-${name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      daping.tell("pictured");
    } catch (fault) {
      console.warn(fault);
      daping.tell("failed");
    }
  }

  /* Charts are drawn in one theme: paper gets the light one, and the page its own back. */
  async function print() {
    daping.closeAll();
    const before = root.dataset.theme;
    if (before !== "light") {
      daping.go({ theme: "light" }, true);
      await lightIsDrawn();
    }
    window.print();
    if (before !== "light") daping.go({ theme: before }, true);
  }

  async function lightIsDrawn() {
    for (let i = 0; i < 50 && root.dataset.theme !== "light"; i++)
      await new Promise((done) => setTimeout(done, 100));
    await new Promise((done) => setTimeout(done, 400)); // the charts follow in their own frames
  }

  /* Paper shows the page as it is on the screen, made smaller: nothing is laid out anew. */
  function measure() {
    const unit = parseFloat(getComputedStyle(root).fontSize);
    const height = innerHeight + (STAMP - TOOLS) * unit;
    root.style.setProperty("--screen-unit", `${unit}px`);
    root.style.setProperty("--screen-width", `${innerWidth}px`);
    root.style.setProperty("--screen-height", `${innerHeight}px`);
    root.style.setProperty("--print-zoom", String(Math.min(PRINT_WIDTH / innerWidth, PRINT_HEIGHT / height)));
  }

  /* The browser's own print waits for no chart: words and marks turn light at once (80-print.css). */
  function onPaper() {
    if (root.dataset.theme === "light") return;
    root.dataset.paper = root.dataset.theme;
    root.dataset.theme = "light";
  }

  function offPaper() {
    if (!root.dataset.paper) return;
    root.dataset.theme = root.dataset.paper;
    delete root.dataset.paper;
  }

  window.addEventListener("beforeprint", onPaper);
  window.addEventListener("afterprint", offPaper);
  window.addEventListener("resize", measure);
  measure();
  Object.assign(daping, { picture, print, pictureBlob: draw });
})();
