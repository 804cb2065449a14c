#!/bin/sh
# The ways to work on cacheplan: ./do demo, ./do test, ./do help.
set -eu
cd "$(dirname "$0")"

build_packages="g++ cmake ninja-build pkg-config libre2-dev libcli11-dev libfmt-dev nlohmann-json3-dev catch2 libuv1-dev"
test_packages="dash busybox shellcheck git"
e2e_packages="python3 docker.io docker-registry busybox-static debootstrap ca-certificates"
lint_packages="clang-format clang-tidy"
fuzz_packages="clang"

say() { printf '%s\n' "$*" >&2; }

# Installs what is missing of the packages named.
need() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "These are missing, and this machine has no apt-get:$missing"
    say "Install what they stand for with this machine's own package manager."
    exit 3
  fi
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { say "Root is needed to install:$missing"; exit 3; }
    sudo=sudo
  fi
  say "installing:$missing"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # a list of package names
  { $sudo apt-get update && $sudo apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 ||
    { cat "$log" >&2; rm -f "$log"; exit 3; }
  rm -f "$log"
}

# Configures and builds a preset; its output is shown only when it fails.
build() {
  preset=$1
  shift
  say "building ($preset)"
  mkdir -p build
  launcher=""
  if command -v ccache >/dev/null; then launcher=-DCMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  # shellcheck disable=SC2086  # empty or one word
  { cmake --preset "$preset" $launcher && cmake --build --preset "$preset" "$@"; } >"build/$preset.log" 2>&1 ||
    { tail -n 60 "build/$preset.log" >&2; say "the whole log: build/$preset.log"; exit 1; }
}

sources() { git ls-files '*.cpp' '*.h'; }

help() {
  cat <<'EOF'
./do demo    install what is missing, build, plan the example
./do test    install what is missing, build, run every test that this machine can run
./do e2e     run plans on a Docker engine of its own (root; Debian's docker.io)
./do build   build only           ./do bench   measure
./do asan    tests with sanitizers  ./do fuzz [SECONDS]  fuzz each target
./do fmt     format the sources   ./do tidy    clang-format and clang-tidy, as CI runs them
EOF
}

case "${1:-help}" in
  demo)
    # shellcheck disable=SC2086
    need $build_packages
    build release --target cacheplan_bin
    say ""
    cd testdata/cases/seed-go
    set -x
    ../../../build/release/cacheplan
    ../../../build/release/cacheplan plan -t registry.example.com/team/server:latest --builder classic
    ;;
  build)
    # shellcheck disable=SC2086
    need $build_packages
    build release
    ;;
  test)
    # shellcheck disable=SC2086
    need $build_packages $test_packages
    build release
    ctest --test-dir build/release --output-on-failure
    build/release/cacheplan docs --check .
    # The sets of real Dockerfiles that may stand beside the checkout.
    if [ -x ../shared/check ] && command -v python3 >/dev/null; then
      for set in parse deps; do ../shared/check $set build/release/cacheplan --show 3; done
    else
      say "skipped: conformance (no sets beside the checkout)"
    fi
    say "not part of this: ./do e2e (a Docker engine), ./do asan, ./do fuzz, ./do tidy"
    ;;
  asan)
    # shellcheck disable=SC2086
    need $build_packages $test_packages
    build asan-ubsan
    ctest --test-dir build/asan-ubsan --output-on-failure
    ;;
  e2e)
    # shellcheck disable=SC2086
    need $build_packages $e2e_packages
    build release --target cacheplan_bin
    python3 tests/e2e/main.py build/release/cacheplan
    ;;
  bench)
    # shellcheck disable=SC2086
    need $build_packages
    build release --target bench
    shift
    build/release/tests/bench/bench "$@"
    ;;
  fuzz)
    # shellcheck disable=SC2086
    need $build_packages $fuzz_packages
    build fuzz
    for target in build/fuzz/tests/fuzz/fuzz_*; do
      [ -x "$target" ] || continue
      name=$(basename "$target")
      mkdir -p "build/corpus/$name"
      say "fuzzing $name for ${2:-60} seconds"
      "$target" -max_total_time="${2:-60}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
        "build/corpus/$name" "testdata/fuzz/${name#fuzz_}"
    done
    ;;
  fmt)
    # shellcheck disable=SC2086
    need $lint_packages git
    sources | xargs clang-format -i
    ;;
  tidy)
    # shellcheck disable=SC2086
    need $build_packages $lint_packages git
    sources | xargs clang-format --dry-run --Werror
    build release
    git ls-files 'src/*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/release 2>/dev/null
    ;;
  help | --help | -h) help ;;
  *)
    help >&2
    exit 2
    ;;
esac
