#!/bin/sh
# Made by cacheplan: builds registry.example/app:pr-1 (stage app) and keeps its dependency layers
# for the next machine.
# Change the plan, not this file.
set -eu

# Makes the image of deps: from its cache as far as nothing has changed, and anew from there.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target deps \
  --platform linux/arm64 \
  --cache-from registry.example/cache/deps:linux-arm64 \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/cache/deps:linux-arm64 \
  .

# Makes app. What was just built is in this machine's build cache; the rest may come from the last
# result.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --platform linux/arm64 \
  --cache-from registry.example/app:pr-1 \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:pr-1 \
  .
