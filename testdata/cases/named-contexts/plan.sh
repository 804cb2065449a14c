#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest (stage build) and keeps its dependency
# layers for the next machine.
# Change the plan, not this file.
set -eu

# Makes build.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app:latest \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --build-context base=docker-image://alpine:3.20 \
  --build-context assets=../assets \
  --tag registry.example/app:latest \
  .

# Publishes build.
docker push registry.example/app:latest
