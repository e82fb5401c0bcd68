/* Draws the charts of a report: each property of the data is the id of an element, and says which chart of StreamMoeCharts goes into it. */
(() => {
  "use strict";
  const groups = new Map();
  for (const [id, { kind, title, group, data }] of Object.entries(JSON.parse(document.getElementById("report-data").textContent))) {
    if (!groups.has(group)) groups.set(group, StreamMoeCharts.group());
    StreamMoeCharts[kind](document.getElementById(id), data, { title, group: groups.get(group) });
  }
})();
