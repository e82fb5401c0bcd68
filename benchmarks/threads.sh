#!/usr/bin/env bash
# Prints where a worker's time goes while it catches up: CPU and share of wall time by thread, the broker included, beside the CPU of a replay of the same events.
# Usage: benchmarks/threads.sh BROKERS [INSTANCES] [STREAM] [MODEL]
#   (1,000,000 instances of agrawal-abrupt and adaptive; the brokers must create topics by themselves, unless TOPIC names one with its events.
#   BROKER_PID, where the broker runs on this machine, adds its CPU. GUARANTEE is exactly-once unless it says at-least-once.)
# Measured between the first twentieth of the events, in which the runtime still compiles, and the last one. Threads of one name are added up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
brokers=${1:?the address of a broker is needed, as localhost:9092} instances=${2:-1000000} stream=${3:-agrawal-abrupt} model=${4:-adaptive}
guarantee=${GUARANTEE:-exactly-once} hertz=$(getconf CLK_TCK)

metrics() { # port: the worker's metrics
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && tr -d '\r' <&3; exec 3>&-; } 2>/dev/null || true
}
learned() { metrics "$1" | awk '/^streammoe_learned_total/ { s += $NF } END { printf "%d", s }'; }
threads() { # pid: name and ticks of each thread
  for task in /proc/"$1"/task/*; do
    { name=$(<"$task/comm") && read -r line <"$task/stat"; } 2>/dev/null || continue
    set -- "$1" ${line##*) }
    echo "$name	$((${13} + ${14}))"
  done
}
ticks() { # pid: ticks of a process
  read -r line <"/proc/$1/stat"
  set -- ${line##*) }
  echo $((${12} + ${13}))
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
topic=${TOPIC:-}
if [ -z "$topic" ]; then
  topic=events-$$-$RANDOM
  ./streammoe generate "$stream" --instances "$instances" --array --kafka "$brokers" --topic "$topic" >&2
fi
./streammoe serve --set "kafka:bootstrapServers=$brokers" --set "kafka:eventTopic=$topic" --set "kafka:groupId=threads-$$" --set "kafka:guarantee=$guarantee" \
  --set "model:preset=$model" --set "checkpoints:directory=$folder/checkpoints" --set http:port=0 2>"$folder/log" &
worker=$! port="" count=0
trap 'kill -TERM "$worker" 2>/dev/null || true; rm -rf "$folder"' EXIT
snapshot() { # name
  metrics "$port" >"$folder/metrics-$1"
  threads "$worker" >"$folder/threads-$1"
  { date +%s%N; awk '/^streammoe_learned_total/ { s += $NF } END { printf "%d\n", s }' "$folder/metrics-$1"; ticks "$worker"; [ -z "${BROKER_PID:-}" ] || ticks "$BROKER_PID"; } >"$folder/at-$1"
}
reach() { # count of events
  while [ "$count" -lt "$1" ]; do
    read -rt 0.2 <> <(:) || true
    [ -n "$port" ] || port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$folder/log" | head -n 1 | sed 's/.*://') || true
    [ -z "$port" ] || count=$(learned "$port")
    kill -0 "$worker" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
  done
}
reach $((instances / 20)); snapshot before
reach $((instances - instances / 20)); snapshot after
kill -TERM "$worker"
wait "$worker" || true

# What the learner alone costs: a replay of the same stream, less one of a twentieth of it, in which everything is compiled.
cpu_of() { # instances
  { TIMEFORMAT='%U %S'; time ./streammoe replay "$stream" --model "$model" --instances "$1" --threads 1 --format json >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
replay=$(awk -v a="$(cpu_of $((instances / 20)))" -v b="$(cpu_of $((instances / 5)))" -v n=$((instances / 5 - instances / 20)) 'BEGIN { printf "%.3f", (b - a) / n * 1e6 }')

awk -v hertz="$hertz" -v replay="$replay" -v title="$instances events of $stream, $model, $guarantee" -v cores="$(nproc)" '
  FILENAME ~ /at-before$/ { a[FNR] = $1; next }
  FILENAME ~ /at-after$/ { b[FNR] = $1; next }
  FILENAME ~ /threads-/ { split($0, f, "\t"); sub(/[ :0-9\/]*$/, "", f[1]); if (FILENAME ~ /before$/) cpu[f[1]] -= f[2]; else cpu[f[1]] += f[2]; next }
  FILENAME ~ /metrics-/ && /^streammoe_learner_seconds_total/ { match($0, /activity="[^"]*"/); k = substr($0, RSTART + 10, RLENGTH - 11); if (FILENAME ~ /before$/) sec[k] -= $NF; else sec[k] += $NF }
  END {
    wall = (b[1] - a[1]) / 1e9; n = b[2] - a[2]
    printf "%s: %d events/s on %d cores; replay costs %.2f µs of CPU an event.\n\n", title, n / wall, cores, replay
    print "| thread | share of wall time on a CPU, % | CPU, µs an event | of replay |"
    print "|---|---|---|---|"
    for (k in cpu) if (cpu[k] / hertz / wall >= 0.0005) printf "| %s | %.1f | %.2f | %.2f |\n", k, 100 * cpu[k] / hertz / wall, cpu[k] / hertz / n * 1e6, cpu[k] / hertz / n * 1e6 / replay | "sort -t\"|\" -k3 -rn"
    close("sort -t\"|\" -k3 -rn")
    p = (b[3] - a[3]) / hertz
    printf "| the worker, all threads | %.1f | %.2f | %.2f |\n", 100 * p / wall, p / n * 1e6, p / n * 1e6 / replay
    if (4 in a) printf "| the broker | %.1f | %.2f | %.2f |\n", 100 * (b[4] - a[4]) / hertz / wall, (b[4] - a[4]) / hertz / n * 1e6, (b[4] - a[4]) / hertz / n * 1e6 / replay
    if (length(sec) > 0) {
      print "\n| what the learner'"'"'s thread does | share of wall time, % |"
      print "|---|---|"
      for (k in sec) printf "| %s | %.1f |\n", k, 100 * sec[k] / wall | "sort"
    }
  }' "$folder"/at-before "$folder"/at-after "$folder"/threads-before "$folder"/threads-after "$folder"/metrics-before "$folder"/metrics-after
