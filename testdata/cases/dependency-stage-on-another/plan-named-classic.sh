#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest (stage release) and keeps its dependency
# layers for the next machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0
lost=4

# Brings the layers of dev from the last run; the first run has none, so it may fail.
docker pull registry.example/app:dev ||
  echo 'pull-dev did not work; going on without it' >&2

# Brings the layers of test from the last run; the first run has none, so it may fail.
docker pull registry.example/app:test ||
  echo 'pull-test did not work; going on without it' >&2

# Makes the image of dev: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target dev \
  --cache-from registry.example/app:dev \
  --tag registry.example/app:dev \
  .

# Makes the image of test: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target test \
  --cache-from registry.example/app:test \
  --cache-from registry.example/app:dev \
  --tag registry.example/app:test \
  . || { failed=$?; lost=2; }

# Makes release. The stages just built are its cache.
[ "$failed" -ne 0 ] || DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:dev \
  --cache-from registry.example/app:test \
  --tag registry.example/app:latest \
  . || { failed=$?; lost=3; }

# Publishes release.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of dev for the next run, also where the result fails.
docker push registry.example/app:dev || unpushed=$?

# Keeps the layers of test for the next run, also where the result fails.
[ "$lost" -le 2 ] || docker push registry.example/app:test || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
