#!/usr/bin/env bash
# Prints the tables of docs/accuracy.md: the default model against published ensembles of ten and the paper's mixture.
# Usage: benchmarks/accuracy.sh [--instances N] [--seeds 1,2,3] [--threads N] [--keep DIR] [FILE…]     (1,000,000 instances, one thread)
# Files are read whole unless --instances is smaller than they are; the class is their last column.
# With --keep each pair of stream and model leaves a document in DIR, and one that is there and has the same instances, seeds, threads and
# model options is not run again: a long run can be stopped and gone on with. Documents of code that has changed are yours to delete.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

streams=(led-abrupt led-gradual sea-abrupt sea-gradual rbf-moderate rbf-fast agrawal-abrupt sine-abrupt random-tree waveform-shifted
  hyperplane-fast stagger-abrupt)
models="adaptive adaptive-random-forest:learners=10 leveraging-bagging:learners=10 streaming-random-patches:learners=10 moe-data"

origin
echo
table streams "" 0 "$models" "${streams[@]}" ${files[@]+"${files[@]}"}
