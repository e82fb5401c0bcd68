# Sourced by the scripts that print a page's tables. Reads [--instances N] [--seeds 1,2,3] [--threads N] FILE… into
# $instances, $seeds, $threads and the array $files; goes to the repository's root; says where figures come from.
instances=1000000 seeds=1,2,3 threads=1 files=()
script=$(basename "$0")
while [ $# -gt 0 ]; do
  case $1 in
    --instances | --seeds | --threads)
      [ $# -ge 2 ] || { echo "$script: $1 needs a value." >&2; exit 2; }
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    -*) echo "$script: unknown option '$1'; known: --instances, --seeds, --threads, and files." >&2; exit 2 ;;
    *)
      [ -f "$1" ] || { echo "$script: the file '$1' was not found." >&2; exit 2; }
      files+=("$(realpath "$1")")
      shift
      ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."

origin() { # one line: command, commit, machine
  local names="" file changed=""
  for file in ${files[@]+"${files[@]}"}; do names+=" $(basename "$file")"; done
  git diff --quiet HEAD 2>/dev/null || changed=" with changes"
  echo "Printed by \`benchmarks/$script --instances $instances --seeds $seeds --threads $threads$names\`" \
    "at commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$changed;" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, .NET $(dotnet --version)."
}

table() { # layout, caption, arguments of compare: prints what is finished even when compare fails, then fails too
  local layout=$1 caption=$2 document status=0
  shift 2
  document=$(mktemp)
  ./streammoe compare "$@" --instances "$instances" --seeds "$seeds" --threads "$threads" --format json >"$document" || status=$?
  awk -v layout="$layout" -v caption="$caption" -f benchmarks/compare-table.awk "$document" || [ "$status" -ne 0 ] || status=1
  rm -f "$document"
  return "$status"
}
