#!/usr/bin/env bash
# What metrics cost a worker: CPU time an event of `serve` on its built-in stream, scraped every second against not scraped, in pairs whose order
# alternates. Prints a line a run and the medians. Linux (reads /proc). With a third argument that names a folder with another build of the program,
# for example one from before a change, each round runs that too, not scraped.
#   benchmarks/metrics-cost.sh [rounds=5] [events a second=10000] [folder of another build]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-5} rate=${2:-10000} other=${3:-}
warm=5 measured=10
dotnet build src/StreamHost -c Release -v q --nologo >/dev/null
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cp -r artifacts/bin/StreamHost/release "$here/program"
ticks=$(getconf CLK_TCK)

cpu() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
learned() { curl -sf "$1/api/status" | grep -o '"learned":[0-9]*' | grep -o '[0-9]*'; }

run() { # name, program's folder, scraped or not
  dotnet "$2/streammoe.dll" serve --set http:port=0 --set "embedded:rate=$rate" 2>"$here/log" &
  local worker=$! address= from before
  until address=$(grep -oE 'http://[0-9.:]+[0-9]' "$here/log" | head -n 1) && [ -n "$address" ] && curl -sf "$address/health/ready" >/dev/null; do sleep 0.1; done
  sleep $warm
  from=$(learned "$address"); before=$(cpu $worker)
  for _ in $(seq $measured); do
    [ "$3" = scraped ] && curl -sf "$address/metrics" >/dev/null
    sleep 1
  done
  local after to
  after=$(cpu $worker); to=$(learned "$address")
  kill -TERM $worker; wait $worker || true
  awk -v n="$1" -v c=$((after - before)) -v e=$((to - from)) -v t="$ticks" 'BEGIN { printf "%s %.3f us an event (%d events)\n", n, 1e6 * c / t / e, e }' | tee -a "$here/runs"
}

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
echo "medians:"
for arm in not-scraped scraped other; do
  grep "^$arm " "$here/runs" 2>/dev/null | awk '{ print $2 }' | sort -n | awk -v a=$arm '{ v[NR] = $1 } END { if (NR) printf "%s %.3f\n", a, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }' || true
done
