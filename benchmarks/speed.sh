#!/usr/bin/env bash
# Prints the table of ratios of docs/speed.md: our instances a CPU second against MOA's and the reference's (benchmarks/peers.csv).
# Usage: benchmarks/speed.sh [--runs N] [--instances N] [--threads-too] [electricity.arff.gz]
#   --runs N        Runs a cell, of which the median counts. The default is 5.
#   --instances N   Instances of a synthetic stream. The default is 1,000,000.
#   --threads-too   Also compares two threads with one (wall time; needs two idle cores), and two programs side by side with one.
#   the file        Electricity with its 8 attributes; without it those rows are left out.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=5 instances=1000000 threads_too=0 electricity=
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    --instances) instances=$2; shift 2 ;;
    --threads-too) threads_too=1; shift ;;
    -*) echo "speed.sh: '$1' is unknown; the options are --runs, --instances and --threads-too." >&2; exit 2 ;;
    *) electricity=$1; shift ;;
  esac
done

replay() { # stream, model, threads: instances, CPU seconds, wall seconds
  local source=$1 limit=(--instances "$instances")
  [ "$1" = electricity ] && source=$electricity limit=()
  "$here/streammoe" replay "$source" --model "$2" --threads "$3" --seed 1 "${limit[@]}" --format json 2>/dev/null |
    grep -E '^  "(instances|cpuSeconds|seconds)"' | tr -d ' ",' | cut -d: -f2 | paste -sd' ' | awk '{ print $1, $3, $2 }'
}

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

rate() { # stream, model: thousand instances a CPU second, the median of the runs
  for _ in $(seq "$runs"); do replay "$1" "$2" 1 | awk '{ print $1 / $2 / 1000 }'; done | median
}

row() { # stream, model, our rate, peer, target
  awk -F, -v s="$1" -v m="$2" -v ours="$3" -v p="$4" -v target="$5" '
    $1 == s && $2 == p { ratio = ours / $3
      printf "| %s | %s | %.1f | %s | %s | %.2f | %s | %s |\n", s, m, ours, p, $3, ratio, target, ratio >= target ? "yes" : "no" }' "$here/benchmarks/peers.csv"
}

"$here/streammoe" --version >/dev/null
echo "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors, $(awk '{ print $1 }' /proc/loadavg) busy at the beginning; .NET $(dotnet --version); median of $runs runs, 1 thread, $instances instances or the whole file."
echo
echo "| stream | model | thousand instances a CPU second | against | its figure | ratio | target | met |"
echo "|---|---|---|---|---|---|---|---|"
streams=(led-gradual sea-abrupt rbf-fast)
[ -n "$electricity" ] && streams+=(electricity)
for stream in "${streams[@]}"; do
  row "$stream" hoeffding-tree "$(rate "$stream" hoeffding-tree)" moa-hoeffding-tree 2.5
  row "$stream" naive-bayes "$(rate "$stream" naive-bayes)" moa-naive-bayes 1.5
  row "$stream" adaptive-random-forest "$(rate "$stream" adaptive-random-forest:learners=10)" moa-adaptive-random-forest-10 3
  data=$(rate "$stream" moe-data)
  row "$stream" moe-data "$data" driftmoe-data 50
  row "$stream" moe-data "$data" moa-adaptive-random-forest-10 10
  adaptive=$(rate "$stream" adaptive)
  row "$stream" adaptive "$adaptive" moa-adaptive-random-forest-10 8
  row "$stream" adaptive "$adaptive" moa-leveraging-bagging-10 4
done
[ $threads_too = 1 ] || exit 0

wall() { # stream, model, threads: wall seconds, the median of the runs
  for _ in $(seq "$runs"); do replay "$1" "$2" "$3" | awk '{ print $3 }'; done | median
}

echo
echo "| stream | model | seconds with 1 thread | with 2 threads | ratio | target | met | one of two programs side by side | so two cores give at most |"
echo "|---|---|---|---|---|---|---|---|---|"
for stream in "${streams[@]}"; do
  for model in moe-data adaptive; do
    one=$(wall "$stream" "$model" 1)
    two=$(wall "$stream" "$model" 2)
    beside=$(for _ in $(seq "$runs"); do
      replay "$stream" "$model" 1 >/dev/null &
      replay "$stream" "$model" 1 | awk '{ print $3 }'
      wait
    done | median)
    awk -v s="$stream" -v m="$model" -v a="$one" -v b="$two" -v c="$beside" \
      'BEGIN { printf "| %s | %s | %.3f | %.3f | %.2f | 1.6 | %s | %.3f | %.2f |\n", s, m, a, b, a / b, a / b >= 1.6 ? "yes" : "no", c, 2 * a / c }'
  done
done
