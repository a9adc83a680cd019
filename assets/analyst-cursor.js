/* The cursor on the chart: one line through both strips and a box with every value of that minute.
   It reads out what the server sent with the chart; nothing is computed here. */
(function () {
  "use strict";

  const SEND_MS = 400; // the category tile follows once the cursor rests
  const APART = 6; // px between the pill and a label of the axis
  const ROWS = [["own", null], ["base", null], ["ratio", null], ["sum", "base_sum"]];
  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const cursor = { data: null, at: null, sending: null, pinned: false };

  const plot = () => document.querySelector("#flow-figure .js-plotly-plot");
  const line = () => document.querySelector("#flow .cursor-line");
  const box = () => document.querySelector("#flow .cursor-box");

  function cursorData(data) {
    cursor.data = data;
    const asked = new URLSearchParams(location.search).get("cursor");
    if (!data) return clearCursor(true);
    if (asked !== null) cursor.at = indexOf(Number(asked));
    if (cursor.at !== null && cursor.at >= data.times.length) cursor.at = null;
    requestAnimationFrame(() => requestAnimationFrame(draw));
  }

  function indexOf(offset) {
    return Math.floor((offset - cursor.data.offset) / cursor.data.step);
  }

  function axis() {
    const layout = plot() && plot()._fullLayout;
    return layout && layout.xaxis && layout.xaxis.l2p ? layout.xaxis : null;
  }

  function number(name, at) {
    const { texts, values, kinds } = cursor.data;
    const span = document.createElement("b");
    span.className = "num";
    span.textContent = texts[name] && at < texts[name].length ? texts[name][at] : "—";
    const value = values[name] && values[name][at];
    if (value !== null && value !== undefined) {
      span.dataset.value = String(value);
      span.dataset.kind = kinds[name];
    }
    return span;
  }

  function row(label, ...numbers) {
    const made = document.createElement("div");
    made.append(label, " ", numbers[0]);
    if (numbers[1]) made.append(" / ", numbers[1]);
    return made;
  }

  function draw() {
    const x = axis();
    if (!x || !line()) return;
    const shown = cursor.at !== null && cursor.data !== null;
    line().hidden = box().hidden = !shown;
    if (!shown) return cover(null);
    const { first, times, labels, texts } = cursor.data;
    const left = x._offset + x.l2p(first + cursor.at);
    const bottom = plot()._fullLayout.margin.b;
    line().style.left = `${left}px`;
    line().style.bottom = `${bottom}px`;
    line().dataset.time = times[cursor.at];
    const rows = ROWS.filter(([name]) => labels[name] && texts[name]).map(([name, other]) =>
      row(
        name === "own" ? `${times[cursor.at]} ${labels.own}` : labels[name],
        number(name, cursor.at),
        other && texts[other] ? number(other, cursor.at) : null,
      ));
    box().replaceChildren(...rows);
    const before = left > box().offsetWidth + 24;
    box().style.left = before ? `${left - box().offsetWidth - 10}px` : `${left + 10}px`;
    cover(left);
  }

  /* The pill and the box stand in place of the labels they would cut in two. */
  function cover(left) {
    if (!plot() || !plot()._fullLayout) return;
    const edge = plot().getBoundingClientRect();
    const over = box().getBoundingClientRect(); // nothing while it is hidden
    const foot = edge.bottom - plot()._fullLayout.margin.b;
    const half = parseFloat(getComputedStyle(line(), "::after").width) / 2 + APART;
    for (const label of plot().querySelectorAll(".annotation")) {
      const place = label.getBoundingClientRect();
      const below = place.top + place.height / 2 > foot;
      const near = place.left < edge.left + left + half && place.right > edge.left + left - half;
      const beside = place.left >= over.right || place.right <= over.left;
      const under = !beside && place.top < over.bottom && place.bottom > over.top;
      label.style.visibility = left !== null && ((below && near) || under) ? "hidden" : "";
    }
  }

  function moveTo(at) {
    const last = cursor.data.times.length - 1;
    cursor.at = Math.min(Math.max(at, 0), last);
    draw();
    clearTimeout(cursor.sending);
    cursor.sending = setTimeout(sendCursor, SEND_MS);
  }

  function sendCursor() {
    if (cursor.at === null || !cursor.data || !daping.isPast()) return;
    daping.go({ cursor: String(cursor.data.offset + cursor.at * cursor.data.step) }, true);
  }

  function clearCursor(quiet = false) {
    clearTimeout(cursor.sending);
    cursor.at = null;
    cursor.pinned = false;
    if (line() && !line().hidden) {
      line().hidden = box().hidden = true;
      cover(null);
    }
    if (!quiet && daping.isPast()) daping.go({ cursor: null }, true);
  }

  function onMove(event) {
    const place = event.target.closest("#flow .plot");
    if (!place || !cursor.data || cursor.pinned) return;
    const x = axis();
    if (!x) return;
    const there = x.p2l(event.clientX - place.getBoundingClientRect().left - x._offset);
    const at = Math.floor(there - cursor.data.first);
    if (at >= 0 && at < cursor.data.times.length && at !== cursor.at) moveTo(at);
  }

  /* A press holds the cursor where it is; another lets it follow again. */
  function onPress(event) {
    if (event.target.closest("#flow .plot") && cursor.at !== null) cursor.pinned = !cursor.pinned;
  }

  function onArrow(event) {
    if (!cursor.data || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return false;
    const step = (event.key === "ArrowRight" ? 1 : -1) * (event.shiftKey ? 10 : 1);
    moveTo(cursor.at === null ? cursor.data.times.length - 1 : cursor.at + step);
    cursor.pinned = true;
    return true;
  }

  document.addEventListener("pointermove", onMove);
  document.addEventListener("click", onPress);
  window.addEventListener("resize", () => setTimeout(draw, 400));
  Object.assign(daping, { cursorData, clearCursor, onArrow });
})();
