/* The wall's data drawn with ECharts, as its manual would have it: one instance a chart, animation
   and hover off, arrays handed to setOption with every tick; lists are HTML, written per tick. */
(function () {
  "use strict";

  const TICK_MS = Number(new URLSearchParams(location.search).get("tick") || 1000);
  const wall = document.getElementById("wall");
  const charts = new Map();
  const sections = new Map();

  function place(name) {
    const section = document.createElement("section");
    section.id = name;
    wall.append(section);
    return section;
  }

  function escaped(text) {
    return text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  }

  function write(name, texts) {
    if (!sections.has(name)) sections.set(name, { element: place(name), html: "" });
    const section = sections.get(name);
    const html = texts.map(([kind, text]) => `<span class="${kind}">${escaped(text)}</span>`).join("");
    if (section.html !== html) section.element.innerHTML = section.html = html;
  }

  function series(trace) {
    const data = trace.x.map((x, i) => [x, trace.y[i] === null ? "-" : trace.y[i]]);
    const line = trace.line || {};
    const second = trace.yaxis === "y2" ? 1 : 0;
    if (trace.type === "bar")
      return { type: "bar", data, xAxisIndex: second, yAxisIndex: second };
    if (trace.fill === "toself")
      return { type: "custom", xAxisIndex: second, yAxisIndex: second, data: [0], clip: true, silent: true,
        renderItem: (params, api) => ({ type: "group", children: polygons(trace).map((points) => ({
          type: "polygon", shape: { points: points.map((point) => api.coord(point)) },
          style: { fill: trace.fillcolor } })) }) };
    const dots = (trace.mode || "").includes("markers");
    return { type: "line", data, xAxisIndex: second, yAxisIndex: second, showSymbol: dots, symbol: "circle",
      symbolSize: (trace.marker && trace.marker.size) || 6, silent: true, connectNulls: false,
      lineStyle: { color: line.color, width: line.width || 0, type: line.dash === "dot" ? "dotted" : "solid" },
      itemStyle: { color: (trace.marker && trace.marker.color) || line.color } };
  }

  function polygons(trace) {
    const made = [[]];
    trace.x.forEach((x, i) => (x === null ? made.push([]) : made[made.length - 1].push([x, trace.y[i]])));
    return made;
  }

  function axis(said, grid) {
    const [low, high] = (said && said.range) || [undefined, undefined];
    const upside = low > high;
    return { type: "value", gridIndex: grid, min: upside ? high : low, max: upside ? low : high,
      inverse: upside, splitLine: { show: grid === 0 }, axisLabel: { show: Boolean(said && said.tickvals) } };
  }

  function draw(name, figure) {
    const first = !charts.has(name);
    if (first) {
      const chart = echarts.init(place(name), null, { renderer: "canvas", width: "auto", height: "auto" });
      charts.set(name, chart);
    }
    const axes = figure.axes;
    const two = Boolean(axes.yaxis2);
    charts.get(name).setOption({
      animation: false,
      grid: two ? [{ left: 0, right: 60, top: 6, height: "55%" }, { left: 0, right: 60, bottom: 24, height: "28%" }]
        : [{ left: 4, right: 4, top: 4, bottom: 4 }],
      xAxis: (two ? [0, 1] : [0]).map((grid) => axis(axes.xaxis, grid)),
      yAxis: (two ? [axes.yaxis, axes.yaxis2] : [axes.yaxis]).map(axis),
      series: figure.traces.map(series),
    }, { replaceMerge: ["series"] });
  }

  async function tick() {
    const answer = await fetch("data.json", { cache: "no-store" });
    if (!answer.ok) return;
    const data = await answer.json();
    performance.mark("refresh");
    for (const [name, texts] of Object.entries(data.parts)) write(name, texts);
    for (const [name, figure] of Object.entries(data.figures)) draw(name, figure);
  }

  setInterval(() => tick().catch((fault) => console.warn(fault)), TICK_MS);
})();
