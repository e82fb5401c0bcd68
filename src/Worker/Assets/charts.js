/* StreamMoeCharts: the charts of the live page and of reports.
 *
 * Plain functions on plain data: nothing here fetches, stores or knows where the data came from. Needs uPlot (global `uPlot`) and charts.css.
 * Here are what all charts share and the lines; charts.pool.js, which is loaded after this file, adds pool and heat.
 * Each function draws into an empty element and returns a handle:
 *
 *     const chart = StreamMoeCharts.accuracy(element, data, options);
 *     chart.update(data);     // draws new data of the same shape
 *     chart.destroy();        // takes everything away again
 *
 * accuracy(element, Lines, options)   ratios over the stream: accuracy, floors, drift markers
 * rate(element, Lines, options)       one or more amounts from 0 upwards: throughput, lag, latency
 * pool(element, Pool, options)        one row an expert: bars by state, marks for what happened to it
 * heat(element, Heat, options)        one row an expert: its routing share by darkness
 * group()                             a cursor that all charts made with the same `options.group` share
 * downsample(points, most, merge)     halves a list until it is short enough, by merging neighbours
 *
 * Axis   { kind: "position" | "time", min, max }      what x means (time: seconds since 1970), and the part that is shown
 * Mark   { x, kind: "drift" | "warning", source, detector, count }       count = signals that this mark stands for
 * Lines  { axis, x: [number, ascending],
 *          lines: [{ name, role: "model" | "floor", values: [number | null], low: [..]?, high: [..]?, unit? }],     same length as x
 *          marks: [Mark] }                            low and high (ratios within a point's stretch) are drawn as a band
 * Pool   { axis, marks: [Mark],
 *          experts: [{ id, kind, intervals: [{ from, to, state }],          state: active, trial, background, parked; ascending
 *                      events: [{ x, kind }] }] }     kind: spawn, promote, drop, merge, prune, revive, background, shadow, restore
 * Heat   { axis, marks: [Mark], x: [number, ascending],
 *          rows: [{ id, kind, shares: [number in [0, 1] | null] }] }        same length as x; column i reaches from x[i-1] to x[i]
 * options{ title, height?, gutter? (pixels left of the drawing; charts with the same one stand under each other), group?, format?: (value) => text }               title is part of the text alternative
 *
 * Every chart has a text alternative: a summary as its accessible name, and a table behind "Show as table". It can be focused; the arrow keys
 * move the cursor, and the line below it tells the values there. Colours are custom properties of charts.css, never the only difference. */
