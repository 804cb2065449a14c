#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0
lost=4

# Brings the layers of gems from the last run; the first run has none, so it may fail.
docker pull registry.example/app:gems ||
  echo 'pull-gems did not work; going on without it' >&2

# Brings the layers of assets from the last run; the first run has none, so it may fail.
docker pull registry.example/app:assets ||
  echo 'pull-assets did not work; going on without it' >&2

# Makes the image of gems: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target gems \
  --cache-from registry.example/app:gems \
  --tag registry.example/app:gems \
  .

# Makes the image of assets: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target assets \
  --cache-from registry.example/app:assets \
  --cache-from registry.example/app:gems \
  --tag registry.example/app:assets \
  . || { failed=$?; lost=2; }

# Makes the result. The stages just built are its cache.
[ "$failed" -ne 0 ] || DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:gems \
  --cache-from registry.example/app:assets \
  --tag registry.example/app:latest \
  . || { failed=$?; lost=3; }

# Publishes the result.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of gems for the next run, also where the result fails.
docker push registry.example/app:gems || unpushed=$?

# Keeps the layers of assets for the next run, also where the result fails.
[ "$lost" -le 2 ] || docker push registry.example/app:assets || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
