/* What the panels say: why a number, and what changed. The numbers are written out in full, so that
   nothing is rounded here; words and names come from the server. */
(function () {
  "use strict";

  const RECOUNT_MS = 15_000; // the server stops a recount after 10 s
  const READ_MS = 20_000;
  const AGAIN_MS = 300;
  const daping = ((window.dash_clientside = window.dash_clientside || {}).daping =
    window.dash_clientside.daping || {});
  const byId = (id) => document.getElementById(id);
  const asked = { tile: null, metric: null, recount: null, split: null, why: 0 };

  const lang = () => document.documentElement.lang || "en";
  const inWords = (said) => (said && typeof said === "object" ? said[lang()] : said) ?? "—";

  // ---- numbers, every digit of them ----------------------------------------------------------------

  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

  /* An integer of a unit as text; money is in the smallest coin. Integers only: no float. */
  function written(value, unit, signed = false) {
    if (value === null || value === undefined) return "—";
    const sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
    const digits = String(Math.abs(value));
    const { symbol, exponent } = byId("notice").dataset;
    const places = unit === "money" ? Number(exponent) : unit === "rate" ? 4 : 0;
    const padded = digits.padStart(places + 1, "0");
    const whole = grouped(padded.slice(0, padded.length - places));
    const rest = places ? `.${padded.slice(-places)}` : "";
    const [before, after] = unit === "money" ? [symbol, ""] : unit === "rate" ? ["", "%"] : ["", ""];
    return sign + before + whole + rest + after;
  }

  function number(value, unit, signed) {
    const span = document.createElement("span");
    span.className = "num";
    span.textContent = written(value, unit, signed);
    if (value !== null && value !== undefined) span.dataset.value = String(value);
    span.dataset.kind = { money: "full-money", rate: "percent-4" }[unit] || "whole";
    if (signed) span.dataset.kind += "-signed";
    return span;
  }

  // ---- asking ----------------------------------------------------------------------------------------

  /* Ask until the server has read what it needs; raises when it refuses or takes too long. */
  async function ask(path, more) {
    const query = daping.query();
    query.delete("theme");
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    const patience = AbortSignal.timeout(READ_MS);
    for (;;) {
      const answer = await fetch(`${path}?${query}`, { cache: "no-store", signal: patience });
      if (answer.status !== 202) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      }
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }

  function failed(fault) {
    console.info(fault.message);
    return byId("notice").dataset[fault.message === "429" || fault.message === "503" ? "busy" : "failed"];
  }

  // ---- why this number ------------------------------------------------------------------------------

  const slot = (name) => byId("why").querySelector(`[data-slot="${name}"]`);
  const put = (name, ...said) => slot(name).replaceChildren(...said);

  async function why(tile) {
    const turn = ++asked.why;
    asked.tile = tile;
    asked.metric = JSON.parse(byId("why").dataset.metrics)[tile];
    byId("why").querySelector(".recounted").classList.add("away");
    for (const place of byId("why").querySelectorAll("[data-slot]")) place.textContent = "";
    try {
      const said = await ask("why.json", { metric: asked.metric });
      if (turn === asked.why) explain(said);
    } catch (fault) {
      if (turn === asked.why) put("progress", failed(fault));
    }
  }

  function explain(said) {
    const { window: stretch, sources, counts } = said;
    const ends = [stretch.start, stretch.end].map(localMinute).join(" – ");
    const cut = stretch.until !== null && stretch.until !== stretch.end;
    const name = stretch.label ? inWords(stretch.label) : stretch.name;
    put("description", inWords(said.description));
    put("label", inWords(said.label));
    put("shown", number(said.value, said.unit));
    put("formula", inWords(said.formula));
    put("unit", byId("why").getAttribute(`data-unit-${said.unit}`) || said.unit);
    const words = byId("why").dataset;
    const line = words.window.replace("{name}", name).replace("{ends}", ends);
    put("window", cut ? words.cut.replace("{line}", line).replace("{time}", localMinute(stretch.until)) : line);
    const origin = byId("why").getAttribute(`data-from-${sources.origin}`) || sources.origin;
    put("sources", [sources.topic, origin, `${sources.link ?? "—"}:${sources.generation ?? "—"}`]
      .filter(Boolean).join(" · "));
    put("freshness", words.seconds.replace("{s}", said.freshness_s));
    put("counts", ...["counted", "duplicate", "rejected", "late"].flatMap((name, i) => [
      i ? " · " : "", number(counts[name], ""), ` ${words[name]}`]));
    for (const button of byId("why").querySelectorAll('[data-act="recount"]'))
      button.disabled = !said.recount;
  }

  async function recount() {
    const id = crypto.randomUUID ? crypto.randomUUID() : String(Date.now());
    asked.recount = id;
    running(true);
    try {
      const query = daping.query();
      query.delete("theme");
      query.set("metric", asked.metric);
      query.set("id", id);
      const answer = await fetch(`recount.json?${query}`, {
        method: "POST", cache: "no-store", signal: AbortSignal.timeout(RECOUNT_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (asked.recount === id) recounted(await answer.json());
    } catch (fault) {
      if (asked.recount === id) put("progress", failed(fault));
    } finally {
      if (asked.recount === id) running(false);
    }
  }

  function running(on) {
    byId("why").querySelector('[data-act="recount"]').hidden = on;
    byId("why").querySelector('[data-act="cancel-recount"]').hidden = !on;
    if (on) put("progress", byId("notice").dataset.counting);
  }

  function recounted(said) {
    put("progress", "");
    put("value", number(said.value, said.unit));
    put("difference", number(said.difference, said.unit, true));
    put("rows", number(said.rows, ""));
    put("seconds", Number(said.seconds).toFixed(2));
    put("until", localMinute(said.until));
    put("sql", said.sql);
    put("parameters", Object.entries(said.parameters).map(([name, value]) => `${name} = ${value}`).join(", "));
    byId("why").querySelector(".recounted").classList.remove("away");
  }

  function localMinute(minute) {
    const style = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: byId("why").dataset.zone };
    return new Intl.DateTimeFormat(lang() === "zh" ? "zh-CN" : "en-GB", style).format(minute * 60_000);
  }

  async function cancelRecount() {
    const id = asked.recount;
    asked.recount = null;
    running(false);
    put("progress", byId("notice").dataset.stopped);
    try {
      await fetch(`recount.json?id=${id}`, { method: "DELETE", signal: AbortSignal.timeout(RECOUNT_MS) });
    } catch (fault) {
      console.info(fault.message); // it ends by itself after 10 s
    }
  }

  // ---- what changed --------------------------------------------------------------------------------

  async function changes(dimension) {
    const panel = byId("changes");
    const tabs = [...panel.querySelectorAll("[data-split]")];
    if (!tabs.length) return;
    asked.split = dimension || tabs[0].dataset.split;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.split === asked.split));
    const [split, wrong] = [asked.split, panel.querySelector(".wrong")];
    wrong.textContent = byId("notice").dataset.reading;
    try {
      const said = await ask("changes.json", { dimension: split, metric: panel.dataset.metric });
      if (split === asked.split) tabulate(said, panel);
      wrong.textContent = "";
    } catch (fault) {
      wrong.textContent = failed(fault);
    }
  }

  function tabulate(said, panel) {
    const most = Math.max(1, ...said.rows.map((row) => Math.abs(row.difference)));
    const line = (name, row, bar) => {
      const tr = document.createElement("tr");
      const head = document.createElement("th");
      head.textContent = head.title = name;
      const cells = [row.own, row.value].map((value) => cell(number(value, said.unit)));
      tr.append(head, bar, ...cells, cell(number(row.difference, said.unit, true)));
      return tr;
    };
    const rows = said.rows.map((row) => {
      const tr = line(inWords(row.name), row, cell(bar(row.difference, most), "b"));
      tr.dataset.id = row.key;
      return tr;
    });
    panel.querySelector("tbody").replaceChildren(...rows);
    const foot = panel.querySelector("tfoot");
    foot.replaceChildren(...(said.total ? [line(foot.dataset.sum, said.total, cell("", "b"))] : []));
  }

  function cell(content, kind = "n") {
    const td = document.createElement("td");
    td.className = kind;
    td.append(content);
    return td;
  }

  /* A bar from the middle: to the right what grew, to the left what fell; a length, not a number. */
  function bar(difference, most) {
    const place = document.createElement("span");
    place.className = "diff";
    const mark = document.createElement("i");
    mark.className = difference < 0 ? "fell" : "grew";
    mark.style.width = `${(Math.abs(difference) / most) * 50}%`;
    place.append(mark);
    return place;
  }

  Object.assign(daping, { why, recount, cancelRecount, changes, written, asked: () => asked });
})();
