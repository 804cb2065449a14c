#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest (stage server) and keeps its dependency
# layers for the next machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0

# Brings the layers of builder from the last run; the first run has none, so it may fail.
docker pull registry.example/app:builder ||
  echo 'pull-builder did not work; going on without it' >&2

# Makes the image of builder: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target builder \
  --cache-from registry.example/app:builder \
  --tag registry.example/app:builder \
  .

# Makes server. The stages just built are its cache.
DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:builder \
  --tag registry.example/app:latest \
  . || failed=$?

# Publishes server.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of builder for the next run, also where the result fails.
docker push registry.example/app:builder || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
