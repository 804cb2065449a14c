#!/bin/sh
# Made by cacheplan: builds registry.example/app and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu

# Makes the image of second: all from cache while nothing it copies has changed, else anew.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target second \
  --cache-from registry.example/app:second \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:second \
  .

# Makes the result. What it needs of the stages above is in the builder's own cache now; of images
# it takes its own last one alone.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app \
  .

# Publishes the result.
docker push registry.example/app

# Keeps the layers of second for the next run.
docker push registry.example/app:second
