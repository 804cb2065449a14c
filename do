#!/bin/sh
# The ways to work on cacheplan: ./do demo, ./do test, ./do help.
set -eu
cd "$(dirname "$0")"

build_packages="g++ cmake ninja-build pkg-config libre2-dev libcli11-dev libfmt-dev nlohmann-json3-dev catch2 libuv1-dev libgit2-dev libtomlplusplus-dev"
test_packages="dash busybox shellcheck git"
e2e_packages="python3 docker.io docker-registry busybox-static debootstrap debian-archive-keyring"
lint_packages="clang-format clang-tidy shellcheck git"
fuzz_packages="clang"

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need PACKAGE...: installs what is missing of the packages named.
need() {
  if ! command -v apt-get >/dev/null; then
    say "no apt here; this needs what Debian calls: $*"
    return 0
  fi
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    say "root must install these first: apt-get install$missing"
    exit 3
  fi
  say "installing:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086  # a list of package names
  { as_root apt-get update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 ||
    { cat "$log" >&2; rm -f "$log"; exit 3; }
  rm -f "$log"
}

# build PRESET [CMAKE-BUILD-ARGUMENT...]: its output is shown only when it fails.
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

run_tests() { ctest --test-dir "build/$1" --output-on-failure --no-tests=error; }

# Real Dockerfiles with the answers of BuildKit itself, where they stand beside the checkout.
conformance() {
  if [ ! -x ../shared/check ]; then
    say "skipped: conformance (no conformance sets beside the checkout)"
  elif ! command -v python3 >/dev/null; then
    say "skipped: conformance (no python3)"
  else
    for set in parse deps; do ../shared/check $set build/release/cacheplan --show 0; done
    files=$(mktemp -d)
    tar -xJf ../shared/corpus/dev.tar.xz -C "$files"
    CACHEPLAN_CORPUS=$files/files build/release/tests/test_syntax_spans "[corpus]"
    rm -rf "$files"
  fi
}

# Fuzzes each target for $1 seconds; what it finds stays in build/corpus.
fuzz() {
  for target in build/fuzz/tests/fuzz/fuzz_*; do
    name=${target##*/fuzz_}
    mkdir -p "build/corpus/$name"
    say "fuzzing $name for $1 seconds"
    log=build/fuzz_$name.log
    "$target" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 -dict=build/fuzz/tests/fuzz/words.dict \
      -artifact_prefix="build/corpus/$name-" "build/corpus/$name" "testdata/fuzz/$name" >"$log" 2>&1 ||
      { tail -n 60 "$log" >&2; say "the whole log: $log"; exit 1; }
  done
}

sources() { git ls-files '*.cpp' '*.h'; }

tidy() {
  sources | xargs clang-format --dry-run --Werror
  shellcheck ./do .ci/run
  build release --target cacheplan_bin
  # What changed last comes first: where time is short, the rest was looked at before. What it counts
  # and does not show goes to standard error.
  { git log --name-only --format= -n 100 -- 'src/*.cpp'; git ls-files 'src/*.cpp'; } | awk '!seen[$0]++' |
    while read -r file; do [ ! -f "$file" ] || echo "$file"; done | xargs -P "$(nproc)" -n 2 clang-tidy --quiet -p build/release 2>build/tidy.log ||
    { grep -v 'warnings\{0,1\} generated' build/tidy.log >&2; exit 1; }
}

help() {
  cat <<'END'
./do demo    install what is missing, build, plan the example
./do test    install what is missing, build, run every test that this machine can run
./do e2e     run plans on a Docker engine of its own (root; installs Debian's docker.io)
./do build   build only            ./do bench [DOCKERFILE...]  time and memory
./do asan    tests with sanitizers ./do fuzz [SECONDS]         fuzz each target
./do fmt     format the sources    ./do tidy                   style and clang-tidy, as CI runs them
END
}

verb=${1:-help}
[ $# = 0 ] || shift
# shellcheck disable=SC2086  # lists of package names
case "$verb" in
  demo)
    need $build_packages
    build release --target cacheplan_bin
    cd testdata/cases/seed-go
    PATH=../../../build/release:$PATH
    set -x
    cacheplan
    cacheplan plan -t registry.example.com/team/server:latest --builder classic
    ;;
  build)
    need $build_packages
    build release
    ;;
  test)
    need $build_packages $test_packages
    build release
    run_tests release
    build/release/cacheplan docs --check .
    conformance
    say "not part of this: ./do e2e (needs root and a Docker engine), ./do asan, ./do fuzz, ./do tidy"
    ;;
  asan)
    need $build_packages $test_packages
    build asan-ubsan
    run_tests asan-ubsan
    ;;
  e2e)
    need $build_packages $e2e_packages
    command -v docker >/dev/null || need docker-cli docker-buildx # packages of their own on newer systems
    build release --target cacheplan_bin
    python3 tests/e2e/main.py build/release/cacheplan
    python3 tests/e2e/checks.py build/release/cacheplan build/new-docker || [ $? = 77 ]
    ;;
  bench)
    need $build_packages
    build release --target bench cacheplan_bin
    build/release/tests/bench/bench build/release/cacheplan "$@"
    ;;
  fuzz)
    need $build_packages $fuzz_packages
    build fuzz --target fuzzers
    fuzz "${1:-60}"
    ;;
  fmt)
    need $lint_packages
    sources | xargs clang-format -i
    ;;
  tidy)
    need $build_packages $lint_packages
    tidy
    ;;
  help | --help | -h) help ;;
  *)
    help >&2
    exit 2
    ;;
esac
