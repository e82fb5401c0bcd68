#!/usr/bin/env bash
# Prints events a second from the event topic to the prediction topic, beside a replay of the same stream.
# Usage: benchmarks/worker.sh BROKERS [INSTANCES] [STREAM]        (200,000 instances of led-abrupt; the brokers must create topics by themselves)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
brokers=${1:?the address of a broker is needed, as localhost:9092} instances=${2:-200000} stream=${3:-led-abrupt}

status() { # port: the worker's status
  { exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /api/status HTTP/1.0\r\n\r\n' >&3 && cat <&3; exec 3>&-; } 2>/dev/null || true
}
committed() { status "$1" | tr ',{' '\n\n' | sed -n 's/^"committed"://p' | awk '{ s += $1 } END { print s + 0 }'; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
topic=events-$$-$RANDOM
./streammoe generate "$stream" --instances "$instances" --array --kafka "$brokers" --topic "$topic" >&2
echo "| model | guarantee | events a second, topic to topic | replay, instances a second | what the pipeline adds, µs an event |"
echo "|---|---|---|---|---|"
for model in moe-data adaptive; do
  for guarantee in exactly-once at-least-once; do
    ./streammoe serve --set "kafka:bootstrapServers=$brokers" --set "kafka:eventTopic=$topic" --set "kafka:groupId=bench-$$-$model-$guarantee" \
      --set "kafka:guarantee=$guarantee" --set "model:preset=$model" --set "checkpoints:directory=$folder/$model-$guarantee" --set http:port=0 2>"$folder/log" &
    worker=$! port="" first=0 start=0 done=0
    while [ "$done" -lt "$instances" ]; do
      read -rt 0.1 <> <(:) || true
      [ -n "$port" ] || port=$(grep -oE 'http://[0-9.]+:[0-9]+' "$folder/log" | head -n 1 | sed 's/.*://') || true
      [ -z "$port" ] || done=$(committed "$port")
      if [ "$first" -eq 0 ] && [ "$done" -gt 0 ]; then first=$done start=$(date +%s%N); fi
      kill -0 "$worker" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    done
    rate=$(awk -v n=$((instances - first)) -v ns=$(($(date +%s%N) - start)) 'BEGIN { printf "%d", n / ns * 1e9 }')
    kill -TERM "$worker"
    wait "$worker"
    replay=$(./streammoe replay "$stream" --model "$model" --instances "$instances" --threads 2 --format json 2>/dev/null | sed -n 's/^  "instancesPerSecond": \([0-9.]*\),*$/\1/p')
    awk -v m="$model" -v g="$guarantee" -v r="$rate" -v p="$replay" 'BEGIN { printf "| %s | %s | %d | %d | %.1f |\n", m, g, r, p, 1e6 / r - 1e6 / p }'
  done
done
