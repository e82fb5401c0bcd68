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

status() { # port: the worker's status
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /api/status HTTP/1.0\r\n\r\n' >&3 && cat <&3; exec 3>&-; } 2>/dev/null || true
}
figure() { tr ',{' '\n\n' | sed -n "s/^\"$1\":\([0-9.]*\).*/\1/p" | head -n 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
./streammoe --version >/dev/null
echo "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors, $(awk '{ print $1 }' /proc/loadavg) busy at the beginning; .NET $(dotnet --version); $model on led-gradual, linger $linger, $seconds s a rate."
echo
echo "| events a second, asked for | learned a second | p50, ms | p99, ms | |"
echo "|---|---|---|---|---|"
for rate in 1000 10000 50000 1000000; do
  ./streammoe serve --set embedded:stream=led-gradual --set "embedded:rate=$rate" --set "model:preset=$model" --set "pipeline:linger=$linger" --set http:port=0 2>"$log" &
  worker=$! port="" learned=""
  while [ -z "${learned:-}" ] || [ "$learned" = 0 ]; do
    read -rt 0.1 <> <(:) || true
    port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$log" | head -n 1 | sed 's/.*://') || true
    [ -z "$port" ] || learned=$(status "$port" | figure learned)
    kill -0 "$worker" 2>/dev/null || { cat "$log" >&2; exit 1; }
  done
  start=$(date +%s%N)
  read -rt "$seconds" <> <(:) || true
  now=$(status "$port") end=$(date +%s%N)
  kill -TERM "$worker"
  wait "$worker"
  awk -v rate="$rate" -v n=$(($(figure learned <<<"$now") - learned)) -v ns=$((end - start)) -v p50="$(figure p50Milliseconds <<<"$now")" -v p99="$(figure p99Milliseconds <<<"$now")" \
    'BEGIN { real = n / ns * 1e9; printf "| %d | %d | %.1f | %.1f | %s |\n", rate, real, p50, p99, (real < 0.97 * rate ? "saturated" : "") }'
done
