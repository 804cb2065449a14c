#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0

# Makes the image of restore: from its cache as far as nothing has changed, and anew from there.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target restore \
  --cache-from registry.example/app:restore \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:restore \
  .

# Makes the result. What was just built is in this machine's build cache; the rest may come from the
# last result.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --cache-from registry.example/app:latest \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:latest \
  . || failed=$?

# Publishes the result.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of restore for the next run, also where the result fails.
docker push registry.example/app:restore || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
