#!/usr/bin/env bash
# Installs the published charts on one machine, as root, and runs `helm test` for each release with Helm 3 and Helm 4: the
# kubelet, Pod Security, NetworkPolicies, MLflow and Envoy are real. MinIO has no image: store/ stands in for it.
# usage: test/cluster/charts/testbed.sh [FOLDER]    folder of the test bed; $TESTBED if left out
set -euo pipefail
testbed=${1:-${TESTBED:?say where the test bed is}}
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

namespace=charts-test
work=$(mktemp -d)
chmod 755 "$work"
volumes=
clean_up() {
  set +e
  kubectl delete namespace "$namespace" --ignore-not-found --timeout=60s
  # shellcheck disable=SC2086 # one argument for each
  [ -z "$volumes" ] || kubectl delete persistentvolume --ignore-not-found $volumes
  "$testbed/down"
  rm -rf "$work"
}
trap clean_up EXIT
"$testbed/up"
eval "$("$testbed/env")"

MLFLOW_IMAGE=localhost/cluster-test/mlflow:3.17.2
ENVOY_IMAGE=localhost/cluster-test/envoy:1.40.0
STORE_IMAGE=localhost/charts-test/store:$(cat test/cluster/charts/store/* | sha256sum | cut -c1-12)-1
. test/cluster/envoy-image.sh

store_image() {
  local root=$work/store
  mkdir -p "$root/bin" "$root/tmp" "$root/www/minio/health"
  cp "$(command -v busybox)" "$root/bin"
  for program in sh httpd cat; do ln -s busybox "$root/bin/$program"; done
  # shellcheck disable=SC2046 # one argument for each library
  cp -L --parents /usr/bin/curl $(ldd /usr/bin/curl | grep -o '/[^ ]*') "$root"
  install test/cluster/charts/store/* "$root/bin"
  for path in live ready cluster; do echo ok >"$root/www/minio/health/$path"; done
  "$testbed/image" "$STORE_IMAGE" "$root" --entrypoint /bin/minio
}

has "$MLFLOW_IMAGE" || "$testbed/python-image" "$MLFLOW_IMAGE" 'mlflow[auth]==3.17.2' boto3 psycopg2-binary
has "$ENVOY_IMAGE" || envoy_image
has "$STORE_IMAGE" || store_image

# A volume of the node for a claim.
volume() {
  mkdir -p "$work/$1"
  chmod 777 "$work/$1"
  volumes+=" charts-test-$1"
  kubectl apply --filename - <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: { name: charts-test-$1 }
spec:
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  capacity: { storage: 1Gi }
  claimRef: { namespace: $namespace, name: $2 }
  local: { path: $work/$1 }
  nodeAffinity:
    required:
      nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/os, operator: In, values: [linux] }] }]
  persistentVolumeReclaimPolicy: Retain
YAML
}
secret() { kubectl --namespace "$namespace" create secret generic "$@"; }
random() { openssl rand -hex 24; }
image() { printf -- '--set %s.registry=localhost --set %s.repository=%s --set-string %s.tag=%s ' "$1" "$1" "$2" "$1" "$3"; }
named() { local name=${1#localhost/}; echo "${name%%:*} ${name##*:}"; }
put() { # RELEASE CHART FLAG…
  local release=$1 chart=$2
  shift 2
  helm3 install "$release" "charts/$chart" --namespace "$namespace" --set fullnameOverride="$release" \
    --set imagePullPolicy=Never --wait --timeout 4m "$@" >/dev/null
  echo "passed  $chart is installed as $release"
}

kubectl create namespace "$namespace"
kubectl --namespace "$namespace" wait --for=create serviceaccount/default --timeout=30s
helm3 install team charts/team-namespace --namespace "$namespace" --take-ownership \
  --set namespace.create=true --set defaultAccount.manage=true >/dev/null

# shellcheck disable=SC2046 # several flags
install_store() {
  volume store data-store-0
  secret store-root --from-literal=user=keeper --from-literal=password="$(random)"
  put store minio $(image image $(named "$STORE_IMAGE")) $(image clientImage $(named "$STORE_IMAGE")) --set size=1Gi
}

# shellcheck disable=SC2046
install_mlflow() {
  volume mlflow mlflow
  secret store-mlflow --from-literal=credentials=$'[default]\naws_access_key_id = a\naws_secret_access_key = b\n'
  cat >"$work/basic_auth.ini" <<INI
[mlflow]
default_permission = READ
database_uri = sqlite:////var/lib/mlflow/mlflow.db
admin_username = admin
admin_password = $(random)
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
INI
  printf '[mlflow]\nmlflow_tracking_username = admin\nmlflow_tracking_password = %s\n' \
    "$(sed -n 's/^admin_password = //p' "$work/basic_auth.ini")" >"$work/reader"
  secret mlflow-auth --from-file="$work/basic_auth.ini" --from-file="$work/reader" --from-file=writer="$work/reader" \
    --from-literal=flask-secret-key="$(random)"
  put mlflow mlflow-server $(image image $(named "$MLFLOW_IMAGE")) --set database.kind=sqlite \
    --set database.sqlite.size=1Gi --set artifacts.minio.fullname=store
}

# shellcheck disable=SC2046
install_model() {
  "$testbed/tools" mlflow >/dev/null
  "$(sed -n '1s/^#!//p' "$(type -P mlflow)")" - "$work/model/churn/7" <<'PYTHON'
import sys

import mlflow.pyfunc


class Same(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


mlflow.pyfunc.save_model(sys.argv[1], python_model=Same(), pip_requirements=[])
PYTHON
  chmod -R a+rX "$work/model"
  volume model models
  kubectl apply --namespace "$namespace" --filename - <<'YAML'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: models }
spec:
  accessModes: [ReadOnlyMany]
  resources: { requests: { storage: 1Gi } }
YAML
  npx tsx lib/cli/mlops.ts keys web >"$work/clients.yaml"
  secret model-clients --from-file="$work/clients.yaml"
  put model model-api $(image image $(named "$MLFLOW_IMAGE")) $(image proxy.image $(named "$ENVOY_IMAGE")) \
    --set model.name=churn --set model.version=7 --set replicas=1 --set source.kind=volume \
    --set source.volume.claimName=models --set source.volume.path=churn/7
}

failures=0
report() { if "${@:2}"; then echo "passed  $1"; else echo "failed  $1"; failures=$((failures + 1)); fi; }
# Helm's own --logs asks every object of a test for its log, NetworkPolicies too.
tested() {
  "$1" test "$2" --namespace "$namespace" --timeout 90s >"$work/log" 2>&1 && return
  cat "$work/log"
  kubectl --namespace "$namespace" logs "$2-test"
  return 1
}
refused() { ! "$1" test "$2" --namespace "$namespace" --timeout 60s >"$work/log" 2>&1; }
tidy() { ! kubectl --namespace "$namespace" get networkpolicy --output name | grep -- '/.*-test'; }

install_store
install_mlflow
install_model
for helm in helm3 helm4; do
  for release in store mlflow model; do
    report "$helm test $release" tested "$helm" "$release"
  done
  report "$helm test leaves no path open" tidy
done
# A test that nothing fails tells nothing.
kubectl --namespace "$namespace" scale statefulset/store --replicas=0 >/dev/null
report 'a test of a store that is down fails' refused helm3 store
[ "$failures" = 0 ]
