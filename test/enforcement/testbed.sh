#!/usr/bin/env bash
# Runs the test on one machine, as root: starts a node of the test bed, gives it an outside, and takes both down again.
# usage: test/enforcement/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"; test/enforcement/edge.sh down || true; "$testbed/down"' EXIT
"$testbed/up"
test/enforcement/edge.sh up
eval "$("$testbed/env")"

export ENFORCEMENT_IMAGE=localhost/enforcement/python:3
export ENFORCEMENT_HOSTS=203.0.113.7,169.254.169.254
mkdir "$work/packages"
"$testbed/image" --has "$ENFORCEMENT_IMAGE" || "$testbed/python-image" "$ENFORCEMENT_IMAGE" --from "$work/packages"

npm run --silent test:enforcement
