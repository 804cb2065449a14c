#!/bin/sh
# Made by cacheplan: builds registry.example/app and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0

# Makes the image of second: from its cache as far as nothing has changed, and anew from there.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target second \
  --cache-from registry.example/app:second \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:second \
  .

# Keeps the layers of second for the next run, also where a later step fails.
docker push registry.example/app:second || failed=$?

# Makes the result. What was just built is in this machine's build cache; the rest may come from the
# last result.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app \
  .

# Publishes the result.
docker push registry.example/app

# Not 0 where a push did not work.
exit "$failed"
