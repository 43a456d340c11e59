# Sourced with $testbed, $work, $MODULES and $CONTROLLER_IMAGE.

# What main.ts imports, as a platform installs it: the package of this folder, and its neighbours.
install_modules() {
  npm pack --silent --pack-destination "$work" >/dev/null
  mkdir -p "${MODULES%/*}"
  node -e '
    const { devDependencies: known } = require("./package.json");
    const versions = Object.fromEntries(["cdk8s", "cdk8s-plus-28", "constructs", "tsx"].map(name => [name, known[name]]));
    console.log(JSON.stringify({ private: true, dependencies: { ...versions, "cdk8s-mlops": `file:${process.argv[1]}` } }));
  ' "$(ls "$work"/cdk8s-mlops-*.tgz)" >"${MODULES%/*}/package.json"
  (cd "${MODULES%/*}" && npm install --no-audit --no-fund --silent)
}

# The image that docs/promotion.md describes, of Debian's packages and this machine's Node.js.
controller_image() {
  local root=$work/controller
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,git,openssh-client,libstdc++6 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' bookworm "$work/controller.tar"
  mkdir -p "$root"
  tar -C "$root" -xf "$work/controller.tar" --exclude './dev/*'
  rm -rf "$work/controller.tar" "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
  # ssh wants a name for the user that the pods run as.
  echo 'mlops:x:10001:10001::/nonexistent:/usr/sbin/nologin' >>"$root/etc/passwd"
  install -D "$(node -p process.execPath)" "$root/usr/local/bin/node"
  cp -r "${MODULES%/*}" "$root/platform"
  printf '#!/bin/sh\ncd /platform && exec node node_modules/cdk8s-mlops/build/cli/mlops.js "$@"\n' >"$root/usr/local/bin/mlops"
  chmod 755 "$root" "$root/usr/local/bin/mlops"
  "$testbed/image" "$CONTROLLER_IMAGE" "$root" --entrypoint /usr/local/bin/mlops
}
