#!/usr/bin/env bash
# Feeds made-up and mutated input to every reader of what others write:
#   fuzz/run.sh SECONDS [TARGET…]       all targets, or those that are named, each for so many seconds
# Needs Rust and a C++ compiler. What is found is kept under fuzz/artifacts, and `target/debug/TARGET FILE` shows it
# again. New inputs go to fuzz/found, never into the corpus, which starts every run.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:?how many seconds for each target}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(import text_sheet cells filter workbook temu_answer other_answer)

# As `cargo test` builds them, so that no dependency is compiled twice; our own code alone is watched, and faster. It
# forbids unsafe code, so nothing would be gained by a memory sanitizer.
started=$SECONDS
RUSTC_WORKSPACE_WRAPPER="$PWD/rustc-covered" cargo build --locked --package unpromo-fuzz \
  --config 'profile.dev.package.unpromo.opt-level=1' >&2
echo "built in $((SECONDS - started)) s"
built=${CARGO_TARGET_DIR:-$PWD/../target}/debug

for target in "${targets[@]}"; do
  more=()
  [ "$target" != workbook ] || more=(../tests/fixtures)
  mkdir -p "found/$target" "artifacts/$target"
  log=$(mktemp)
  if ! "$built/$target" "found/$target" "corpus/$target" "${more[@]}" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="artifacts/$target/" >"$log" 2>&1; then
    cat "$log"
    artifact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    echo "$target: found something; see it again with: target/debug/$target fuzz/$artifact"
    exit 1
  fi
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, nothing found"
  rm -f "$log"
done
