#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu

# Makes the image of modules: all from cache while nothing it copies has changed, else anew.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target modules \
  --cache-from registry.example/app:modules \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:modules \
  .

# Makes the result. What it needs of the stages above is in the builder's own cache now; of images
# it takes its own last one alone.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app:latest \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:latest \
  .

# Publishes the result.
docker push registry.example/app:latest

# Keeps the layers of modules for the next run.
docker push registry.example/app:modules
