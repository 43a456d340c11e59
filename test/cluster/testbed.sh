#!/usr/bin/env bash
# Runs the test on one machine, as root: builds its images, starts a node of the test bed, takes it down again.
# usage: test/cluster/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"; "$testbed/down"' EXIT
"$testbed/up"
# The routes of main.ts; nothing acts on them here.
"$testbed/crds" gateway-api
eval "$("$testbed/env")"

export MLFLOW_IMAGE=localhost/cluster-test/mlflow:3.17.2
export POSTGRES_IMAGE=localhost/cluster-test/postgres:15
export S3_IMAGE=localhost/cluster-test/s3-server:1.7.0
export ENVOY_IMAGE=localhost/cluster-test/envoy:1.40.0
APIS_IMAGE=localhost/cluster-test/apis:$(cat examples/*/api.py | sha256sum | cut -c1-12)
export APIS_IMAGE
. test/cluster/envoy-image.sh

# Debian's PostgreSQL, with the user that the official image has too.
postgres_image() {
  local root=$work/postgres
  mmdebstrap --quiet --variant=minbase --include=postgresql-15 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$work/postgres.tar"
  mkdir "$root"
  tar -C "$root" -xf "$work/postgres.tar" --exclude './dev/*'
  sed -i 's|^postgres:.*|postgres:x:999:999::/tmp:/bin/sh|' "$root/etc/passwd"
  "$testbed/image" "$POSTGRES_IMAGE" "$root" --env PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin
}

s3_image() {
  local root=$work/s3
  "$testbed/tools" versitygw
  mkdir -p "$root/bin" "$root/tmp"
  cp "$(command -v versitygw)" "$(command -v busybox)" "$root/bin"
  for program in sh mkdir sed sleep; do ln -s busybox "$root/bin/$program"; done
  # shellcheck disable=SC2046 # one argument for each library
  cp -L --parents /usr/bin/curl $(ldd /usr/bin/curl | grep -o '/[^ ]*') "$root"
  "$testbed/image" "$S3_IMAGE" "$root"
}

# The programs of the examples, as modules: python3 -m rest_api.
apis_image() {
  local packages=$work/apis program example
  pip install --quiet --target "$packages" --python-version 3.11 --only-binary :all: mlflow-skinny==3.17.2 pandas boto3
  for program in examples/*/api.py; do
    example=$(basename "$(dirname "$program")")
    cp "$program" "$packages/${example//-/_}.py"
  done
  "$testbed/python-image" "$APIS_IMAGE" --from "$packages"
}

has "$MLFLOW_IMAGE" || "$testbed/python-image" "$MLFLOW_IMAGE" 'mlflow[auth]==3.17.2' boto3 psycopg2-binary
has "$POSTGRES_IMAGE" || postgres_image
has "$S3_IMAGE" || s3_image
has "$APIS_IMAGE" || apis_image
has "$ENVOY_IMAGE" || envoy_image

npm run --silent test:cluster
