#!/usr/bin/env bash
# Prints events a second of a worker that catches up with one partition, against the length of its queue (pipeline:queue): each time the queue
# is full the partition is paused, so the column shows what pausing costs.
# Usage: benchmarks/queue.sh BROKERS [INSTANCES] [QUEUE]…        (400,000 instances; the brokers must create topics by themselves, or TOPIC names one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
brokers=${1:?the address of a broker is needed, as localhost:9092} instances=${2:-400000}
shift $(($# < 2 ? $# : 2))
queues=("$@")
[ ${#queues[@]} -gt 0 ] || queues=(1024 8192 65536 1000000)

status() { # port: the worker's status
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /api/status HTTP/1.0\r\n\r\n' >&3 && cat <&3; exec 3>&-; } 2>/dev/null || true
}
learned() { status "$1" | tr ',{' '\n\n' | sed -n 's/^"learned"://p' | awk '{ s += $1 } END { print s + 0 }'; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
topic=${TOPIC:-events-$$-$RANDOM}
./streammoe generate sea-abrupt --instances "$instances" --array --kafka "$brokers" --topic "$topic" >&2
echo "| pipeline:queue | events a second |"
echo "|---|---|"
for queue in "${queues[@]}"; do
  ./streammoe serve --set "kafka:bootstrapServers=$brokers" --set "kafka:eventTopic=$topic" --set "kafka:groupId=queue-$$-$queue" \
    --set kafka:guarantee=at-least-once --set model:preset=naive-bayes --set "checkpoints:directory=$folder/$queue" --set "pipeline:queue=$queue" \
    --set http:port=0 2>"$folder/log" &
  worker=$! port="" first=0 start=0 done=0
  while [ "$done" -lt "$instances" ]; do
    read -rt 0.1 <> <(:) || true
    [ -n "$port" ] || port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$folder/log" | head -n 1 | sed 's/.*://') || true
    [ -z "$port" ] || done=$(learned "$port")
    if [ "$first" -eq 0 ] && [ "${done:-0}" -gt 0 ]; then first=$done start=$(date +%s%N); fi
    kill -0 "$worker" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
  done
  awk -v q="$queue" -v n=$((instances - first)) -v ns=$(($(date +%s%N) - start)) 'BEGIN { printf "| %d | %d |\n", q, n / ns * 1e9 }'
  kill -TERM "$worker"
  wait "$worker"
done
