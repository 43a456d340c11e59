#!/usr/bin/env bash
# Runs the test on one machine, as root: builds its images, starts a node of the test bed, takes it down again.
# usage: test/cluster/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"; "$testbed/down"' EXIT
"$testbed/up"
eval "$("$testbed/env")"

export MLFLOW_IMAGE=localhost/cluster-test/mlflow:3.17.2
export POSTGRES_IMAGE=localhost/cluster-test/postgres:15
export S3_IMAGE=localhost/cluster-test/versitygw:1.7.0

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
  for program in sh mkdir; do ln -s busybox "$root/bin/$program"; done
  "$testbed/image" "$S3_IMAGE" "$root"
}

has() { [[ " $(kubectl get nodes --output=jsonpath='{.items[*].status.images[*].names[*]}') " == *" $1 "* ]]; }
has "$MLFLOW_IMAGE" || "$testbed/python-image" "$MLFLOW_IMAGE" 'mlflow[auth]==3.17.2' boto3 psycopg2-binary
has "$POSTGRES_IMAGE" || postgres_image
has "$S3_IMAGE" || s3_image

npm run --silent test:cluster
