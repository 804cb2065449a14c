#!/bin/sh
# Made by cacheplan: builds registry.example/app:latest and keeps its dependency layers for the next
# machine.
# Change the plan, not this file.
set -eu
failed=0
unpushed=0
lost=5

# Brings the layers of modules from the last run; the first run has none, so it may fail.
docker pull registry.example/app:modules ||
  echo 'pull-modules did not work; going on without it' >&2

# Brings the layers of packages from the last run; the first run has none, so it may fail.
docker pull registry.example/app:packages ||
  echo 'pull-packages did not work; going on without it' >&2

# Makes the image of modules: from its cache as far as nothing has changed, and anew from there.
DOCKER_BUILDKIT=0 docker build \
  --target modules \
  --cache-from registry.example/app:modules \
  --tag registry.example/app:modules \
  .

# Makes api once: the builds below come past it, and the classic builder would run it in each. Its
# image stays on this machine.
DOCKER_BUILDKIT=0 docker build \
  --target api \
  --cache-from registry.example/app:modules \
  --tag registry.example/app:api \
  . || { failed=$?; lost=2; }

# Makes the image of packages: from its cache as far as nothing has changed, and anew from there.
[ "$failed" -ne 0 ] || DOCKER_BUILDKIT=0 docker build \
  --target packages \
  --cache-from registry.example/app:packages \
  --cache-from registry.example/app:modules \
  --cache-from registry.example/app:api \
  --tag registry.example/app:packages \
  . || { failed=$?; lost=3; }

# Makes the result. The stages just built are its cache.
[ "$failed" -ne 0 ] || DOCKER_BUILDKIT=0 docker build \
  --cache-from registry.example/app:modules \
  --cache-from registry.example/app:packages \
  --cache-from registry.example/app:api \
  --tag registry.example/app:latest \
  . || { failed=$?; lost=4; }

# Publishes the result.
[ "$failed" -ne 0 ] || docker push registry.example/app:latest || unpushed=$?

# Keeps the layers of modules for the next run, also where the result fails.
docker push registry.example/app:modules || unpushed=$?

# Keeps the layers of packages for the next run, also where the result fails.
[ "$lost" -le 3 ] || docker push registry.example/app:packages || unpushed=$?

# Not 0 where a build or a push did not work.
[ "$failed" -ne 0 ] || failed=$unpushed
exit "$failed"
