// Charts: the interactive path chart. The drawing, the table and the ways to take both
// away are already on the page; this only adds to them.
"use strict";

(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const colours = () => ({
    ink: token("--k-ink"), ink2: token("--k-ink-2"), rule: token("--k-rule"), paper: token("--k-paper"),
    ground: token("--k-ground"), series: token("--k-series-1"), font: token("--k-font"),
    size: document.documentElement.dataset.elder ? 16 : 13,
  });

  const hatch = (colour) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const x of [-6, 0, 6]) { pen.moveTo(x, 6); pen.lineTo(x + 6, 0); }
    pen.stroke();
    return tile;
  };

  const option = (data, title) => {
    const c = colours();
    const text = { color: c.ink2, fontFamily: c.font, fontSize: c.size };
    const last = data.actual.at(-1);
    // Stocks are counted at year ends: the axis marks 31 December, not 1 January.
    const days = [...data.targets.map((one) => one.value[0]), ...data.actual.map((one) => one[0])].sort();
    const years = [];
    for (let year = Number(days[0].slice(0, 4)); year <= Number(days.at(-1).slice(0, 4)); year += 1) years.push(Date.parse(`${year}-12-31T00:00`));
    const series = [
      {
        name: data.words.target, type: "line", symbol: "circle", symbolSize: 6,
        lineStyle: { width: 1, color: c.ink }, itemStyle: { color: c.ground, borderColor: c.ink, borderWidth: 1 },
        label: { show: true, ...text },
        data: data.targets.map(({ value, above }) => ({ value, label: { position: above ? "top" : "bottom" } })), endLabel: { show: true, formatter: data.words.target, ...text },
      },
      {
        name: data.words.actual, type: "line", data: data.actual, symbol: "circle", symbolSize: 6, z: 3,
        lineStyle: { width: 2.25, color: c.series }, itemStyle: { color: c.series },
        markPoint: last ? {
          symbol: "circle", symbolSize: 9, data: [{ coord: last, value: last[1] }],
          label: { position: "bottom", distance: 8, color: c.ink, fontFamily: c.font, fontSize: c.size + 4, fontWeight: 600 },
        } : undefined,
      },
    ];
    if (last && data.forecast) {
      const [on, low, middle, high] = data.forecast;
      series.push(
        { type: "line", data: [last, [on, low]], stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } },
        {
          type: "line", data: [[last[0], 0], [on, high - low]], stack: "band", symbol: "none", silent: true, tooltip: { show: false },
          lineStyle: { opacity: 0 }, areaStyle: { color: { image: hatch(c.series), repeat: "repeat" }, opacity: 0.6 },
        },
        {
          name: data.words.forecast, type: "line", data: [last, [on, middle]], symbol: "none",
          lineStyle: { width: 1.5, type: "dashed", color: c.series },
          endLabel: { show: true, formatter: low === high ? `${low}` : `${low}–${high}`, ...text, offset: [0, 18] },
        },
      );
    }
    return {
      animation: !still, animationDuration: 120, backgroundColor: "transparent",
      aria: { enabled: true, label: { description: title } },
      grid: { left: 8, right: 84, top: 32, bottom: 8, containLabel: true },
      // Rich text keeps the tooltip on the canvas: an HTML one would need inline styles.
      tooltip: {
        trigger: "axis", renderMode: "richText", backgroundColor: c.paper, borderColor: c.rule, textStyle: { color: c.ink, fontFamily: c.font, fontSize: c.size },
        formatter: (points) => [points[0].axisValueLabel.slice(0, 10), ...points.filter((p) => p.seriesName && !p.seriesName.startsWith("series"))
          .map((p) => `${p.seriesName}  ${p.value[1]} ${data.unit}`)].join("\n"),
      },
      xAxis: {
        type: "time", axisLine: { lineStyle: { color: c.rule } }, splitLine: { show: false },
        axisTick: { show: true, customValues: years, lineStyle: { color: c.rule } },
        axisLabel: { ...text, customValues: years, formatter: (value) => `${new Date(value).getFullYear()}` },
      },
      yAxis: { type: "value", scale: true, minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: c.rule } } },
      series,
    };
  };

  document.querySelectorAll("figure[data-chart]").forEach((figure) => {
    const block = figure.querySelector('script[type="application/json"]');
    const canvas = figure.querySelector(".k-canvas");
    if (!block || !canvas || !window.echarts || figure.clientWidth < 560) return;
    const data = JSON.parse(block.textContent);
    const drawing = figure.querySelector(".k-drawing");
    const title = drawing.querySelector("desc").textContent;
    canvas.hidden = false;
    drawing.hidden = true;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", title);
    const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
    const draw = () => chart.setOption(option(data, title), true);
    draw();
    new ResizeObserver(() => chart.resize()).observe(canvas);
    document.addEventListener("kechuang:theme", draw);
    // Paper gets the drawing: it is sharp, and its colours follow the print styles.
    window.addEventListener("beforeprint", () => { canvas.hidden = true; drawing.hidden = false; });
    window.addEventListener("afterprint", () => { canvas.hidden = false; drawing.hidden = true; });
  });
})();
