/* StreamMoeCharts: the charts of the live page and of reports.
 *
 * Plain functions on plain data: nothing here fetches, stores or knows where the data came from. Needs uPlot (global `uPlot`) and charts.css.
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

  const GUTTER = 148, GUTTER_NARROW = 46, NARROW = 620, RIGHT = 14, AXIS = 26, TABLE_ROWS = 24;
  const DASHES = { floor: [[6, 4], [2, 3]], model: [[], [10, 3], [10, 3, 2, 3], [4, 2], [1, 2]] };
  const STATES = { active: "Active", trial: "On trial", background: "Background", parked: "Parked" };
  const EVENTS = {
    spawn: "put on trial", promote: "promoted", drop: "dropped", merge: "merged", prune: "pruned", revive: "revived",
    background: "learns in the background", shadow: "in the shadow", restore: "restored",
  };
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
    let width = 0, frameId = 0, resting = "";
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
        host.replaceChildren();
        host.classList.remove("chart");
      },
    };
    const repaint = () => { colours.clear(); self.redraw(); };
    const sizes = new ResizeObserver(() => { if (plot.clientWidth !== width) { width = plot.clientWidth; self.redraw(); } });
    sizes.observe(plot);
    theme.addEventListener("change", repaint);
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

  const FONT = "12px system-ui, sans-serif";

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
      return { name: line.role === "floor" ? `chart-floor-${index % 2 + 1}` : `chart-line-${index % 5 + 1}`, dash: dashes[index % dashes.length] };
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
        ...(ratio ? [["drift", "drift"], ["warning", "warning"]] : [])]);
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

  /** What pool and heat share: rows of experts over the stream, and a cursor that has a row. */
  function rows(host, data, options, { list, paint, tell, key, summary, table, rowHeight }) {
    let cursor = null, row = -1, view = null, leave = () => {};
    const headOf = () => box.narrow ? 16 : 0, top = 14;
    const pitch = () => rowHeight + headOf();
    const box = frame(host, options, { draw, table: () => table(data), inspect });
    const area = surface(box, () => top + Math.max(1, list(data).length) * pitch() + AXIS);
    if (options.group) leave = options.group.join(follow);
    area.canvas.addEventListener("pointermove", (e) => {
      if (!view) return;
      row = Math.floor((e.offsetY - top) / pitch());
      move(view.valueAt(e.offsetX));
    });
    area.canvas.addEventListener("pointerleave", () => { row = -1; move(null); });

    function follow(x) { cursor = x; box.redraw(); }

    function move(x) {
      cursor = x;
      const expert = list(data)[row];
      box.read(x == null || !expert ? "" : `${place(data.axis, x)}: #${expert.id} ${kindOf(expert.kind)}, ${tell(data, expert, x)}`);
      options.group?.move(x, follow);
      box.redraw();
    }

    function inspect(step) {
      if (!step) { row = -1; return move(null); }
      const { min, max } = data.axis, last = list(data).length - 1;
      row = row < 0 ? 0 : Math.min(last, Math.max(0, row + step.row));
      move(step.edge ? (step.edge < 0 ? min : max) : Math.min(max, Math.max(min, (cursor ?? max) + step.step * (max - min) / 200)));
    }

    function draw() {
      view = area.begin(data.axis);
      const { context, at } = view, experts = list(data), bottom = top + experts.length * pitch();
      context.textAlign = "right";
      experts.forEach((expert, i) => {
        const y = top + i * pitch() + headOf(), label = `#${expert.id} ${kindOf(expert.kind)}`;
        if (i === row) { context.fillStyle = box.colour("chart-row"); context.fillRect(0, y - headOf(), box.width, pitch()); }
        context.fillStyle = box.colour("chart-text");
        if (!box.narrow) context.fillText(label, view.left - 10, y + rowHeight / 2, view.left - 14);
        paint(box, context, data, expert, y, view);
      });
      eachMark(data.marks.filter((m) => m.kind === "drift"), data.axis, at, 3, (mark, x) => marker(context, box, mark, x, top - 4, bottom, 1));
      if (box.narrow) nameRows(context, experts);
      if (cursor != null) {
        context.strokeStyle = box.colour("chart-text");
        context.setLineDash([3, 3]);
        context.beginPath();
        context.moveTo(at(cursor), top);
        context.lineTo(at(cursor), bottom);
        context.stroke();
        context.setLineDash([]);
      }
      ticks(context, bottom + AXIS / 2 + 1);
      box.key(key);
      box.name(experts.length ? `${summary(data)} ${driftText(data)} Up and down choose an expert.` : "Nothing to show yet.");
      box.rest(experts.length ? "" : "Nothing to show yet.");
      box.fillTable();
    }

    /** On narrow screens names stand above their rows, over the lines of the drifts. */
    function nameRows(context, experts) {
      context.textAlign = "left";
      context.lineWidth = 4;
      context.strokeStyle = box.colour("chart-surface");
      context.fillStyle = box.colour("chart-text");
      experts.forEach((expert, i) => {
        const y = top + i * pitch() + headOf() / 2 + 1, label = `#${expert.id} ${kindOf(expert.kind)}`;
        context.strokeText(label, view.left, y);
        context.fillText(label, view.left, y);
      });
    }

    function ticks(context, y) {
      const { min, max } = data.axis, count = Math.max(2, Math.floor((view.right - view.left) / (box.narrow ? 75 : 110))), raw = (max - min) / count;
      const power = 10 ** Math.floor(Math.log10(raw || 1)), step = data.axis.kind === "time"
        ? [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400].find((s) => s >= raw) ?? 86400
        : ([1, 2, 5, 10].find((s) => s * power >= raw) ?? 10) * power;
      context.fillStyle = box.colour("chart-text");
      context.textAlign = "center";
      for (let x = Math.ceil(min / step) * step; x <= max; x += step) {
        const text = data.axis.kind === "time" ? clock(x).slice(0, step < 60 ? 8 : 5) : short.format(x), half = context.measureText(text).width / 2;
        if (view.at(x) + half <= box.width) context.fillText(text, view.at(x), y);
      }
    }

    return {
      update(next) { data = next; box.redraw(); },
      destroy() { leave(); box.destroy(); },
    };
  }

  const stateAt = (expert, x) => expert.intervals.findLast((i) => i.from <= x)?.state;

  function paintIntervals(box, context, data, expert, y, { at }) {
    const height = 16;
    for (const { from, to, state } of expert.intervals) {
      if (to < data.axis.min || from > data.axis.max) continue;
      const x = at(from), width = Math.max(1, at(to) - x);
      context.fillStyle = context.strokeStyle = box.colour("chart-" + state);
      if (state === "active") context.fillRect(x, y + 2, width, height);
      else if (state === "background") context.fillRect(x, y + 7, width, 6);
      else if (state === "parked") context.fillRect(x, y + 9.5, width, 1);
      else hatch(context, x, y + 2, width, height);
    }
    for (const { x, kind } of expert.events) if (x >= data.axis.min && x <= data.axis.max) glyph(box, context, kind, at(x), y + 10);
  }

  function hatch(context, x, y, width, height) {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.globalAlpha = 0.25;
    context.fill();
    context.globalAlpha = 1;
    context.clip();
    context.lineWidth = 1.5;
    context.beginPath();
    // Lines start at multiples of 6, so that they do not wander while the bar moves.
    for (let line = Math.floor((x - height) / 6) * 6; line < x + width; line += 6) { context.moveTo(line, y + height); context.lineTo(line + height, y); }
    context.stroke();
    context.strokeRect(x + 0.75, y + 0.75, Math.max(0, width - 1.5), height - 1.5);
    context.restore();
  }

  /** Promoted ▲, restored and revived ◆, merged ▼, pruned and dropped ✕; what starts a bar of its own kind has none. */
  function glyph(box, context, kind, x, y) {
    const shape = { promote: [[0, -5], [5, 4], [-5, 4]], merge: [[0, 5], [5, -4], [-5, -4]], revive: [[0, -6], [5, 0], [0, 6], [-5, 0]], restore: [[0, -6], [5, 0], [0, 6], [-5, 0]] }[kind];
    context.lineWidth = 2;
    context.fillStyle = context.strokeStyle = box.colour("chart-glyph");
    const outline = box.colour("chart-surface");
    context.beginPath();
    if (shape) {
      shape.forEach(([dx, dy], i) => i ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy));
      context.closePath();
      context.strokeStyle = outline;
      context.stroke();
      context.fill();
    } else if (kind === "drop" || kind === "prune") {
      for (const [style, width] of [[outline, 5], [context.fillStyle, 2]]) {
        context.strokeStyle = style;
        context.lineWidth = width;
        context.beginPath();
        context.moveTo(x - 4, y - 4);
        context.lineTo(x + 4, y + 4);
        context.moveTo(x + 4, y - 4);
        context.lineTo(x - 4, y + 4);
        context.stroke();
      }
    }
  }

  function pool(host, data, options) {
    return rows(host, data, options, {
      list: (d) => d.experts, rowHeight: 20, paint: paintIntervals,
      tell: (d, expert, x) => (STATES[stateAt(expert, x)] ?? "not known yet").toLowerCase(),
      key: [["active", "active"], ["trial", "on trial"], ["background", "background"], ["parked", "parked"], ["glyph promote", "promoted"],
        ["glyph remove", "pruned or dropped"], ["glyph merge", "merged"], ["glyph revive", "revived, restored"], ["drift", "drift"]],
      summary: (d) => Object.entries(STATES).map(([state, name]) => [d.experts.filter((e) => e.intervals.at(-1)?.state === state).length, name.toLowerCase()])
        .filter(([count]) => count).map(([count, name]) => `${plural(count, "expert", "experts")} ${name}`).join(", ") + ".",
      table: (d) => ({
        head: ["Expert", "Kind", "State now", "Since", "Last events"],
        rows: d.experts.map((e) => [`#${e.id}`, e.kind, STATES[e.intervals.at(-1)?.state] ?? "–", e.intervals.length ? place(d.axis, e.intervals.at(-1).from) : "–",
          e.events.slice(-5).map((v) => `${EVENTS[v.kind] ?? v.kind} at ${place(d.axis, v.x)}`).join("; ") || "–"]),
      }),
    });
  }

  function mix(from, to, part) {
    const parse = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    const a = parse(from), b = parse(to);
    return `rgb(${a.map((v, i) => Math.round(v + part * (b[i] - v))).join(" ")})`;
  }

  function paintShares(box, context, data, expert, y, { at, left }) {
    const none = box.colour("chart-heat-none"), full = box.colour("chart-heat-full");
    // One column a pixel at most: the largest share of those that fall on it.
    let begin = left, most = null;
    for (let i = 0; i < data.x.length; i++) {
      if (data.x[i] < data.axis.min) continue;
      const share = expert.shares[i], end = at(data.x[i]);
      if (share != null) most = Math.max(most ?? 0, share);
      if (end - begin < 1 && i < data.x.length - 1) continue;
      if (most != null) {
        context.fillStyle = mix(none, full, Math.sqrt(Math.min(1, most)));
        context.fillRect(begin, y + 1, end - begin + 0.5, 18);
      }
      most = null;
      begin = end;
    }
  }

  function heat(host, data, options) {
    return rows(host, data, options, {
      list: (d) => d.rows, rowHeight: 20, paint: paintShares,
      tell: (d, expert, x) => `routing share ${percent(expert.shares[nearest(d.x, x)])}`,
      key: [["heat", "share of the routing, 0 to 100 %"], ["drift", "drift"]],
      summary: (d) => {
        const now = d.rows.map((r) => [lastOf(r.shares), r]).filter(([s]) => s != null).sort((a, b) => b[0] - a[0]).slice(0, 3);
        return now.length ? "Largest shares now: " + now.map(([s, r]) => `#${r.id} ${kindOf(r.kind)} ${percent(s)}`).join(", ") + "." : "No shares yet.";
      },
      table: (d) => {
        const step = Math.max(1, Math.ceil(d.x.length / 8)), columns = [];
        for (let i = d.x.length - 1; i >= 0; i -= step) columns.unshift(i);
        return { head: ["Expert", "Kind", ...columns.map((i) => place(d.axis, d.x[i]))], rows: d.rows.map((r) => [`#${r.id}`, r.kind, ...columns.map((i) => percent(r.shares[i]))]) };
      },
    });
  }

  return {
    accuracy: (host, data, options) => lines(host, data, options, "accuracy"),
    rate: (host, data, options) => lines(host, data, options, "rate"),
    pool, heat, group, downsample, kindOf, percent, amount, whole: (value) => whole.format(value), clock, events: EVENTS, states: STATES,
  };
})();
