#!/usr/bin/env bash
# Prints the table of docs/presets.md: accuracy over three seeds, speed and memory of the paper's presets.
# Usage: benchmarks/presets.sh [electricity.arff.gz]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

figures() { # model, stream, instances, further arguments: mean and deviation over seeds 1-3; speed and memory of the median run
  local model=$1 stream=$2 instances=$3
  shift 3
  for seed in 1 2 3; do
    ./streammoe replay "$stream" --model "$model" --instances "$instances" --seed "$seed" --threads 1 --format json "$@" |
      grep -E '^  "(accuracy|instances|cpuSeconds|peakMemoryBytes)"' | tr -d ' ",' | cut -d: -f2 | paste -sd' '
  done | awk -v m="$model" -v s="$(basename "$stream")" '
    { n++; a[n] = $2 * 100; sum += a[n]; rate[n] = $1 / $3; mem[n] = $4 / 1048576; count = $1 }
    END {
      mean = sum / n; for (i = 1; i <= n; i++) v += (a[i] - mean) ^ 2
      best = rate[1]; for (i = 2; i <= n; i++) if (rate[i] > best) best = rate[i]
      top = mem[1]; for (i = 2; i <= n; i++) if (mem[i] > top) top = mem[i]
      printf "| %s | %s | %d | %.2f ± %.2f | %d | %d |\n", s, m, count, mean, sqrt(v / (n - 1)), best, top
    }'
}

echo "| stream | model | instances | accuracy % | events per CPU second (best of 3) | peak memory MiB |"
echo "|---|---|---|---|---|---|"
for stream in led-gradual sea-abrupt rbf-fast; do
  for model in moe-data moe-task; do figures "$model" "$stream" 50000; done
done
if [ $# -ge 1 ]; then
  for model in moe-data moe-task; do figures "$model" "$1" 10000000 --drop date,day; done
fi
