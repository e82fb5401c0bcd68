/* The charts of StreamMoeCharts (charts.js, loaded before this file) that have one row an expert: the pool's timeline, and the heat map of the routing. */
Object.assign(StreamMoeCharts, (() => {
  "use strict";

  const { kindOf, percent, clock } = StreamMoeCharts;
  const { AXIS, frame, surface, marker, eachMark, driftText, nearest, lastOf, place, plural, short } = StreamMoeCharts.parts;
  const STATES = { active: "Active", trial: "On trial", background: "Background", parked: "Parked" };
  const EVENTS = {
    spawn: "put on trial", promote: "promoted", drop: "dropped", merge: "merged", prune: "pruned", revive: "revived",
    background: "learns in the background", shadow: "in the shadow", restore: "restored",
  };

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

  return { pool, heat };
})());
