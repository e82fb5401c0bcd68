/* The live page (docs/live.md): reads /api/live once and /api/events every second, keeps a bounded history, and draws it with StreamMoeCharts.
 * The events are read by fetch instead of EventSource, which cannot send the token. */
const StreamMoeLive = (() => {
  "use strict";

  const MOST_RECENT = 1800, MOST_ALL = 2000, MOST_MARKS = 800, MOST_NOTES = 50, MOST_LETTERS = 20, SILENCE = 5000, FIRST_PAUSE = 1000, LONGEST_PAUSE = 15000;
  const Charts = StreamMoeCharts, byId = (id) => document.getElementById(id);
  const POINT = { position: 0, time: 1, accuracy: 2, low: 3, high: 4, noChange: 5, majority: 6, throughput: 7, lag: 8, shares: 9 };
  const store = {
    get token() { try { return sessionStorage.getItem("streammoe-token") ?? ""; } catch { return ""; } },
    set token(value) { try { sessionStorage.setItem("streammoe-token", value); } catch { /* The tab asks again after a reload. */ } },
  };
  let token = store.token;

  /* What is known. */
  const fresh = () => ({ serial: -1, points: [], experts: [], marks: [], decisions: [], signals: [], letters: [], worker: null, figures: null });
  let state = fresh();
  const view = { span: "recent", axis: "position", learner: "" };
  const charts = {};
  let drawing = 0;

  const mean = (a, b) => a == null ? b : b == null ? a : (a + b) / 2;
  const least = (a, b) => a == null ? b : b == null ? a : Math.min(a, b);
  const most = (a, b) => a == null ? b : b == null ? a : Math.max(a, b);

  /** One point for two neighbours: extremes stay. */
  function merge(a, b) {
    const longer = a[POINT.shares].length > b[POINT.shares].length ? a[POINT.shares] : b[POINT.shares];
    return [b[0], b[1], mean(a[2], b[2]), least(a[3], b[3]), most(a[4], b[4]), mean(a[5], b[5]), mean(a[6], b[6]), mean(a[7], b[7]), most(a[8], b[8]),
      longer.map((_, i) => mean(a[POINT.shares][i], b[POINT.shares][i]))];
  }

  /** Takes a message in; what is kept stays bounded however many come. */
  function apply(message) {
    state.worker = message.worker;
    state.figures = message.learner ?? null;
    if (message.serial == null) return;
    state.serial = message.serial;
    for (const point of message.points) if (!state.points.length || point[1] > state.points.at(-1)[1]) state.points.push(point);
    if (view.span === "recent") { if (state.points.length > MOST_RECENT) state.points.splice(0, state.points.length - MOST_RECENT); }
    else if (state.points.length > MOST_ALL) state.points = Charts.downsample(state.points, MOST_ALL / 2, merge);
    for (const expert of message.experts) state.experts[expert.row] = expert;
    for (const mark of message.marks) {
      const same = state.marks.findIndex((m) => m.position === mark.position && m.kind === mark.kind && m.source === mark.source);
      if (same >= 0) state.marks[same] = mark; else state.marks.push(mark);
    }
    if (state.marks.length > MOST_MARKS) state.marks.splice(0, state.marks.length - MOST_MARKS);
    for (const note of message.audit) keep(isExpertSignal(note) ? state.signals : state.decisions, note, MOST_NOTES);
    for (const note of message.deadLetters) keep(state.letters, note, MOST_LETTERS);
    redraw();
  }

  function keep(list, note, limit) {
    if (list.some((n) => n.serial === note.serial)) return;
    list.push(note);
    if (list.length > limit) list.shift();
  }

  const isSignal = (note) => note.kind === "drift" || note.kind === "warning";
  const isExpertSignal = (note) => isSignal(note) && note.expert >= 0;

  /** Draws at the next frame, however many messages come until then. */
  function redraw() { if (!drawing) drawing = requestAnimationFrame(() => { drawing = 0; draw(); }); }

  /* Drawing. */
  function text(id, value) { const element = byId(id); if (element.textContent !== value) element.textContent = value; }

  const bytes = (count) => count >= 2 ** 20 ? (count / 2 ** 20).toFixed(1) + " MiB" : Math.round(count / 1024) + " KiB";
  const duration = (s) => s < 120 ? Math.round(s) + " s" : s < 7200 ? Math.round(s / 60) + " min" : (s / 3600).toFixed(1) + " h";
  const milliseconds = (ms) => ms >= 1000 ? (ms / 1000).toFixed(1) + " s" : ms < 10 ? ms.toFixed(1) + " ms" : Math.round(ms) + " ms";
  const points = (difference) => `${difference < 0 ? "−" : "+"}${Math.abs(100 * difference).toFixed(1)}`;

  function data() {
    const field = view.axis === "time" ? 1 : 0, at = (entry) => view.axis === "time" ? entry.time : entry.position, list = state.points;
    const x = [], keepers = [];
    for (const point of list) {
      // By events: while none come the position stands still, and the newest sample of it counts.
      if (x.length && point[field] <= x.at(-1)) keepers[keepers.length - 1] = point;
      else { x.push(point[field]); keepers.push(point); }
    }
    const column = (name) => keepers.map((p) => p[POINT[name]]);
    const axis = { kind: view.axis, min: x[0] ?? 0, max: x.at(-1) ?? 1 };
    const marks = state.marks.map((m) => ({ ...m, x: at(m) })).sort((a, b) => a.x - b.x);
    // Filled by row: a row may be told before the ones above it.
    const known = state.experts.filter(Boolean).sort((a, b) => a.id - b.id);
    const experts = known.map((e) => ({
      id: e.id, kind: e.kind,
      intervals: e.states.map((s, i) => ({ from: s[field], to: e.states[i + 1]?.[field] ?? axis.max, state: s[2] })),
      events: e.events.map((s) => ({ x: s[field], kind: s[2] })),
    }));
    const rows = known.map((e) => ({ id: e.id, kind: e.kind, shares: keepers.map((p) => p[POINT.shares][e.row] ?? null) }));
    return { axis, x, marks, experts, rows, column };
  }

  function draw() {
    const worker = state.worker, figures = state.figures;
    if (!worker) return;
    text("about", `${worker.model} on ${worker.source === "embedded" ? "the built-in stream" : "Kafka, " + worker.guarantee} · up ${duration(worker.uptime)} · ${worker.version.replace(/(\+.{7}).*/, "$1")}`);
    health(worker.ready ? "ready" : "starting", worker.ready ? figures ? "Ready" : "Ready, no learner" : "Restoring");
    chooseLearners(worker.learners);
    if (!figures) return;
    const d = data(), last = state.points.at(-1) ?? [];
    tiles(d, last, figures);
    const line = (name, values, role = "model", more = {}) => ({ name, role, values, ...more });
    const { axis, x, marks } = d, signals = marks.filter((m) => m.kind === "drift" || m.source === "mixture");
    show("accuracy", Charts.accuracy, {
      axis, x, marks: signals, lines: [line("accuracy", d.column("accuracy"), "model", view.span === "all" ? { low: d.column("low"), high: d.column("high") } : {}),
        line("no change", d.column("noChange"), "floor"), line("majority class", d.column("majority"), "floor")],
    }, "Accuracy and floors");
    partitions(figures);
    byId("s-pool").hidden = byId("s-heat").hidden = d.experts.length < 2;
    if (d.experts.length >= 2) {
      show("pool", Charts.pool, { axis, marks, experts: d.experts }, "Pool");
      show("heat", Charts.heat, { axis, marks, x, rows: d.rows }, "Routing shares");
    }
    const drifts = marks.filter((m) => m.kind === "drift");
    show("rate", Charts.rate, { axis, x, marks: drifts, lines: [line("throughput", d.column("throughput"), "model", { unit: "events/s" })] }, "Throughput", { gutter: 52 });
    show("lag", Charts.rate, { axis, x, marks: drifts, lines: [line("lag", d.column("lag"), "model", { unit: "events" })] }, "Lag", { gutter: 52 });
    story(drifts.at(-1));
    lists();
  }

  const group = Charts.group();
  function show(name, make, content, title, more = {}) {
    if (charts[name]) charts[name].update(content);
    else charts[name] = make(byId("c-" + name), content, { title, group, ...more });
  }

  function tiles({ axis, marks, experts }, last, figures) {
    const accuracy = last[POINT.accuracy], best = most(last[POINT.noChange], last[POINT.majority]);
    text("t-accuracy", Charts.percent(accuracy));
    text("t-floors", accuracy == null ? "no labelled event yet" : best == null ? "" : `${points(accuracy - best)} points against the better floor, ${Charts.percent(best)}`);
    text("t-position", Charts.whole(figures.position));
    text("t-learned", `${Charts.whole(figures.learned)} learned`);
    const drifts = marks.filter((m) => m.kind === "drift" && m.x >= axis.min && m.x <= axis.max);
    text("t-drifts", Charts.whole(drifts.length));
    text("t-last-drift", drifts.length ? `last at ${Charts.whole(drifts.at(-1).position)}, ${Charts.clock(drifts.at(-1).time)}` : "none yet");
    const inState = (name) => experts.filter((e) => e.intervals.at(-1)?.state === name).length;
    text("t-experts", experts.length ? `${inState("active") + inState("trial")} of ${experts.length}` : Charts.whole(figures.experts));
    text("t-pool", experts.length ? [[inState("trial"), "on trial"], [inState("background"), "in background"], [figures.archived, "archived"]]
      .filter(([n]) => n).map(([n, name]) => `${n} ${name}`).join(", ") || bytes(figures.modelBytes) : bytes(figures.modelBytes));
    text("t-throughput", `${Charts.amount(last[POINT.throughput])}/s`);
    text("t-latency", `half within ${milliseconds(figures.p50)}, 99\u00a0% within ${milliseconds(figures.p99)}`);
    text("t-lag", Charts.whole(last[POINT.lag] ?? 0));
    const letters = Object.values(figures.deadLetters).reduce((sum, n) => sum + n, 0);
    text("t-letters", `${Charts.whole(letters)} dead ${letters === 1 ? "letter" : "letters"}${figures.waiting ? `, ${Charts.whole(figures.waiting)} wait` : ""}`);
  }

  /** Accuracy by partition, where partitions differ by more than chance explains. */
  function partitions(figures) {
    byId("s-partitions").hidden = !figures.partitionsDiffer;
    if (!figures.partitionsDiffer) return;
    byId("partitions").replaceChildren(...figures.partitions.map((p) => {
      const tile = document.createElement("div");
      tile.className = "tile";
      for (const [tag, content, style] of [["dt", `Partition ${p.partition}`, ""], ["dd", Charts.percent(p.accuracy), ""], ["dd", `${Charts.whole(p.scored)} labelled`, "sub"]]) {
        const cell = document.createElement(tag);
        cell.className = style;
        cell.textContent = content;
        tile.append(cell);
      }
      return tile;
    }));
  }

  /** In a sentence: what the last drift brought about. */
  function story(drift) {
    const box = byId("story");
    box.hidden = !drift;
    if (!drift) return;
    const since = state.decisions.filter((n) => n.position >= drift.position && !isSignal(n)), count = (kind) => since.filter((n) => n.kind === kind).length;
    const before = state.points.findLast((p) => p[0] <= drift.position)?.[POINT.accuracy], after = state.points.filter((p) => p[0] >= drift.position && p[POINT.accuracy] != null);
    const lowest = after.reduce((a, p) => Math.min(a, p[POINT.low] ?? p[POINT.accuracy]), 1), now = after.at(-1)?.[POINT.accuracy];
    const done = [["spawn", "put on trial"], ["revive", "brought back from the archive"], ["promote", "promoted"], ["drop", "dropped"], ["prune", "pruned"], ["merge", "merged"]]
      .map(([kind, name]) => [count(kind), name]).filter(([n]) => n).map(([n, name], i) => `${n} ${i ? "" : n === 1 ? "expert " : "experts "}${name}`);
    text("story", `Last drift at event ${Charts.whole(drift.position)}, seen by ${drift.detector}${drift.count > 1 ? ` (${drift.count} signals)` : ""}`
      + (done.length ? `: ${done.join(", ")}.` : ".")
      + (before != null && now != null ? ` Accuracy went from ${Charts.percent(before)} to ${Charts.percent(Math.min(lowest, before))} and is ${Charts.percent(now)} now.` : ""));
  }

  const NAMES = { drift: "Drift", warning: "Warning", spawn: "On trial", promote: "Promoted", drop: "Dropped", merge: "Merged", prune: "Pruned", revive: "Revived", background: "Background", shadow: "Shadow", restore: "Restored", schema: "Schema" };
  const figure = (value) => value == null ? "undefined" : Number.isInteger(value) ? Charts.whole(value) : (Math.abs(value) >= 0.01 ? value.toFixed(3) : value.toPrecision(2)).replace("-", "−");
  const words = (name) => name.replace(/[A-Z]/g, (c) => " " + c.toLowerCase());

  /** With several partitions an offset alone does not say which record is meant. */
  const severalPartitions = () => state.figures?.partitions?.length > 1;

  function lists() {
    const audit = byId("expert-signals").checked ? [...state.decisions, ...state.signals].sort((a, b) => a.serial - b.serial) : state.decisions;
    fill("audit", audit, (note) => [
      [NAMES[note.kind] ?? note.kind, "what " + note.kind],
      [(note.expert >= 0 ? `#${note.expert} ` : "") + Charts.kindOf(note.about || "of the events"), "about-what"],
      [Charts.whole(note.position), "where"],
      [[note.detector, ...Object.entries(note.evidence).map(([name, value]) => `${words(name)} ${figure(value)}`), severalPartitions() && note.source].filter(Boolean).join(" · "), "evidence"],
    ]);
    fill("letters", state.letters, (note) => [
      [note.reason, "what letter"], [note.error, "about-what"], [severalPartitions() ? note.source : note.source.slice(note.source.lastIndexOf("@") + 1), "where"],
      [note.value == null ? "no value" : note.value + (note.bytes > note.value.length ? " …" : ""), "evidence", "code"],
    ]);
    byId("no-audit").hidden = audit.length > 0;
    byId("no-letters").hidden = state.letters.length > 0;
  }

  /** The newest first; what is there already stays, so that nothing is read out twice and no selection is lost. */
  function fill(id, notes, cells) {
    const list = byId(id), key = notes.map((n) => n.serial).join();
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    const old = new Map([...list.children].map((item) => [item.dataset.serial, item]));
    list.replaceChildren(...notes.toReversed().map((note) => {
      const known = old.get(String(note.serial));
      if (known) return known;
      const item = document.createElement("li");
      item.dataset.serial = note.serial;
      for (const [content, style, tag] of cells(note)) {
        const cell = document.createElement(tag ?? "span");
        cell.className = style;
        cell.textContent = content;
        item.append(cell);
      }
      return item;
    }));
  }

  function health(name, label) {
    const box = byId("health");
    if (box.dataset.state !== name) box.dataset.state = name;
    text("health-text", label);
  }

  function chooseLearners(names) {
    const select = byId("learner"), key = names.join();
    byId("learner-label").hidden = names.length < 2;
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    select.replaceChildren(...names.map((name) => new Option(name, name)));
    if (view.learner) select.value = view.learner;
  }

  /* Talking to the worker. */
  let connection = new AbortController(), pause = FIRST_PAUSE;

  const url = (path, more = {}) => path + "?" + new URLSearchParams({ learner: view.learner, ...more });
  const headers = () => token ? { Authorization: "Bearer " + token } : {};

  async function get(path, signal) {
    const response = await fetch(path, { headers: headers(), signal, cache: "no-store" });
    if (response.status === 401) { askForToken(); throw new DOMException("A token is wanted.", "AbortError"); }
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return response;
  }

  /** Reads everything, then what is new, until the connection breaks; then again. */
  async function run() {
    connection.abort();
    const mine = connection = new AbortController();
    while (!mine.signal.aborted) {
      try {
        const snapshot = await (await get(url("/api/live", { span: view.span }), mine.signal)).json();
        state = fresh();
        apply(snapshot);
        await follow(mine);
      } catch (fault) {
        if (mine.signal.aborted || fault.name === "AbortError" && document.body.classList.contains("locked")) return;
        health("lost", "No connection, trying again");
      }
      if (mine.signal.aborted) return;
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(LONGEST_PAUSE, 2 * pause);
    }
  }

  async function follow(mine) {
    const stream = new AbortController(), stop = () => stream.abort();
    mine.signal.addEventListener("abort", stop);
    let watch = setTimeout(stop, SILENCE);
    try {
      const response = await get(url("/api/events", { since: state.serial }), stream.signal), reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(stop, SILENCE);
        pause = FIRST_PAUSE;
        const messages = (rest + value).split("\n\n");
        rest = messages.pop();
        for (const message of messages) if (message.startsWith("data: ")) {
          const content = JSON.parse(message.slice(6));
          if (content.serial != null && content.serial < state.serial || state.figures == null && content.learner) return;
          apply(content);
        }
      }
    } finally {
      clearTimeout(watch);
      stream.abort();
      mine.signal.removeEventListener("abort", stop);
    }
  }

  function askForToken() {
    const wrong = token !== "";
    document.body.classList.add("locked");
    byId("login").hidden = false;
    text("login-why", wrong ? "That token was refused. The worker knows another one, by http:token or http:tokenFile." : "It was started with http:token. The token stays in this tab.");
    health("starting", "Token wanted");
    byId("token").focus();
  }

  byId("login").addEventListener("submit", (e) => {
    e.preventDefault();
    store.token = token = byId("token").value;
    byId("token").value = "";
    byId("login").hidden = true;
    document.body.classList.remove("locked");
    run();
  });
  for (const radio of document.querySelectorAll("input[name=span]")) radio.addEventListener("change", () => { view.span = radio.value; run(); });
  for (const radio of document.querySelectorAll("input[name=axis]")) radio.addEventListener("change", () => { view.axis = radio.value; redraw(); });
  byId("expert-signals").addEventListener("change", lists);
  byId("learner").addEventListener("change", (e) => { view.learner = e.target.value; run(); });
  run();

  return { apply, get sizes() { return { points: state.points.length, marks: state.marks.length, notes: state.decisions.length + state.signals.length, letters: state.letters.length }; }, stop: () => connection.abort() };
})();
