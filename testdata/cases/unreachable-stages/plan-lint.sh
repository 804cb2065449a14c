#!/bin/sh
# Made by cacheplan: builds registry.example/app:lint (stage lint) and keeps its dependency layers
# for the next machine.
# Change the plan, not this file.
set -eu

# Makes the image of deps: all from cache while nothing it copies has changed, else anew.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target deps \
  --cache-from registry.example/app:deps \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:deps \
  .

# Makes lint. What it needs of the stages above is in the builder's own cache now; of images it
# takes its own last one alone.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target LINT \
  --cache-from registry.example/app:lint \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:lint \
  .

# Publishes lint.
docker push registry.example/app:lint

# Keeps the layers of deps for the next run.
docker push registry.example/app:deps
