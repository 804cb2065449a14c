#!/bin/sh
# Made by cacheplan: builds registry.example/app:lint (stage lint) and keeps its dependency layers
# for the next machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0

# Makes the image of deps: from its cache as far as nothing has changed, and anew from there.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target deps \
  --cache-from registry.example/app:deps \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:deps \
  .

# Makes lint. What was just built is in this machine's build cache; the rest may come from the last
# result.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 DOCKER_BUILDKIT=1 docker build \
  --target LINT \
  --cache-from registry.example/app:lint \
  --build-arg BUILDKIT_INLINE_CACHE=1 \
  --tag registry.example/app:lint \
  . || failed=$?

# Publishes lint.
[ "$failed" -ne 0 ] || docker push registry.example/app:lint || unpushed=$?

# Keeps the layers of deps for the next run, also where the result fails.
docker push registry.example/app:deps || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
