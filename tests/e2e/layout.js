/* Reads a page as a viewer does: where its texts stand, and what is wrong with that. */
return (function (least, wall) {
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 10;
  const HAIR = 0.75; // css px that rounding may cost
  const INK = 0.62; // of its size, a line's ink around its middle (digits and capitals: 0.70)
  const problems = [];
  const say = (kind, what) => problems.push(`${kind}: ${what}`);

  function shown(element) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    for (let e = element; e; e = e.parentElement) if (e.hidden || forReaders(e)) return false;
    return true;
  }

  /* A dot that clips its content: said to who listens, not drawn. */
  function forReaders(element) {
    return element.clientWidth === 1 && element.clientHeight === 1 && getComputedStyle(element).overflow === "hidden";
  }

  function name(element) {
    const id = element.closest("[id]");
    const tag = element.tagName.toLowerCase();
    return `${id ? "#" + id.id : ""} ${tag}.${String(element.className.baseVal ?? element.className).replaceAll(" ", ".")}`;
  }

  /* The part of a box that its clipping ancestors leave. */
  function clip(box, element) {
    let { left, top, right, bottom } = box;
    for (let e = element; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const edge = e.getBoundingClientRect();
      if (style.overflowX !== "visible") [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      if (style.overflowY !== "visible") [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    return { left, top, right, bottom };
  }

  /* Every line of text that can be seen: its ink, its size, and the element it belongs to. */
  function lines() {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      const text = node.nodeValue.trim();
      if (!text || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(element.tagName) || !shown(element)) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        if (rect.width < 0.5) continue;
        const middle = (rect.top + rect.bottom) / 2;
        const box = { left: rect.left, right: rect.right, top: middle - size * INK / 2, bottom: middle + size * INK / 2 };
        const seen = clip(box, element);
        if (seen.right - seen.left < 1 || seen.bottom - seen.top < 1) continue;
        found.push({ text, element, size, seen, box });
      }
    }
    return found;
  }

  function scrollBars() {
    const root = document.documentElement;
    const wide = Math.max(root.scrollWidth, document.body.scrollWidth);
    const high = Math.max(root.scrollHeight, document.body.scrollHeight);
    if (wide > root.clientWidth + HAIR) say("scrolls sideways", `${wide} > ${root.clientWidth}`);
    if (wall && high > root.clientHeight + HAIR) say("scrolls", `${high} > ${root.clientHeight}`);
    if (innerWidth - root.clientWidth > HAIR && wall) say("scroll bar", `${innerWidth - root.clientWidth} px`);
  }

  /* A text that does not fit is a fault, unless it ends in an ellipsis and can be read on hover. */
  function cut() {
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("svg, .digits") || !shown(element)) continue;
      if (![...element.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim())) continue;
      for (let e = element; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (style.display === "inline") continue;
        const clips = style.overflowX !== "visible";
        const over = e.scrollWidth - e.clientWidth;
        if (clips && over > 1 && style.textOverflow !== "ellipsis") say("cut off", `${name(e)} "${element.textContent.slice(0, 40)}" by ${over}`);
        if (clips && over > 1 && style.textOverflow === "ellipsis" && !said(e)) say("ellipsis without title", `${name(e)} "${e.textContent.slice(0, 60)}"`);
        if (clips) break;
      }
    }
  }

  function said(element) {
    return Boolean(element.closest("[title]:not([title=''])") || element.querySelector("[title]:not([title=''])"));
  }

  function inside(found) {
    const page = { left: 0, top: 0, right: document.documentElement.clientWidth, bottom: wall ? innerHeight : Infinity };
    for (const line of found) {
      const holder = line.element.closest("svg.main-svg, .annotations") ?? line.element.closest(".kpi, .row, .stage, .tile, .strip, .head > .block, .toolbar");
      const places = [[page, "the page"]];
      if (holder && !line.element.closest(".chip, .pop, .cursor-box")) places.push([holder.getBoundingClientRect(), name(holder)]);
      for (const [place, what] of places) {
        const { left, right, top, bottom } = line.box;
        if (clip(line.box, line.element).right < right - HAIR) continue; // its own ellipsis
        const bearing = 0.07 * line.size; // what a glyph's box holds beside its ink
        const off = Math.max(place.left - left - bearing, right - place.right, place.top - top, bottom - place.bottom);
        if (off > HAIR + unit * 0.1) say("outside", `"${line.text.slice(0, 40)}" by ${off.toFixed(1)} of ${what}`);
      }
    }
  }

  function small(found) {
    for (const line of found)
      if (line.size < least - 0.05) say("too small", `"${line.text.slice(0, 40)}" ${line.size.toFixed(1)} < ${least} in ${name(line.element)}`);
  }

  function apart(found) {
    const layers = (e) => e.closest(".pop, .side-panel, .silent, .said-by-page, .cursor-box, .cursor-line");
    for (let i = 0; i < found.length; i++)
      for (let j = i + 1; j < found.length; j++) {
        const [a, b] = [found[i], found[j]];
        if (a.element === b.element || layers(a.element) !== layers(b.element)) continue;
        const across = Math.min(a.seen.right, b.seen.right) - Math.max(a.seen.left, b.seen.left);
        const down = Math.min(a.seen.bottom, b.seen.bottom) - Math.max(a.seen.top, b.seen.top);
        if (across > HAIR && down > HAIR) say("overlap", `"${a.text.slice(0, 30)}" (${name(a.element)}) and "${b.text.slice(0, 30)}" (${name(b.element)}) by ${across.toFixed(1)} x ${down.toFixed(1)}`);
      }
  }

  /* Lines and texts are vectors at every size: nothing drawn is an enlarged bitmap. */
  function vector() {
    for (const graph of document.querySelectorAll(".graph")) {
      if (graph.querySelector("canvas, image")) say("bitmap", name(graph));
      const plot = graph.querySelector(".js-plotly-plot");
      if (shown(graph) && graph.parentElement.clientHeight < 20 * unit) say("no room", name(graph));
      if (plot && plot.style.transform) say("stretched", `${name(graph)} ${plot.style.transform}`);
    }
  }

  const found = lines();
  scrollBars();
  cut();
  inside(found);
  small(found);
  apart(found);
  vector();
  return { problems: [...new Set(problems)], texts: found.length, unit };
})(arguments[0], arguments[1]);
