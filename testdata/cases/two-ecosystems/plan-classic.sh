#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0

# Brings the layers of go-deps from the last run; the first run has none, so it may fail.
docker pull registry.example/app:go-deps ||
  echo 'pull-go-deps did not work; going on without it' >&2

# Brings the layers of web-deps from the last run; the first run has none, so it may fail.
docker pull registry.example/app:web-deps ||
  echo 'pull-web-deps did not work; going on without it' >&2

# Makes the image of go-deps: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target go-deps \
  --cache-from registry.example/app:go-deps \
  --tag registry.example/app:go-deps \
  .

# Keeps the layers of go-deps for the next run, also where a later step fails.
docker push registry.example/app:go-deps || failed=$?

# Makes the image of web-deps: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target web-deps \
  --cache-from registry.example/app:web-deps \
  --cache-from registry.example/app:go-deps \
  --tag registry.example/app:web-deps \
  .

# Keeps the layers of web-deps for the next run, also where a later step fails.
docker push registry.example/app:web-deps || failed=$?

# Makes the result. The stages just built are its cache.
DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:go-deps \
  --cache-from registry.example/app:web-deps \
  --tag registry.example/app:latest \
  .

# Publishes the result.
docker push registry.example/app:latest

# Not 0 where a push did not work.
exit "$failed"
