#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu

# Makes the result.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app:latest \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:latest \
  .

# Publishes the result.
docker push registry.example/app:latest
