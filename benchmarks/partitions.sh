#!/usr/bin/env bash
# partitions.sh [INSTANCES] [STREAM…]: accuracy over all events, in per cent, of a stream as the partitions of a topic: one learner a partition against one learner
# for all. Prints the table of docs/worker.md.
set -euo pipefail
cd "$(dirname "$0")/.."
instances=${1:-200000}
shift || true
streams=("$@")
[ ${#streams[@]} -gt 0 ] || streams=(rbf-fast agrawal-abrupt sine-abrupt random-tree)

accuracy() { # STREAM PARTITIONS LEARNERS
    ./streammoe replay "$1" --instances "$instances" --partitions "$2" --learners "$3" --threads 1 --format json 2>/dev/null \
        | python3 -c 'import json, sys; print("%.2f" % (100 * json.load(sys.stdin)["accuracy"]))'
}

echo "| stream | one partition | 4, a learner each | 8 | 16 | 16, two learners | 16, four learners | 16, one learner |"
echo "|---|---|---|---|---|---|---|---|"
for stream in "${streams[@]}"; do
    printf '| %s' "$stream"
    for setting in "1 1" "4 partition" "8 partition" "16 partition" "16 2" "16 4" "16 1"; do
        read -r partitions learners <<< "$setting"
        printf ' | %s' "$(accuracy "$stream" "$partitions" "$learners")"
    done
    echo ' |'
done
