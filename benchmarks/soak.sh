#!/usr/bin/env bash
# Runs a replay and a worker for long, and prints by tenths of the work whether speed, memory, open files and threads stay as they are.
# Usage: benchmarks/soak.sh [--instances N] [--stream STREAM] [--events N] [--brokers HOST:PORT] [--model PRESET] [--every SECONDS] [--keep DIR]
#   --instances N       Instances replayed. The default is 50,000,000; 0 leaves the replay out.
#   --stream STREAM     What is replayed, and sent to the brokers. The default is rbf-moderate, whose centroids never stand still.
#   --events N          Events that the worker learns. The default is 10,000,000; 0 leaves it out.
#   --brokers ADDRESS   The worker's events come from Kafka, through a topic of its own, with checkpoints; without it the worker serves its built-in
#                       stream of loan applications, whose five rules come back over and over, and keeps no checkpoints. The brokers must create topics by themselves.
#   --model PRESET      The default is adaptive.
#   --every SECONDS     Seconds between two samples. The default is 1.
#   --keep DIR          Samples and logs are kept in this folder.
# Exit code 1: from the second tenth to the last, memory (the least in a tenth, which the collector's pace moves least) or open files grew by more than
# 10 %, or instances a CPU second fell by more than a third.
# Linux (reads /proc); the replay's position is read from the line that it draws on a terminal, by 'script' of util-linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
instances=50000000 stream=rbf-moderate events=10000000 brokers= model=adaptive every=1 keep=
while [ $# -gt 0 ]; do
  case $1 in
    --instances) instances=$2; shift 2 ;;
    --stream) stream=$2; shift 2 ;;
    --events) events=$2; shift 2 ;;
    --brokers) brokers=$2; shift 2 ;;
    --model) model=$2; shift 2 ;;
    --every) every=$2; shift 2 ;;
    --keep) keep=$2; shift 2 ;;
    *) echo "soak.sh: '$1' is unknown; the options are --instances, --stream, --events, --brokers, --model, --every and --keep." >&2; exit 2 ;;
  esac
done
command -v script >/dev/null || { echo "soak.sh: 'script' was not found; it is in util-linux (Debian: bsdutils)." >&2; exit 2; }

