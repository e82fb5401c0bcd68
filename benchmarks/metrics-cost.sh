#!/usr/bin/env bash
# What metrics cost a worker on its built-in stream. First the CPU time of a scrape, over 1,000 of them. Then CPU time an event, scraped every second
# against not scraped, in rounds whose order alternates, with median and least; a third argument names a folder with another build of the program, for
# example one from before a change, and each round runs that too, not scraped. Linux (reads /proc); a busy machine makes the second part noisy.
#   benchmarks/metrics-cost.sh [rounds=5, may be 0] [events a second=10000] [folder of another build]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-5} rate=${2:-10000} other=${3:-}
warm=5 measured=10 scrapes=1000
dotnet build src/StreamHost -c Release -v q --nologo >/dev/null
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cp -r artifacts/bin/StreamHost/release "$here/program"
ticks=$(getconf CLK_TCK)

cpu() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
learned() { curl -sf "$1/api/status" | grep -o '"learned":[0-9]*' | grep -o '[0-9]*'; }

start() { # program's folder, settings: sets worker and address
  local program=$1 setting arguments=()
  shift
  for setting in http:port=0 "$@"; do arguments+=(--set "$setting"); done
  dotnet "$program/streammoe.dll" serve "${arguments[@]}" 2>"$here/log" &
  worker=$!
  until address=$(grep -oE 'http://[0-9.:]+[0-9]' "$here/log" | head -n 1) && [ -n "$address" ] && curl -sf "$address/health/ready" >/dev/null; do sleep 0.1; done
  sleep $warm
}
stop() { kill -TERM $worker; wait $worker || true; }

start "$here/program" embedded:rate=500 http:requestsPerSecond=100000
curl -sf "$address/metrics?[1-100]" >/dev/null
idle=$(cpu $worker); sleep 5; idle=$(($(cpu $worker) - idle))
before=$(cpu $worker) began=$(date +%s%N)
bytes=$(curl -sf "$address/metrics?[1-$scrapes]" | wc -c)
awk -v c=$(($(cpu $worker) - before)) -v i=$idle -v s=$(($(date +%s%N) - began)) -v t="$ticks" -v n=$scrapes -v b="$bytes" \
  'BEGIN { printf "a scrape: %.2f ms of CPU time, %d bytes\n", 1000 * (c - i * s / 5e9) / t / n, b / n }'
stop

run() { # name, program's folder, scraped or not
  start "$2" "embedded:rate=$rate"
  local from before after to
  from=$(learned "$address"); before=$(cpu $worker)
  for _ in $(seq $measured); do
    [ "$3" != scraped ] || curl -sf "$address/metrics" >/dev/null
    sleep 1
  done
  after=$(cpu $worker); to=$(learned "$address")
  stop
  awk -v n="$1" -v c=$((after - before)) -v e=$((to - from)) -v t="$ticks" 'BEGIN { printf "%s %.3f us an event (%d events)\n", n, 1e6 * c / t / e, e }' | tee -a "$here/runs"
}

touch "$here/runs"
for round in $(seq "$rounds"); do
  arms=("not-scraped" "scraped")
  [ -n "$other" ] && arms+=("other")
  [ $((round % 2)) -eq 0 ] && arms=($(printf '%s\n' "${arms[@]}" | tac))
  for arm in "${arms[@]}"; do
    case $arm in
      other) run other "$other" no ;;
      *) run "$arm" "$here/program" "$arm" ;;
    esac
  done
done
for arm in not-scraped scraped other; do
  awk -v a=$arm '$1 == a { print $2 }' "$here/runs" | sort -n | awk -v a=$arm '{ v[NR] = $1 } END { if (NR) printf "%s: median %.2f us an event, least %.2f\n", a, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[1] }'
done
