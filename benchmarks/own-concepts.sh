#!/usr/bin/env bash
# own-concepts.sh [INSTANCES]: accuracy over all events, in per cent, where each partition has a concept of its own: one of the four rules of Sine. One learner that is not
# told the partition, one that has it as an attribute, and a learner for each. Prints the table of docs/worker.md.
set -euo pipefail
cd "$(dirname "$0")/.."
instances=${1:-200000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mixed() { # PARTITIONS: the partitions' streams, in turn
    local files=() p
    for ((p = 0; p < $1; p++)); do
        ./streammoe generate "sine:function=$((1 + p % 4))" --seed $((p + 1)) --instances $((instances / $1)) --output "$folder/$p.csv" 2>/dev/null
        tail -n +2 "$folder/$p.csv" > "$folder/$p.rows"
        files+=("$folder/$p.rows")
    done
    head -1 "$folder/0.csv"
    paste -d '\n' "${files[@]}"
}

accuracy() { # FILE PARTITIONS MODEL OPTIONS…
    ./streammoe replay "$1" --partitions "$2" --model "$3" "${@:4}" --threads 1 --format json 2>/dev/null \
        | python3 -c 'import json, sys; print("%.2f" % (100 * json.load(sys.stdin)["accuracy"]))'
}

echo "| partitions | model | one learner | one learner, the partition as an attribute | a learner each |"
echo "|---|---|---|---|---|"
for partitions in 4 16 40; do
    mixed "$partitions" > "$folder/mixed.csv"
    for model in adaptive hoeffding-tree; do
        printf '| %s | %s | %s | %s | %s |\n' "$partitions" "$model" "$(accuracy "$folder/mixed.csv" "$partitions" "$model" --learners 1)" \
            "$(accuracy "$folder/mixed.csv" "$partitions" "$model" --learners 1 --partition-as-attribute)" "$(accuracy "$folder/mixed.csv" "$partitions" "$model" --learners partition)"
    done
done
