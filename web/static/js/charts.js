// Paints the desk's charts with the chart library, over those that the server has drawn. What they
// show stands beside each as JSON; colours are the page's own, so both schemes fit.
"use strict";

const scheme = matchMedia("(prefers-color-scheme: dark)");

const tokens = () => {
  const probe = document.createElement("i");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["ink", "ink-2", "line", "hair", "accent", "raised", "ok", "warn", "bad", "info"];
  const found = Object.fromEntries(names.map((name) => [name, colour(name)]));
  probe.remove();
  return found;
};

const frame = (said, colour, font) => ({
  animation: false,
  aria: { enabled: true, label: { description: said.description } },
  textStyle: { color: colour.ink, fontFamily: font, fontSize: 15 },
  grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: colour.raised,
    borderColor: colour.line,
    textStyle: { color: colour.ink, fontFamily: font, fontSize: 15 },
  },
});

const SMALL = 15;

const axis = (colour) => ({
  axisLabel: { color: colour["ink-2"], fontSize: SMALL },
  axisLine: { lineStyle: { color: colour.line } },
  splitLine: { lineStyle: { color: colour.hair } },
});

const short = (words) => (words.length > 18 ? `${words.slice(0, 17).trimEnd()}…` : words);

const bars = (said, colour) => ({
  height: 34 * said.rows.length + 32,
  xAxis: { ...axis(colour), type: "value", show: false },
  yAxis: {
    ...axis(colour),
    type: "category",
    inverse: true,
    data: said.rows.map(([words]) => words),
    axisTick: { show: false },
    axisLabel: {
      color: colour.ink,
      fontSize: SMALL,
      width: 148,
      overflow: "truncate",
      formatter: short,
    },
  },
  tooltip: {
    formatter: ({ dataIndex }) => `${said.rows[dataIndex][0]}: ${said.rows[dataIndex][2]}`,
  },
  series: [
    {
      type: "bar",
      data: said.rows.map(([, value]) => value),
      barMaxWidth: 22,
      itemStyle: { color: colour.accent, borderRadius: 3 },
      label: {
        show: true,
        position: "right",
        color: colour.ink,
        fontSize: SMALL,
        formatter: ({ dataIndex }) => said.rows[dataIndex][2],
      },
    },
  ],
  grid: { left: 160, right: 72, top: 8, bottom: 8, containLabel: false },
});

const funnel = (said, colour) => {
  const first = said.rows[0][1] || 1;
  const told = ([words, value, figure], place) => {
    const before = place ? said.rows[place - 1][1] : 0;
    const lost = before > value ? `, ${(before - value).toLocaleString("en-GB")} fewer` : "";
    return `${words}: ${figure}, ${((100 * value) / first).toFixed(1)}% of the first${lost}`;
  };
  const drawn = bars(said, colour);
  drawn.tooltip.formatter = ({ dataIndex }) => told(said.rows[dataIndex], dataIndex);
  return drawn;
};

const curve = (said, colour) => {
  const line = { type: "line", showSymbol: false, stack: "band", silent: true };
  const days = said.rows.map(([day]) => day);
  return {
    height: 300,
    xAxis: {
      ...axis(colour),
      type: "category",
      data: days,
      boundaryGap: false,
      name: "Days since the start",
      nameLocation: "middle",
      nameGap: 32,
      nameTextStyle: { color: colour["ink-2"], fontSize: SMALL },
    },
    yAxis: {
      ...axis(colour),
      type: "value",
      axisLabel: { color: colour["ink-2"], fontSize: SMALL, formatter: "{value}%" },
    },
    grid: { left: 8, right: 24, top: 16, bottom: 40, containLabel: true },
    tooltip: {
      trigger: "axis",
      formatter: ([{ dataIndex }]) =>
        `Day ${said.rows[dataIndex][0]}: ${said.rows[dataIndex][4]}`.replace("; ", "\n"),
    },
    series: [
      { ...line, data: said.rows.map(([, , low]) => low), lineStyle: { opacity: 0 } },
      {
        ...line,
        data: said.rows.map(([, , low, high]) => high - low),
        lineStyle: { opacity: 0 },
        areaStyle: { color: colour.accent, opacity: 0.18 },
      },
      {
        type: "line",
        showSymbol: false,
        data: said.rows.map(([, middle]) => middle),
        lineStyle: { color: colour.accent, width: 3 },
        itemStyle: { color: colour.accent },
      },
    ],
  };
};

const movements = (said, colour) => {
  const up = [colour.ok, colour.info, colour["ink-2"], colour.line];
  const down = [colour.bad, colour.warn];
  const shade = (data) => (data.some((value) => value < 0) ? down : up).shift() ?? colour.line;
  const told = (place) =>
    [["At its end"], ...said.movements]
      .map(([name], number) => `${name}: ${said.figures[place][number]}`)
      .join("\n");
  return {
    height: 360,
    legend: { bottom: 0, textStyle: { color: colour.ink, fontSize: SMALL }, type: "scroll" },
    grid: { left: 8, right: 24, top: 24, bottom: 48, containLabel: true },
    xAxis: { ...axis(colour), type: "category", data: said.periods },
    yAxis: { ...axis(colour), type: "value" },
    tooltip: {
      trigger: "axis",
      formatter: ([{ dataIndex }]) => `${said.periods[dataIndex]}\n${told(dataIndex)}`,
    },
    series: [
      ...said.movements.map(([name, data]) => ({
        name,
        type: "bar",
        stack: "moved",
        data,
        barMaxWidth: 40,
        itemStyle: { color: shade(data) },
      })),
      {
        name: "At its end",
        type: "line",
        data: said.ends,
        symbolSize: 8,
        lineStyle: { color: colour.accent, width: 3 },
        itemStyle: { color: colour.accent },
      },
    ],
  };
};

const shapes = { bars, funnel, curve, movements };

const paint = (library, place, said) => {
  const colour = tokens();
  const { fontFamily } = getComputedStyle(document.body);
  const { height, ...own } = shapes[said.shape](said, colour);
  const whole = frame(said, colour, fontFamily);
  place.style.height = `${height}px`;
  const chart =
    library.getInstanceByDom(place) ?? library.init(place, null, { renderer: "svg" });
  chart.setOption({ ...whole, ...own, tooltip: { ...whole.tooltip, ...own.tooltip } }, true);
  chart.resize();
  return chart;
};

for (const data of document.querySelectorAll("script[data-chart]")) {
  const said = JSON.parse(data.textContent);
  const drawn = data.parentElement.querySelector("svg");
  import(data.dataset.chart).then((library) => {
    const place = document.createElement("div");
    place.className = "chart__live";
    drawn.before(place);
    const chart = paint(library, place, said);
    drawn.remove();
    place.setAttribute("role", "img");
    new ResizeObserver(() => chart.resize()).observe(place);
    scheme.addEventListener("change", () => paint(library, place, said));
  });
}
