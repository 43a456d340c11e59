/** Where the scripts find what they need. */
export const STORE_FILES = {
  /** `user` and `password` of the administrator. */
  root: '/etc/store/root',
  /** A folder for each user with its `credentials`. */
  users: '/etc/store/users',
  /** A policy for each user: `<user>.json`. */
  policies: '/etc/store/policies',
  /** Where SeaweedFS finds who may do what. */
  identities: '/run/store/identities.json',
} as const;

/** Digest of a request without a body, which curl leaves out and S3 asks for. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Plain POSIX shell and its built-in commands, because images of stores and clients hold little else. No key is ever
 * an argument of a program, where others could read it.
 */
const PRELUDE = `set -euf

fail() {
  echo "$*" >&2
  exit 1
}

first_line() {
  read -r line < "$1" || [ -n "$line" ] || fail "$1 is empty"
  printf '%s' "$line"
}

setting() {
  while read -r line || [ -n "$line" ]; do
    case $line in
    "$1"[[:blank:]=]*)
      printf '%s' "\${line#*=}" | { read -r value || [ -n "$value" ] && printf '%s' "$value"; }
      return
      ;;
    esac
  done < "$2"
}

credentials() {
  key=$(setting aws_access_key_id "$1")
  secret=$(setting aws_secret_access_key "$1")
  [ -n "$key" ] && [ -n "$secret" ] || fail "$1 must hold aws_access_key_id and aws_secret_access_key"
  case $key$secret in *[!A-Za-z0-9/+=_.-]*) fail "$1: keys may hold only letters, digits and / + = _ . -" ;; esac
  [ "$key" != "$root_user" ] || fail "$1 holds the keys of the store's administrator; give each user keys of its own"
}

root_user=$(first_line ${STORE_FILES.root}/user)
root_password=$(first_line ${STORE_FILES.root}/password)
[ \${#root_password} -ge 12 ] || fail "the administrator's password must have 12 or more characters"
`;

/**
 * Makes buckets, users and policies of a MinIO with its own client. Run again it changes nothing, or what has changed.
 * Arguments: the buckets, `--`, the users.
 */
export const MINIO_SCRIPT = `${PRELUDE}
case $root_user$root_password in *minioadmin*) fail "everybody knows minioadmin; choose another user and password" ;; esac

until printf '%s\\n%s\\n' "$root_user" "$root_password" | mc alias set store "$STORE_URL"; do
  sleep 5
done

while [ "$1" != -- ]; do
  mc mb --ignore-existing "store/$1"
  shift
done
shift

for user in "$@"; do
  credentials "${STORE_FILES.users}/$user/credentials"
  printf '%s\\n%s\\n' "$key" "$secret" | mc admin user add store
  mc admin policy create store "$user" "${STORE_FILES.policies}/$user.json"
  answer=$(mc admin policy attach store "$user" --user "$key" 2>&1) ||
    case $answer in *'already in effect'*) ;; *) fail "$answer" ;; esac
done
`;

/** Makes buckets by requests that any S3 store answers. Run again it changes nothing. Arguments: the buckets. */
export const S3_SCRIPT = `${PRELUDE}
s3() {
  printf 'user = "%s:%s"\\n' "$root_user" "$root_password" |
    curl --config - --silent --show-error --output /dev/null --write-out '%{http_code}' \\
      --aws-sigv4 aws:amz:us-east-1:s3 --header "x-amz-content-sha256: ${EMPTY_SHA256}" "$@"
}

until code=$(s3 "$STORE_URL/") && [ "$code" = 200 ]; do
  echo "waiting for the store: $code" >&2
  sleep 5
done

for bucket in "$@"; do
  code=$(s3 --request PUT "$STORE_URL/$bucket")
  case $code in
  200) echo "made $bucket" ;;
  409) echo "$bucket is there" ;;
  *) fail "could not make $bucket: the store answered $code" ;;
  esac
done
`;

/** Writes the identities of a SeaweedFS. Arguments: each user and, behind it, its actions as a JSON list. */
export const SEAWEED_FS_SCRIPT = `${PRELUDE}
identity() {
  printf '{"name":"%s","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":%s}' "$@"
}

case $root_user$root_password in *[!A-Za-z0-9/+=_.-]*)
  fail "the administrator's name and password may hold only letters, digits and / + = _ . -" ;;
esac
umask 077
{
  printf '{"identities":['
  identity root "$root_user" "$root_password" '["Admin","Read","List","Write","Tagging"]'
  while [ $# -gt 0 ]; do
    if [ ! -e "${STORE_FILES.users}/$1/credentials" ]; then
      echo "$1 is left out until its Secret is there and this pod is made anew" >&2
      shift 2
      continue
    fi
    credentials "${STORE_FILES.users}/$1/credentials"
    printf ','
    identity "$1" "$key" "$secret" "$2"
    shift 2
  done
  printf ']}'
} > ${STORE_FILES.identities}
`;
