#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest (stage release) and keeps its dependency
# layers for the next machine.
# Change the plan, not this file.
set -eu
failed=0

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
  . || failed=$?

# Makes release. The stages just built are its cache.
[ "$failed" -ne 0 ] || DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:dev \
  --cache-from registry.example/app:test \
  --tag registry.example/app:latest \
  . || failed=$?

# Publishes release.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || failed=$?

# Keeps the layers of dev for the next run, also where the result fails.
docker push registry.example/app:dev || failed=$?

# Keeps the layers of test for the next run, also where the result fails.
docker push registry.example/app:test || failed=$?

# Not 0 where a build or a push did not work.
exit "$failed"
