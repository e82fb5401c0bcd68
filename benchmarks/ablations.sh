#!/usr/bin/env bash
# Prints the tables of docs/ablations.md: the default model with other gates and other training, without each kind of expert, without its
# lifecycle, and with late labels.
# Usage: benchmarks/ablations.sh [--instances N] [--seeds 1,2,3] [--threads N] [--keep DIR] [FILE…]     (100,000 instances, one thread)
# --keep is that of accuracy.sh.
set -euo pipefail
instances=100000
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

streams=(led-abrupt sea-abrupt rbf-moderate rbf-fast agrawal-abrupt sine-abrupt random-tree ${files[@]+"${files[@]}"})
delayed=(led-abrupt sea-abrupt rbf-moderate rbf-fast ${files[@]+"${files[@]}"})
configurations=$scratch/configurations
mkdir "$configurations"

pool=$(./streammoe compare sea-abrupt --models adaptive --seeds 1 --instances 1 --format json | sed -n 's/^        "pool": "\(.*\)",\{0,1\}$/\1/p')
[ -n "$pool" ] || { echo "ablations.sh: the pool of 'adaptive' was not found in what compare prints." >&2; exit 1; }

variants="adaptive adaptive:gating=soft adaptive:gating=stacker adaptive:gating=top-k-vote adaptive:gating=top1"
variants+=" adaptive:routerTarget=best adaptive:trainTop=3 adaptive:lifecycle.enabled=false"

add() { # name, pool: a configuration file of that name; compare takes the file as a model
  if [ "$2" = "$pool" ] || [ -z "$2" ]; then
    echo "ablations.sh: '$1' changes nothing or leaves nothing of the pool: $pool" >&2
    exit 1
  fi
  printf '{"model": {"preset": "adaptive", "options": {"pool": "%s"}}}\n' "$2" >"$configurations/$1.json"
  variants+=" $configurations/$1.json"
}

without() { # name, test: leaves out the experts that the test accepts
  local expert kept=()
  for expert in $pool; do "$2" "$expert" || kept+=("$expert"); done
  add "$1" "${kept[*]-}"
}

is_linear() { [[ $1 =~ ^net:(.*,)?hidden1=0([,@]|$) ]]; }
is_hidden() { [[ $1 == net* ]] && ! is_linear "$1"; }
is_neighbours() { [[ $1 == neighbours* ]]; }
is_tree() { [[ $1 == *-tree* ]]; }
is_bayes() { [[ $1 == *-bayes* ]]; }
is_temporal() { [[ $1 == *@temporal ]]; }

without no-linear-nets is_linear
without no-hidden-nets is_hidden
without no-neighbours is_neighbours
without no-trees is_tree
without no-bayes is_bayes
without no-temporal-view is_temporal
add last-label-only "$(for expert in $pool; do is_temporal "$expert" || printf '%s ' "$expert"; done)no-change"
add no-averaged-weights "${pool//averaged=true/averaged=false}"

origin
echo
echo "Accuracy %, in parentheses the difference from the first row in points."
echo
table models "variant" 0 "$variants" "${streams[@]}"
for delay in 0 100 1000; do
  echo
  table models "labels $delay instances late" "$delay" "adaptive adaptive:gating=soft adaptive:gating=top1" "${delayed[@]}"
done
