# Reads the document that `streammoe compare --format json` prints (one key a line) and prints it as markdown.
# -v layout=streams: a row a stream, a column a model, the best in bold; then ranks and tests; then speed and size.
# -v layout=models:  a row a model, a column a stream, each with its difference from the first model in points; then mean rank and cost.
# -v caption=TEXT:   heads the column of names (layout=models).

function value(line) {
  sub(/^ *"[^"]*": /, "", line); sub(/,$/, "", line)
  if (line ~ /^"/) { sub(/^"/, "", line); sub(/"$/, "", line) }
  return line
}
function base(path) { sub(/.*\//, "", path); return path }
function percent(x) { return x == "null" ? "–" : sprintf("%.2f", x * 100) }
function known(x) { return x != "" && x != "null" }

/^  "/ { section = $1 }
/^  "interrupted": true/ { interrupted = 1 }
/^  "completeStreams"/ { complete = value($0) }
section == "\"models\":" && /^      "model":/ { models[++m] = value($0) }
section == "\"models\":" && /^      "meanRank":/ { rank[m] = value($0) }
section == "\"results\":" && /^      "stream":/ { stream = value($0); if (stream != streams[s]) streams[++s] = stream; i = 0 }
section == "\"results\":" && /^      "model":/ { i = (i_of[s]++) + 1 }
section == "\"results\":" && /^      "accuracy":/ { accuracy[s, i] = value($0) }
section == "\"results\":" && /^      "standardDeviation":/ { deviation[s, i] = value($0) }
section == "\"results\":" && /^      "instancesPerCpuSecond":/ { speed[s, i] = value($0) }
section == "\"results\":" && /^      "peakModelBytes":/ { bytes[s, i] = value($0) }
section == "\"results\":" && /^          "instances":/ { count[s] = value($0) }
section == "\"friedman\":" && /^    "chiSquare":/ { chi = value($0) }
section == "\"friedman\":" && /^    "p":/ { p = value($0) }
section == "\"friedman\":" && /^    "f":/ { f = value($0) }
section == "\"friedman\":" && /^    "fP":/ { fp = value($0) }
section == "\"nemenyi\":" && /^    "criticalDifference":/ { difference = value($0) }

function header(first, names, n, last,   k) {
  printf "| %s |", first
  for (k = 1; k <= n; k++) printf " %s |", base(names[k])
  printf "%s\n|---|", last
  for (k = 1; k <= n + (last == "" ? 0 : gsub(/\|/, "|", last)); k++) printf "---|"
  print ""
}

function by_stream(   a, b, best) {
  header("accuracy %", models, m, " instances |")
  for (a = 1; a <= s; a++) {
    best = -1
    for (b = 1; b <= m; b++) if (known(accuracy[a, b]) && accuracy[a, b] + 0 > best) best = accuracy[a, b] + 0
    printf "| %s |", base(streams[a])
    for (b = 1; b <= m; b++) {
      cell = percent(accuracy[a, b]) (known(deviation[a, b]) ? " ± " percent(deviation[a, b]) : "")
      printf known(accuracy[a, b]) && accuracy[a, b] + 0 == best ? " **%s** |" : " %s |", cell
    }
    print " " count[a] " |"
  }
  printf "| mean rank |"
  for (b = 1; b <= m; b++) printf " %s |", known(rank[b]) ? sprintf("%.2f", rank[b]) : "–"
  print "  |"
  print ""
  if (known(chi)) {
    printf "Over %d streams: Friedman χ² %.2f, p %.2g; Iman–Davenport F %s, p %.2g; ", complete, chi, p, known(f) ? sprintf("%.2f", f) : "∞", fp
    print known(difference) ? sprintf("Nemenyi critical difference of mean ranks %.2f at 0.05.", difference) : "Nemenyi: not given for so many models."
    print ""
  }
  header("thousand instances a CPU second", models, m, "")
  for (a = 1; a <= s; a++) {
    printf "| %s |", base(streams[a])
    for (b = 1; b <= m; b++) printf " %s |", known(speed[a, b]) ? sprintf("%.1f", speed[a, b] / 1000) : "–"
    print ""
  }
  print ""
  header("largest model, KiB", models, m, "")
  for (a = 1; a <= s; a++) {
    printf "| %s |", base(streams[a])
    for (b = 1; b <= m; b++) printf " %s |", known(bytes[a, b]) ? sprintf("%.0f", bytes[a, b] / 1024) : "–"
    print ""
  }
}

function by_model(   a, b, cost, n) {
  header(caption, streams, s, " mean rank | CPU µs an instance |")
  for (b = 1; b <= m; b++) {
    printf "| %s |", models[b]
    cost = n = 0
    for (a = 1; a <= s; a++) {
      printf " %s", percent(accuracy[a, b])
      if (b > 1 && known(accuracy[a, b]) && known(accuracy[a, 1])) printf " (%+.2f)", (accuracy[a, b] - accuracy[a, 1]) * 100
      printf " |"
      if (known(speed[a, b])) { cost += 1e6 / speed[a, b]; n++ }
    }
    printf " %s | %s |\n", known(rank[b]) ? sprintf("%.2f", rank[b]) : "–", (n == s ? sprintf("%.1f", cost / n) : "–")
  }
}

END {
  if (m == 0) exit 1
  if (layout == "models") by_model(); else by_stream()
  if (interrupted) print "\nInterrupted: runs are missing."
}