folder=$(mktemp -d) running=
stop() {
  [ -z "$running" ] || { kill -TERM "$running" && wait "$running"; } 2>/dev/null || true
  [ -z "$keep" ] || { mkdir -p "$keep" && cp "$folder"/*.samples "$folder"/*.log "$folder"/*.metrics "$keep" 2>/dev/null; } || true
  rm -rf "$folder"
}
trap stop EXIT
ticks=$(getconf CLK_TCK)
pause() { read -rt "$1" <> <(:) || true; }

sample() { # process, position, file, further figures: adds one line of seconds, position, resident KiB, open files, threads, CPU ticks
  local files
  files=$(ls "/proc/$1/fd" 2>/dev/null | wc -l) || return 0 # it has just ended
  { awk -v ns="$(date +%s%N)" -v n="$2" -v files="$files" -v more="${*:4}" '
      FILENAME ~ /status$/ && $1 == "VmRSS:" { rss = $2 }
      FILENAME ~ /status$/ && $1 == "Threads:" { threads = $2 }
      FILENAME ~ /stat$/ { sub(/.*\) /, ""); cpu = $12 + $13 }
      END { if (rss && cpu) printf "%.3f %d %d %d %d %d %s\n", ns / 1e9, n, rss, files, threads, cpu, more }' \
    "/proc/$1/status" "/proc/$1/stat" >>"$3"; } 2>/dev/null || true
}

table() { # file of samples, all there is to do, heads of the further columns: by tenths, then the verdicts
  awk -v total="$2" -v heads="$3" -v ticks="$ticks" '
    function tenth(n) { n = int((n - 1) * 10 / total) + 1; return n < 1 ? 1 : n > 10 ? 10 : n }
    function change(name, from, to, limit,   percent) {
      percent = from ? 100 * (to / from - 1) : 0
      failed = limit && (limit > 0 ? percent > limit : percent < limit)
      bad += failed
      printf "- %s: %s → %s, %+.1f %%%s\n", name, from, to, percent, limit ? " (" (limit > 0 ? "at most +" : "at least ") limit " %)" (failed ? ": too much" : "") : ""
    }
    $2 <= 0 { next }
    { t = tenth($2)
      if (!began) { began = 1; time[0] = $1; count[0] = $2; cpu[0] = $6 }
      time[t] = $1; count[t] = $2; cpu[t] = $6
      if (!least[t] || $3 < least[t]) least[t] = $3
      if ($3 > most[t]) most[t] = $3
      if ($4 > files[t]) files[t] = $4
      if ($5 > threads[t]) threads[t] = $5
      more[t] = ""
      for (i = 7; i <= NF; i++) more[t] = more[t] " | " $i }
    END {
      n = split(heads, head, ","); line = "| instances | instances/s | instances a CPU second | resident, MiB, least | and most | open files | threads |"; rule = "|---|---|---|---|---|---|---|"
      for (i = 1; i <= n; i++) { line = line " " head[i] " |"; rule = rule "---|" }
      print line; print rule
      last = 0
      for (t = 1; t <= 10; t++) {
        if (!(t in count)) continue
        done = count[t] - count[last]
        wall = time[t] > time[last] ? done / (time[t] - time[last]) : 0
        speed[t] = cpu[t] > cpu[last] ? int(done / ((cpu[t] - cpu[last]) / ticks)) : 0
        printf "| %d | %d | %d | %.0f | %.0f | %d | %d%s |\n", count[t], wall, speed[t], least[t] / 1024, most[t] / 1024, files[t], threads[t], more[t]
        last = t
      }
      print ""
      if (!(2 in count) || !(10 in count)) { print "Too few samples: run for longer, or sample more often (--every)."; exit 1 }
      print "Second tenth → last:"
      change("least resident memory, MiB", sprintf("%.1f", least[2] / 1024), sprintf("%.1f", least[10] / 1024), 10)
      change("open files", files[2], files[10], 10)
      change("instances a CPU second", speed[2], speed[10], -33)
      change("threads", threads[2], threads[10], 0)
      exit bad > 0
    }' "$1"
}

replay() { # prints the table of a replay
  local pid= place= line
  : >"$folder/replay.log"
  # On a plain terminal the replay writes '12,345 of 50,000,000 · accuracy … · … experts · … drifts' over and over.
  script -qefc "stty cols 120; echo \$\$ >'$folder/pid'; exec env TERM=dumb ./streammoe replay '$stream' --model '$model' --instances $instances --threads 1 --format json >'$folder/replay.json'" \
    "$folder/replay.log" </dev/null >/dev/null &
  running=$!
  while kill -0 "$running" 2>/dev/null; do
    pause "$every"
    [ -n "$pid" ] || pid=$(cat "$folder/pid" 2>/dev/null) || true
    line=$(tail -c 600 "$folder/replay.log" | tr '\r' '\n' | grep -aE '^[0-9,]+ of .* drifts? *$' | tail -n 1) || true
    place=${line%% of *}
    [ -z "$pid" ] || [ -z "$place" ] || sample "$pid" "${place//,/}" "$folder/replay.samples" \
      "$(sed -E 's/.* ([0-9,]+) experts?.* ([0-9,]+) drifts? *$/\1 \2/' <<<"$line")"
  done
  wait "$running" || { running=; tail -c 2000 "$folder/replay.log" >&2; return 2; }
  running=
  echo "### \`replay $stream --model $model --instances $instances --threads 1\`"
  echo
  table "$folder/replay.samples" "$instances" "experts,drifts so far" || failed=1
  tr -d ' ",' <"$folder/replay.json" | awk -F: '!($1 in figure) { figure[$1] = $2 }
    END { printf "- at the end: accuracy %.2f %%, %.0f CPU s, model %.1f MiB, most memory %.0f MiB\n", 100 * figure["accuracy"], figure["cpuSeconds"], figure["modelBytes"] / 1048576, figure["peakMemoryBytes"] / 1048576 }'
  echo
}

scrape() { # port: the worker's metrics
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && tr -d '\r' <&3; exec 3>&-; } 2>/dev/null || true
}

worker() { # prints the table of a worker
  local port= learned=0 settings title topic=soak-$$-$RANDOM heads="model MiB,managed heap MiB,drifts so far" saved
  title="the worker on its built-in stream, $model"
  settings=(--set "model:preset=$model" --set http:port=0)
  if [ -n "$brokers" ]; then
    heads+=",checkpoints MiB,checkpoints"
    mkdir "$folder/state"
    title="the worker, exactly-once, $stream from a topic, $model"
    ./streammoe generate "$stream" --instances "$events" --kafka "$brokers" --topic "$topic" >&2
    settings+=(--set "kafka:bootstrapServers=$brokers" --set "kafka:eventTopic=$topic" --set "kafka:groupId=$topic" --set "checkpoints:directory=$folder/state")
  else
    settings+=(--set embedded:rate=1000000)
  fi
  ./streammoe serve "${settings[@]}" 2>"$folder/worker.log" &
  running=$!
  while [ "$learned" -lt "$events" ]; do
    pause "$every"
    kill -0 "$running" 2>/dev/null || { running=; tail -n 20 "$folder/worker.log" >&2; return 2; }
    if [ -z "$port" ]; then port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$folder/worker.log" | head -n 1 | sed 's/.*://') || true; fi
    [ -n "$port" ] || continue
    scrape "$port" >"$folder/worker.metrics"
    learned=$(awk '/^streammoe_learned_total/ { s += $NF } END { printf "%d", s }' "$folder/worker.metrics")
    saved=
    if [ -n "$brokers" ]; then
      saved="$(awk '/^streammoe_checkpoint_size_bytes/ { s += $NF } END { printf "%.1f", s / 1048576 }' "$folder/worker.metrics") $({ find "$folder/state" -type f 2>/dev/null || true; } | wc -l)"
    fi
    sample "$running" "$learned" "$folder/worker.samples" "$(awk '
      /^streammoe_memory_bytes.*part="model"/ { model += $NF } /^dotnet_heap_bytes/ { heap = $NF }
      /^streammoe_signals_total.*signal="drift"/ { drifts += $NF }
      END { printf "%.1f %.0f %d", model / 1048576, heap / 1048576, drifts }' "$folder/worker.metrics") $saved"
  done
  kill -TERM "$running"
  wait "$running" || { running=; tail -n 20 "$folder/worker.log" >&2; return 2; }
  running=
  echo "### $title"
  echo
  table "$folder/worker.samples" "$events" "$heads" || failed=1
  echo
}

./streammoe --version >/dev/null
failed=0
echo "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors, $(awk '{ print $1 }' /proc/loadavg) busy at the beginning; .NET $(dotnet --version); streammoe $(./streammoe --version); a sample every $every s; open files and threads are the most in a tenth."
echo
[ "$instances" -eq 0 ] || replay
[ "$events" -eq 0 ] || worker
exit "$failed"
