#!/usr/bin/env bash
# Prints the accuracy of one learner over events that come live, from one partition and from eight, at several rates: what the merge of live partitions costs.
# Usage: benchmarks/live-merge.sh BROKERS [SECONDS] [STREAM]…        (60 s at each rate, at most 200,000 events; agrawal-abrupt and rbf-fast; model adaptive)
# The topics are made by TOPICS, a command that is given name and partitions, or by the brokers themselves, whose default must then be eight.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
brokers=${1:?the address of a broker is needed, as localhost:9092} seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
streams=("$@")
[ ${#streams[@]} -gt 0 ] || streams=(agrawal-abrupt rbf-fast)

metric() { # port, pattern: the sum of what matches
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && tr -d '\r' <&3; exec 3>&-; } 2>/dev/null | awk -v p="$2" '$0 ~ p { s += $NF } END { printf "%.6f", s }' || true
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
live() { # stream, rate, instances, partitions: accuracy in per cent
  local topic=live-$$-$1-$2-$4 port="" learned=0
  ${TOPICS:-true} "$topic" "$4" >&2
  ./streammoe serve --set "kafka:bootstrapServers=$brokers" --set "kafka:eventTopic=$topic" --set "kafka:groupId=$topic" --set "checkpoints:directory=$folder/$topic" \
    --set http:port=0 2>"$folder/$topic.log" &
  local worker=$!
  until grep -q ' \[101\] ' "$folder/$topic.log" 2>/dev/null; do read -rt 0.2 <> <(:) || true; kill -0 "$worker" || { cat "$folder/$topic.log" >&2; exit 1; }; done
  port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$folder/$topic.log" | head -n 1 | sed 's/.*://')
  ./streammoe generate "$1" --instances "$3" --array --rate "$2" --kafka "$brokers" --topic "$topic" >"$folder/$topic.fed" 2>&1
  until [ "$learned" -ge "$3" ]; do
    read -rt 0.2 <> <(:) || true
    learned=$(metric "$port" '^streammoe_learned_total'); learned=${learned%.*}
    kill -0 "$worker" 2>/dev/null || { cat "$folder/$topic.log" >&2; exit 1; }
  done
  metric "$port" '^streammoe_accuracy_ratio.*span="total"' >"$folder/$1-$2-$4"
  kill -TERM "$worker"
  wait "$worker" || true
}
echo "| stream | events a second | events | one partition | 8 partitions |"
echo "|---|---|---|---|---|"
for stream in "${streams[@]}"; do
  for rate in 1000 10000; do
    instances=$((rate * seconds > 200000 ? 200000 : rate * seconds))
    live "$stream" "$rate" "$instances" 1 & one=$!
    live "$stream" "$rate" "$instances" 8
    wait "$one"
    awk -v s="$stream" -v r="$rate" -v n="$instances" -v a="$(<"$folder/$stream-$rate-1")" -v b="$(<"$folder/$stream-$rate-8")" 'BEGIN { printf "| %s | %d | %d | %.2f | %.2f |\n", s, r, n, 100 * a, 100 * b }'
  done
done
