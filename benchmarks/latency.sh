#!/usr/bin/env bash
# Prints the latency in the worker's path, from an event's arrival (before it is decoded) to its prediction, at several rates.
# Usage: benchmarks/latency.sh [--seconds N] [--model PRESET] [--linger DURATION]
#   --seconds N         Seconds measured at each rate. The default is 20.
#   --model PRESET      The default is moe-data.
#   --linger DURATION   Longest wait for a batch to fill, ISO 8601. The default is PT0.005S.
# The events are the built-in source's (JSON); the source and the learner share this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=20 model=moe-data linger=PT0.005S
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --model) model=$2; shift 2 ;;
    --linger) linger=$2; shift 2 ;;
    *) echo "latency.sh: '$1' is unknown; the options are --seconds, --model and --linger." >&2; exit 2 ;;
  esac
done

scrape() { # port: the worker's metrics
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && tr -d '\r' <&3; exec 3>&-; } 2>/dev/null || true
}
learned() { awk '/^streammoe_learned_total/ { print $NF }' "$1"; }
quantile() { # share, metrics before, metrics after: milliseconds, linear within a bucket as histogram_quantile has it
  awk -v share="$1" '/^streammoe_event_latency_seconds_bucket/ {
      match($0, /le="[^"]*"/); le = substr($0, RSTART + 4, RLENGTH - 5)
      if (FNR == NR) before[le] = $NF; else { n++; bound[n] = le; count[n] = $NF - before[le] }
    }
    END { wanted = share * count[n]
      for (b = 1; b <= n && count[b] < wanted; b++) ;
      low = b > 1 ? bound[b - 1] : 0
      if (bound[b] == "+Inf") printf "> %.1f", low * 1000
      else printf "%.1f", (low + (bound[b] - low) * (wanted - count[b - 1]) / (count[b] - count[b - 1])) * 1000 }' "$2" "$3"
}

folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT
./streammoe --version >/dev/null
echo "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors, $(awk '{ print $1 }' /proc/loadavg) busy at the beginning; .NET $(dotnet --version); $model on led-gradual, linger $linger, $seconds s a rate."
echo
echo "| events a second, asked for | learned a second | p50, ms | p99, ms | |"
echo "|---|---|---|---|---|"
for rate in 1000 10000 50000 1000000; do
  ./streammoe serve --set embedded:stream=led-gradual --set "embedded:rate=$rate" --set "model:preset=$model" --set "pipeline:linger=$linger" --set http:port=0 2>"$log" &
  worker=$! port=""
  # The first seconds, in which the runtime still compiles, are left out.
  until [ -n "$port" ]; do
    read -rt 0.1 <> <(:) || true
    port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$log" | head -n 1 | sed 's/.*://') || true
    kill -0 "$worker" 2>/dev/null || { cat "$log" >&2; exit 1; }
  done
  read -rt 5 <> <(:) || true
  scrape "$port" >"$folder/before"; start=$(date +%s%N)
  read -rt "$seconds" <> <(:) || true
  scrape "$port" >"$folder/after"; end=$(date +%s%N)
  kill -TERM "$worker"
  wait "$worker"
  awk -v rate="$rate" -v n=$(($(learned "$folder/after") - $(learned "$folder/before"))) -v ns=$((end - start)) \
    -v p50="$(quantile 0.5 "$folder/before" "$folder/after")" -v p99="$(quantile 0.99 "$folder/before" "$folder/after")" \
    'BEGIN { real = n / ns * 1e9; printf "| %d | %d | %s | %s | %s |\n", rate, real, p50, p99, (real < 0.97 * rate ? "saturated" : "") }'
done
