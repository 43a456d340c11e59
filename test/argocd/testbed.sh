#!/usr/bin/env bash
# Runs the test on one machine: starts a control plane with fake nodes and Argo CD of the test bed, takes them down again.
# usage: test/argocd/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# A cluster of its own, beside others of this machine.
work=$(mktemp -d)
export TESTBED_RUN=$work/run TESTBED_PORT=${TESTBED_PORT:-16643}
trap '"$testbed/down" --purge; rm -rf "$work"' EXIT
"$testbed/up" --kwok 2
eval "$("$testbed/env")"
"$testbed/crds" external-secrets gateway-api
# Argo CD wants to find Helm, and the platform has no Helm chart.
HELM=${HELM:-$(command -v helm || command -v true)} "$testbed/argocd" up

npm run --silent test:argocd
