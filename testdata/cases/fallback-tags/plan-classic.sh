#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest (stage app) and keeps its dependency layers
# for the next machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0

# Brings the layers of deps from the last run; the first run has none, so it may fail.
docker pull registry.example/app:deps-latest ||
  echo 'pull-deps did not work; going on without it' >&2

# Stands in for registry.example/app:deps-latest where that is not there yet.
docker pull registry.example/app:deps-main ||
  echo 'pull-deps-fallback-1 did not work; going on without it' >&2

# Stands in for registry.example/app:deps-latest where that is not there yet.
docker pull registry.example/app:deps-release ||
  echo 'pull-deps-fallback-2 did not work; going on without it' >&2

# Brings the layers of the last result, which holds steps that no stage image has.
docker pull registry.example/app:latest ||
  echo 'pull-app did not work; going on without it' >&2

# Brings the layers of the last result, which holds steps that no stage image has.
docker pull registry.example/app:main ||
  echo 'pull-app-2 did not work; going on without it' >&2

# Brings the layers of the last result, which holds steps that no stage image has.
docker pull registry.example/app:release ||
  echo 'pull-app-3 did not work; going on without it' >&2

# Makes the image of deps: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target deps \
  --cache-from registry.example/app:deps-latest \
  --cache-from registry.example/app:deps-main \
  --cache-from registry.example/app:deps-release \
  --tag registry.example/app:deps-latest \
  .

# Makes app. The stages just built are its cache.
DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:latest \
  --cache-from registry.example/app:main \
  --cache-from registry.example/app:release \
  --cache-from registry.example/app:deps-latest \
  --tag registry.example/app:latest \
  . || failed=$?

# Publishes app.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of deps for the next run, also where the result fails.
docker push registry.example/app:deps-latest || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
