"use strict";
// Draws each chart from the rows that stand in the page. Nothing is computed here: rows are read, filtered and drawn.
(() => {
  const narrow = () => document.documentElement.clientWidth < 640;
  const config = () => ({
    font: "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif",
    background: "transparent", aria: false, padding: { left: 2, right: narrow() ? 12 : 24, top: 4, bottom: 2 },
    view: { stroke: null }, bar: { color: "var(--c1)" }, line: { color: "var(--c1)", strokeWidth: 2 }, point: { color: "var(--c1)", filled: true, size: 60 },
    rule: { color: "var(--ink)" }, text: { color: "var(--ink)", fontSize: 12 },
    axis: { labelColor: "var(--ink)", titleColor: "var(--soft)", gridColor: "var(--line)", domainColor: "var(--strong-line)", tickColor: "var(--strong-line)",
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelOverlap: true, labelLimit: narrow() ? 150 : 440 },
    axisX: { grid: false },
    // the words of the upright axis stand over it, where they are read without turning the head
    axisYQuantitative: { titleAngle: 0, titleAlign: "left", titleBaseline: "bottom", titleX: 0, titleY: -10, domain: false, ticks: false },
    legend: { orient: "top", direction: narrow() ? "vertical" : "horizontal", labelColor: "var(--ink)", labelFontSize: 12, labelLimit: 320, titleColor: "var(--soft)",
      titleFontWeight: "normal", symbolSize: 160, offset: 26 },
  });
  const parse = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]])));
  const options = { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  const filters = [...document.querySelectorAll("select[data-filter]")];
  const views = [];

  const draw = (place) => {
    const { spec, tables } = JSON.parse(document.getElementById(place.dataset.rows).textContent);
    const datasets = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, parse(table)]));
    const whole = { width: "container", autosize: { type: "fit-x", contains: "padding" }, ...spec, datasets, config: config() };
    return vegaEmbed(place, whole, options).then(({ view }) => {
      views.push(view);
      // its numbers are in the table: the marks of a picture are nothing to move through
      place.querySelector("svg").setAttribute("aria-hidden", "true");
      filter();
    });
  };

  // a table shows the first rows that pass, a picture all that pass
  const filter = () => {
    const chosen = Object.fromEntries(filters.map((one) => [one.dataset.filter, one.value]));
    for (const table of document.querySelectorAll("table[data-filtered]")) {
      let left = Number(table.dataset.first) || Infinity, passed = 0;
      for (const row of table.tBodies[0].rows) {
        const passes = (!chosen.sector || row.dataset.sector === chosen.sector) && (!Number(chosen.least) || Number(row.dataset.size) >= Number(chosen.least));
        passed += passes;
        row.hidden = !passes || left-- <= 0;
      }
      const count = table.closest(".chart").querySelector(".count");
      if (count) count.textContent = `${Math.min(passed, Number(table.dataset.first) || passed)} of ${passed} rows`;
    }
    for (const view of views) {
      if (!filters.length || !("sector" in view.getState().signals)) continue;
      view.signal("sector", chosen.sector).signal("least", Number(chosen.least)).runAsync();
    }
  };
  for (const one of filters) one.addEventListener("change", filter);

  document.documentElement.classList.add("has-script");
  Promise.all([...document.querySelectorAll(".picture")].map(draw)).then(() => document.documentElement.classList.add("is-drawn"));
})();
