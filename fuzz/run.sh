#!/usr/bin/env bash
# Feeds made-up and mutated input to every reader of what others write:
#   fuzz/run.sh SECONDS [TARGET…]       all targets, or those that are named, each for so many seconds
# Needs `cargo install cargo-fuzz` and a C++ compiler. What is found is kept under fuzz/artifacts, and
# `fuzz/target/…/release/TARGET FILE` shows it again. New inputs go to fuzz/found, never into the corpus.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:?how many seconds for each target}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(import text_sheet cells filter workbook temu_answer)

# The compiler's coverage flags are not stable ones. The program itself forbids unsafe code, so nothing is
# gained by a memory sanitizer, and runs are several times as fast without.
export RUSTC_BOOTSTRAP=1
host=$(rustc -vV | sed -n 's/^host: //p')
started=$SECONDS
cargo fuzz build --sanitizer none --codegen-units 16 >&2
echo "built in $((SECONDS - started)) s"

for target in "${targets[@]}"; do
  more=()
  [ "$target" != workbook ] || more=(../tests/fixtures)
  mkdir -p "found/$target" "artifacts/$target"
  log=$(mktemp)
  if ! "target/$host/release/$target" "found/$target" "corpus/$target" "${more[@]}" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="artifacts/$target/" >"$log" 2>&1; then
    cat "$log"
    echo "$target: found something"
    exit 1
  fi
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, nothing found"
  rm -f "$log"
done
