# Sourced by the scripts that print a page's tables. Reads [--instances N] [--seeds 1,2,3] [--threads N] [--keep DIR] FILE… into
# $instances, $seeds, $threads, $keep and the array $files; goes to the repository's root; says where figures come from; runs what is missing.
: "${instances:=1000000}"
seeds=1,2,3 threads=1 keep="" files=()
script=$(basename "$0")
while [ $# -gt 0 ]; do
  case $1 in
    --instances | --seeds | --threads | --keep)
      [ $# -ge 2 ] || { echo "$script: $1 needs a value." >&2; exit 2; }
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    -*) echo "$script: unknown option '$1'; known: --instances, --seeds, --threads, --keep, and files." >&2; exit 2 ;;
    *)
      [ -f "$1" ] || { echo "$script: the file '$1' was not found." >&2; exit 2; }
      files+=("$(realpath "$1")")
      shift
      ;;
  esac
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -n "$keep" ]; then
  mkdir -p "$keep"
  keep=$(realpath "$keep")
else
  keep=$scratch/keep
  mkdir "$keep"
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

origin() { # one line: command, commit, machine
  local names="" file changed=""
  for file in ${files[@]+"${files[@]}"}; do names+=" $(basename "$file")"; done
  git diff --quiet HEAD 2>/dev/null || changed=" with changes"
  echo "Printed by \`benchmarks/$script --instances $instances --seeds $seeds --threads $threads$names\`" \
    "at commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$changed;" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, .NET $(dotnet --version)."
}

rows() { # the data rows of an ARFF or CSV file, plain or gzip
  local cat=cat
  [[ $1 == *.gz ]] && cat="gzip -dc"
  if [[ $1 == *.arff* ]]; then
    $cat "$1" | awk 'data && NF && !/^[ \t]*%/ { n++ } tolower($1) == "@data" { data = 1 } END { print n + 0 }'
  else
    $cat "$1" | awk 'NF { n++ } END { print n - 1 }'
  fi
}

wanted() { # the instances that a run of a stream has
  local count=$instances all
  if [ -f "$1" ]; then
    all=$(rows "$1")
    [ "$all" -ge "$count" ] || count=$all
  fi
  echo "$count"
}

options_of() { # what a document says of its model's options, one a line
  awk '/^      "options": \{/ { on = 1; next } on && /^      \}/ { exit } on' "$1" | tr -d ' ,'
}

declare -A options_known=()
model_options() { # the options that a model has in this build, one a line; "" when it cannot be made
  if [ -z "${options_known[$1]+set}" ]; then
    ./streammoe compare sea-abrupt --models "$1" --seeds 1 --instances 1 --threads 1 --format json >"$scratch/options" || exit $?
    options_known[$1]=$(options_of "$scratch/options")
  fi
}

usable() { # document, stream, model, delay: whether the document kept is of this very run
  local document=$1 count
  [ -s "$document" ] || return 1
  count=$(wanted "$2")
  model_options "$3"
  [ "$(awk '/^  "seeds"/ { on = 1; next } on && /\]/ { exit } on' "$document" | tr -d ' \n')" = "$seeds" ] &&
    grep -q "^  \"threads\": $threads,$" "$document" &&
    grep -q "^  \"labelDelay\": $4,$" "$document" &&
    grep -q '^  "interrupted": false,$' "$document" &&
    [ "$(sed -n 's/^          "instances": \([0-9]*\),$/\1/p' "$document" | sort -u)" = "$count" ] &&
    [ "$(options_of "$document")" = "${options_known[$3]}" ]
}

table() { # layout, caption, delay, models (separated by blanks), streams…: runs the pairs that are not kept, prints the table of all
  local layout=$1 caption=$2 delay=$3 models=$4 stream model name document documents=() status=0
  shift 4
  for stream in "$@"; do
    for model in $models; do
      name=$(basename "$model" .json)
      document=$keep/$(basename "$stream").${name//[:=]/-}$([ "$delay" -eq 0 ] || echo ".late-$delay").json
      if ! usable "$document" "$stream" "$model" "$delay"; then
        [ ! -s "$document" ] || echo "$script: $document is of other settings; it is run again." >&2
        ./streammoe compare "$stream" --models "$model" --label-delay "$delay" --instances "$instances" --seeds "$seeds" --threads "$threads" \
          --format json >"$document.part" || { status=$?; break 2; }
        mv "$document.part" "$document"
      fi
      documents+=("$document")
    done
  done
  if [ ${#documents[@]} -gt 0 ]; then
    ./streammoe compare --results "${documents[@]}" --format json >"$scratch/joint"
    awk -v layout="$layout" -v caption="$caption" -f benchmarks/compare-table.awk "$scratch/joint"
    [ "$status" -eq 0 ] || printf '\nInterrupted: runs are missing.\n'
  fi
  return "$status"
}
