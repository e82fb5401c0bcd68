#!/usr/bin/env bash
# Judges a change of learning: two builds, or two sets of options, on the same streams with the same seeds.
# Usage: benchmarks/judge.sh [--instances N] [--seeds 1,2,3] [--model-seeds 1,2,3] [--file-seeds 1,2,3,4,5,6,7,8,9] [--old PROGRAM] [--new PROGRAM]
#          [--old-options 'OPTIONS'] [--new-options 'OPTIONS'] [--options 'OPTIONS'] [--figure accuracy] [--keep DIR] STREAM…
# A PROGRAM is a streammoe.dll (default: this checkout's); OPTIONS are those of replay, quoted as in a shell. A synthetic stream is run with every
# stream seed and every model seed, a file with every model seed of --file-seeds. A stream is lost when the mean difference is below -0.1 points
# and at least 8 of 9 pairs (the same share of another number) are worse. --keep DIR keeps finished runs; the variable JUDGE_WITH goes before each run
# (JUDGE_WITH='chrt -i 0 nice -n 19'). CPU is the ratio of the sums of cpuSeconds, old and new alternating: on a shared machine it is rough.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
instances=200000 seeds=1,2,3 model_seeds=1,2,3 file_seeds=1,2,3,4,5,6,7,8,9 figure=accuracy keep="" both=""
old=$here/artifacts/bin/StreamHost/release/streammoe.dll new=$old old_options="" new_options=""
streams=()
while [ $# -gt 0 ]; do
  case $1 in
    --instances) instances=$2 ;; --seeds) seeds=$2 ;; --model-seeds) model_seeds=$2 ;; --file-seeds) file_seeds=$2 ;;
    --old) old=$2 ;; --new) new=$2 ;; --old-options) old_options=$2 ;; --new-options) new_options=$2 ;; --options) both=$2 ;;
    --figure) figure=$2 ;; --keep) keep=$2 ;;
    --*) echo "judge.sh: unknown option '$1'; see the head of this file." >&2; exit 2 ;;
    *) streams+=("$1"); shift; continue ;;
  esac
  shift 2
done
[ ${#streams[@]} -gt 0 ] || { echo "judge.sh: no stream was given; name one or more." >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ -n "$keep" ] && mkdir -p "$keep" || keep=$scratch

run() { # program, options, stream, stream seed, model seed: prints "figure cpuSeconds"
  local key file
  local -a options
  eval "options=($both $2)"
  key=$(printf '%s\0' "$1" "$(stat -c %Y "$1")" "$both" "$2" "$3" "$4" "$5" "$instances" | sha256sum | cut -c1-24)
  file=$keep/$key.json
  if [ ! -s "$file" ]; then
    ${JUDGE_WITH:-} dotnet "$1" replay "$3" --seed "$4" --model-seed "$5" --instances "$instances" --threads 1 --format json \
      ${options[@]+"${options[@]}"} >"$file.part" </dev/null || { echo "judge.sh: the run of $3 failed." >&2; return 1; }
    mv "$file.part" "$file"
  fi
  awk -F'[:,]' -v f="\"$figure\"" '{ gsub(/ /, "") } $1 == f && v == "" { v = $2 } $1 == "\"cpuSeconds\"" && c == "" { c = $2 } END { print v, c }' "$file"
}

echo "| stream | old | new | difference | by stream seed | pairs worse | CPU | |"
echo "|---|---|---|---|---|---|---|---|"
for stream in "${streams[@]}"; do
  stream_seeds=$seeds models=$model_seeds
  case $stream in *.arff | *.arff.gz | *.csv | *.csv.gz) stream_seeds=1 models=$file_seeds ;; esac
  for s in ${stream_seeds//,/ }; do
    for m in ${models//,/ }; do
      before=$(run "$old" "$old_options" "$stream" "$s" "$m")
      after=$(run "$new" "$new_options" "$stream" "$s" "$m")
      echo "$s $before $after"
    done
  done >"$scratch/pairs"
  awk -v name="$(basename "$stream")" '
    { d = 100 * ($4 - $2); n++; old += 100 * $2; new += 100 * $4; sum += d; worse += d < 0; co += $3; cn += $5; by[$1] += d; k[$1]++ }
    END {
      lo = 1e9; hi = -1e9
      for (s in by) { v = by[s] / k[s]; if (v < lo) lo = v; if (v > hi) hi = v }
      lost = sum / n < -0.1 && worse * 9 >= 8 * n
      printf "| %s | %.2f | %.2f | %+.3f | %+.2f … %+.2f | %d of %d | %.2f | %s |\n", name, old / n, new / n, sum / n, lo, hi, worse, n, cn / (co > 0 ? co : 1), lost ? "**lost**" : ""
    }' "$scratch/pairs"
done
