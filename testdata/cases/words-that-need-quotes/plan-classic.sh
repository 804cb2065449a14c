#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0

# Brings the layers of deps from the last run; the first run has none, so it may fail.
docker pull registry.example/app:deps ||
  echo 'pull-deps did not work; going on without it' >&2

# Makes the image of deps: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target deps \
  --cache-from registry.example/app:deps \
  --build-arg 'LINES=*' \
  --network host \
  --add-host build.example:10.0.0.1 \
  --tag registry.example/app:deps \
  .

# Makes the result. The stages just built are its cache.
DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:deps \
  --build-arg 'LINES=*' \
  --network host \
  --add-host build.example:10.0.0.1 \
  --tag registry.example/app:latest \
  . || failed=$?

# Publishes the result.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of deps for the next run, also where the result fails.
docker push registry.example/app:deps || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
