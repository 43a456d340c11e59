#!/usr/bin/env bash
# Runs the test on one machine, as root: starts a node and Argo CD of the test bed, takes them down again.
# usage: test/cluster/promotion/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

work=$(mktemp -d)
trap 'rm -rf "$work"; "$testbed/argocd" down || true; "$testbed/down"' EXIT
"$testbed/up"
eval "$("$testbed/env")"
# Argo CD wants to find Helm, and the platform has no Helm chart.
HELM=${HELM:-$(command -v helm || command -v true)} "$testbed/argocd" up

export HOST_ADDRESS=10.250.0.1
export BUSYBOX_IMAGE=localhost/busybox:1
export ENVOY_IMAGE=localhost/cluster-test/envoy:1.40.0
. test/cluster/envoy-image.sh
has "$ENVOY_IMAGE" || envoy_image

export MODULES=$work/platform/node_modules
export CONTROLLER_IMAGE=localhost/promotion-test/mlops:1
. test/cluster/promotion/controller-image.sh
install_modules
controller_image

npm run --silent test:promotion