const StreamMoeCharts = (() => {
  "use strict";

  const GUTTER = 148, GUTTER_NARROW = 46, NARROW = 620, RIGHT = 14, AXIS = 26, PAPER = 720, TABLE_ROWS = 24, FONT = "12px system-ui, sans-serif";
  const DASHES = { floor: [[6, 4], [2, 3]], model: [[], [10, 3], [10, 3, 2, 3], [4, 2], [1, 2]] };
  const theme = matchMedia("(prefers-color-scheme: dark)");

  const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
  const percent = (value) => value == null ? "–" : (100 * value).toFixed(1) + " %";
  const amount = (value) => value == null ? "–" : value >= 100 || value === 0 ? whole.format(value) : value.toPrecision(2);
  const clock = (x) => new Date(1000 * x).toLocaleTimeString("en-GB");
  const place = (axis, x) => axis.kind === "time" ? clock(x) : "event " + whole.format(x);
  const plural = (count, one, many) => `${whole.format(count)} ${count === 1 ? one : many}`;
  /** What an expert is, without its options: drifting-tree:lambda=6 is a drifting-tree, net:…@temporal a net@temporal. */
  const kindOf = (kind) => kind.replace(/:[^@]*/, "");
  const lastOf = (values) => values.findLast((v) => v != null) ?? null;

  function create(parent, tag, attributes = {}, text = "") {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    parent.append(element);
    return element;
  }

  /** Index of the value nearest to x in an ascending list; -1 for none. */
  function nearest(values, x) {
    if (!values.length) return -1;
    let low = 0, high = values.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < x) low = middle + 1; else high = middle;
    }
    return low > 0 && x - values[low - 1] < values[low] - x ? low - 1 : low;
  }

  function group() {
    const members = new Set();
    return {
      join(move) { members.add(move); return () => members.delete(move); },
      move(x, origin) { for (const move of members) if (move !== origin) move(x); },
    };
  }

  /** Merges neighbours pairwise until there are at most `most` points. */
  function downsample(points, most, merge) {
    while (points.length > most) {
      const half = [];
      for (let i = 0; i < points.length; i += 2) half.push(i + 1 < points.length ? merge(points[i], points[i + 1]) : points[i]);
      points = half;
    }
    return points;
  }

  /** What all charts have around their drawing: key, name, readout, table, size, theme, keyboard. */
  function frame(host, options, { draw, table, inspect }) {
    host.classList.add("chart");
    const key = create(host, "ul", { class: "chart-key", "aria-hidden": "true" });
    const plot = create(host, "div", { class: "chart-plot", tabindex: "0", role: "group", "aria-roledescription": "chart" });
    const foot = create(host, "div", { class: "chart-foot" }), readout = create(foot, "p", { class: "chart-readout" });
    const details = create(foot, "details", { class: "chart-table" });
    create(details, "summary", {}, "Show as table");
    const scroller = create(details, "div", { class: "chart-scroll", tabindex: "0", role: "region", "aria-label": options.title + " as table" });
    const colours = new Map();
    let width = 0, frameId = 0, resting = "", printing = false;
    const self = {
      plot,
      get width() { return width; },
      get gutter() { return options.gutter ?? (width < NARROW ? GUTTER_NARROW : GUTTER); },
      get narrow() { return width < NARROW; },
      colour(name) {
        if (!colours.has(name)) colours.set(name, getComputedStyle(host).getPropertyValue("--" + name).trim());
        return colours.get(name);
      },
      /** Draws at the next frame, however often it is asked for until then. */
      redraw() { if (!frameId && width > 0) frameId = requestAnimationFrame(() => { frameId = 0; draw(); }); },
      name(summary) { plot.setAttribute("aria-label", `${options.title}. ${summary} Arrow keys move the cursor.`); },
      rest(text) { resting = text; if (!plot.matches(":hover, :focus")) readout.textContent = text; },
      read(text) { readout.textContent = text || resting; },
      key(entries) {
        const text = JSON.stringify(entries);
        if (key.dataset.entries === text) return;
        key.dataset.entries = text;
        key.replaceChildren();
        for (const [style, label] of entries) { const item = create(key, "li"); create(item, "span", { class: "swatch " + style }); item.append(label); }
      },
      fillTable() {
        if (!details.open) return;
        const { head, rows } = table(), element = document.createElement("table");
        const top = create(create(element, "thead"), "tr");
        for (const cell of head) create(top, "th", { scope: "col" }, cell);
        const body = create(element, "tbody");
        for (const row of rows) {
          const line = create(body, "tr");
          row.forEach((cell, i) => create(line, i ? "td" : "th", i ? {} : { scope: "row" }, cell));
        }
        scroller.replaceChildren(element);
      },
      destroy() {
        cancelAnimationFrame(frameId);
        sizes.disconnect();
        theme.removeEventListener("change", repaint);
        removeEventListener("beforeprint", print);
        removeEventListener("afterprint", show);
        host.replaceChildren();
        host.classList.remove("chart");
      },
    };
    const repaint = () => { colours.clear(); self.redraw(); };
    /** For paper: at once, because no frame comes before it is printed; in light colours; charts.css makes the width that of the page. */
    const print = () => { printing = true; document.documentElement.classList.add("paper"); colours.clear(); width = PAPER; draw(); };
    const show = () => { printing = false; document.documentElement.classList.remove("paper"); width = plot.clientWidth; repaint(); };
    const sizes = new ResizeObserver(() => { if (!printing && plot.clientWidth !== width) { width = plot.clientWidth; self.redraw(); } });
    sizes.observe(plot);
    theme.addEventListener("change", repaint);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", show);
    details.addEventListener("toggle", self.fillTable);
    plot.addEventListener("focus", () => readout.setAttribute("aria-live", "polite"));
    plot.addEventListener("blur", () => { readout.removeAttribute("aria-live"); inspect(null); });
    plot.addEventListener("keydown", (e) => {
      const step = (e.shiftKey ? 10 : 1) * ({ ArrowLeft: -1, ArrowRight: 1 }[e.key] ?? 0), row = { ArrowUp: -1, ArrowDown: 1 }[e.key] ?? 0;
      const edge = { Home: -1, End: 1 }[e.key] ?? 0;
      if (e.key === "Escape") inspect(null);
      else if (step || row || edge) { e.preventDefault(); inspect({ step, row, edge }); }
    });
    return self;
  }

  /** The drawing area of a chart of our own: a canvas, and where x lies on it. */
  function surface(box, heightOf) {
    const canvas = create(box.plot, "canvas", { "aria-hidden": "true" });
    return {
      canvas,
      begin(axis) {
        const scale = devicePixelRatio || 1, height = heightOf(), width = box.width, left = box.gutter, room = Math.max(1, width - left - RIGHT);
        if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
          canvas.width = Math.round(width * scale);
          canvas.height = Math.round(height * scale);
          canvas.style.height = height + "px";
        }
        const context = canvas.getContext("2d"), span = axis.max - axis.min || 1;
        context.setTransform(scale, 0, 0, scale, 0, 0);
        context.clearRect(0, 0, width, height);
        context.font = FONT;
        context.textBaseline = "middle";
        const at = (x) => left + room * Math.min(1, Math.max(0, (x - axis.min) / span));
        return { context, at, left, right: left + room, height, valueAt: (pixel) => axis.min + span * Math.min(1, Math.max(0, (pixel - left) / room)) };
      },
    };
  }

  function marker(context, box, mark, x, top, bottom, scale) {
    const drift = mark.kind === "drift";
    context.save();
    context.strokeStyle = context.fillStyle = box.colour(drift ? "chart-drift" : "chart-warning");
    context.lineWidth = (drift ? 1.5 : 1) * scale;
    context.setLineDash(drift ? [] : [2 * scale, 4 * scale]);
    context.globalAlpha = drift ? 0.85 : 0.6;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    if (drift) {
      context.globalAlpha = 1;
      context.beginPath();
      context.moveTo(x - 5 * scale, top - 7 * scale);
      context.lineTo(x + 5 * scale, top - 7 * scale);
      context.lineTo(x, top + scale);
      context.fill();
    }
    context.restore();
  }

  /** Marks in view, drifts over warnings, those that would lie on each other once. */
  function eachMark(marks, axis, at, gap, draw) {
    for (const kind of ["warning", "drift"]) {
      let last = -Infinity;
      for (const mark of marks) {
        if (mark.kind !== kind || mark.x < axis.min || mark.x > axis.max || at(mark.x) - last < gap) continue;
        last = at(mark.x);
        draw(mark, last);
      }
    }
  }

  const driftsIn = ({ marks, axis }) => marks.filter((m) => m.kind === "drift" && m.x >= axis.min && m.x <= axis.max);
  const driftText = (data) => {
    const drifts = driftsIn(data);
    return drifts.length ? `${plural(drifts.length, "drift", "drifts")} in view, the last at ${place(data.axis, drifts.at(-1).x)}.` : "No drift in view.";
  };

  function lines(host, data, options, kind) {
    const ratio = kind === "accuracy", format = options.format ?? (ratio ? percent : amount), height = options.height ?? (ratio ? 260 : 150);
    let plot = null, shape = "", cursor = -1, leave = () => {}, muted = false;
    const styleOf = (line, i) => {
      const index = data.lines.slice(0, i).filter((l) => l.role === line.role).length, dashes = DASHES[line.role];
      return { name: line.role === "floor" ? `chart-floor-${index % 2 + 1}` : `chart-line-${index % 5 + 1}`, dash: dashes[(index + (line.role === "floor" ? 0 : Math.floor(index / 5))) % dashes.length] };
    };
    const tell = (i) => i < 0 || i >= data.x.length ? "" : place(data.axis, data.x[i]) + ": "
      + data.lines.map((l) => `${l.name} ${format(l.values[i])}${l.unit ? " " + l.unit : ""}`).join(" · ");
    const box = frame(host, options, {
      draw,
      table: () => {
        const step = Math.max(1, Math.ceil(data.x.length / TABLE_ROWS)), rows = [];
        for (let i = data.x.length - 1; i >= 0; i -= step) rows.push([place(data.axis, data.x[i]), ...data.lines.map((l) => format(l.values[i]))]);
        for (const mark of driftsIn(data).slice(-TABLE_ROWS).reverse()) rows.push([place(data.axis, mark.x), `drift of ${mark.source}`]);
        return { head: [data.axis.kind === "time" ? "Time" : "Position", ...data.lines.map((l) => l.name)], rows };
      },
      inspect(move) {
        if (!move) return point(-1, true);
        if (cursor < 0 || cursor >= data.x.length) cursor = data.x.length - 1;
        else cursor = move.edge ? (move.edge < 0 ? 0 : data.x.length - 1) : Math.min(data.x.length - 1, Math.max(0, cursor + move.step));
        point(cursor, true);
      },
    });
    if (options.group) leave = options.group.join(follow);

    function follow(x) { point(x == null ? -1 : nearest(data.x, x), false); }

    function point(i, own) {
      cursor = i;
      box.read(tell(i));
      if (plot) {
        muted = true;
        plot.setCursor(i < 0 ? { left: -10, top: -10 } : { left: plot.valToPos(data.x[i], "x"), top: -10 }, false);
        muted = false;
      }
      if (own) options.group?.move(i < 0 ? null : data.x[i], follow);
    }

    function build() {
      plot?.destroy();
      const bands = [], series = [{}];
      data.lines.forEach((line, i) => {
        const style = styleOf(line, i), stroke = () => box.colour(style.name);
        if (line.low) {
          series.push({ stroke: null, points: { show: false } }, { stroke: null, points: { show: false } });
          bands.push({ series: [series.length - 1, series.length - 2], fill: () => box.colour("chart-band") });
        }
        series.push({ stroke, width: line.role === "floor" ? 1.5 : 2, dash: style.dash, points: { show: false }, spanGaps: false });
      });
      const axisStyle = { stroke: () => box.colour("chart-text"), font: FONT, grid: { stroke: () => box.colour("chart-grid"), width: 1 }, ticks: { show: false } };
      plot = new uPlot({
        width: box.width, height, padding: [16, RIGHT, 0, 0], series, bands, legend: { show: false },
        scales: { x: { time: data.axis.kind === "time" }, y: { range: ratio ? ratioRange : (u, low, high) => [0, Math.max(1, 1.15 * (high ?? 1))] } },
        axes: [
          { ...axisStyle, size: AXIS, space: box.narrow ? 70 : 100, values: data.axis.kind === "time" ? [[3600, "{HH}:{mm}"], [60, "{HH}:{mm}"], [1, "{HH}:{mm}:{ss}"]] : (u, ticks) => ticks.map((t) => short.format(t)) },
          { ...axisStyle, size: box.gutter, gap: 8, space: 36, values: (u, ticks) => ticks.map((t) => ratio ? Math.round(100 * t) + " %" : short.format(t)) },
        ],
        cursor: { y: false, drag: { x: false, y: false }, points: { show: true, size: 7 } },
        hooks: {
          draw: [(u) => {
            const top = u.bbox.top, bottom = top + u.bbox.height, scale = devicePixelRatio || 1;
            eachMark(data.marks, data.axis, (x) => u.valToPos(x, "x", true), 3 * scale, (mark, x) => marker(u.ctx, box, mark, x, top, bottom, scale));
          }],
          setCursor: [(u) => { if (!muted) hover(u.cursor.left < 0 ? -1 : u.cursor.idx ?? -1); }],
        },
      }, table(), box.plot);
      plot.root.setAttribute("aria-hidden", "true");
    }

    function hover(i) {
      cursor = i;
      box.read(tell(i));
      options.group?.move(i < 0 ? null : data.x[i], follow);
    }

    /** Ratios: as much of 0 to 100 % as there are values, in steps of 10 %. */
    function ratioRange(u, low, high) {
      if (low == null) return [0, 1];
      return [Math.max(0, Math.floor(10 * low - 0.2) / 10), Math.min(1, Math.ceil(10 * high + 0.05) / 10)];
    }

    function table() {
      const columns = [data.x];
      for (const line of data.lines) {
        if (line.low) columns.push(line.low, line.high);
        columns.push(line.values);
      }
      return columns;
    }

    function draw() {
      const now = JSON.stringify([data.axis.kind, box.narrow, data.lines.map((l) => [l.name, l.role, !!l.low])]);
      if (now !== shape) { shape = now; build(); }
      if (plot.width !== box.width) plot.setSize({ width: box.width, height });
      plot.batch(() => {
        plot.setData(table(), false);
        plot.setScale("x", { min: data.axis.min, max: data.axis.max });
      });
      box.key([...data.lines.map((l, i) => [styleOf(l, i).name + " " + l.role, l.name]),
        ...(data.lines.some((l) => l.low) ? [["band", "lowest to highest"]] : []),
        ...(ratio && (data.marks.length || data.axis.kind === "time") ? [["drift", "drift"], ["warning", "warning"]] : [])]);
      const now1 = data.lines.map((l) => `${l.name} ${format(lastOf(l.values))}${l.unit ? " " + l.unit : ""}`).join(", ");
      box.name(data.x.length ? `Now ${now1}. ${driftText(data)}` : "Nothing to show yet.");
      box.rest(data.x.length ? "" : "Nothing to show yet.");
      box.fillTable();
    }

    return {
      update(next) { data = next; box.redraw(); },
      destroy() { leave(); plot?.destroy(); box.destroy(); },
    };
  }

  return {
    accuracy: (host, data, options) => lines(host, data, options, "accuracy"),
    rate: (host, data, options) => lines(host, data, options, "rate"),
    group, downsample, kindOf, percent, amount, whole: (value) => whole.format(value), clock,
    /** For charts.pool.js only. */
    parts: { AXIS, frame, surface, marker, eachMark, driftText, nearest, lastOf, place, plural, short },
  };
})();
