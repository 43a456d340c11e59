/** What is counted when a set is made and when it is restored; PostgreSQL's JSON keeps the two comparable. */
const COUNTS = `select json_object_agg(name, number) from (
  select 'experiments' as name, count(*) as number from experiments
  union all select 'runs', count(*) from runs
  union all select 'metrics', count(*) from metrics
  union all select 'params', count(*) from params
  union all select 'logged_models', count(*) from logged_models
  union all select 'registered_models', count(*) from registered_models
  union all select 'model_versions', count(*) from model_versions
  union all select 'aliases', count(*) from registered_model_aliases
  union all select 'users', count(*) from users
) as counts`;

/** Counts and dumps the database as it is at one moment: pg_dump uses the snapshot of the transaction that counts. */
export const MLFLOW_DUMP = String.raw`set -eu
cd "$SET_DIRECTORY"
psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=service=mlflow <<'SQL'
begin isolation level repeatable read read only;
select pg_export_snapshot() as snapshot \gset
\setenv SNAPSHOT :snapshot
\o counts.json
${COUNTS};
\o
\! pg_dump --dbname=service=mlflow --snapshot="$SNAPSHOT" --format=custom --no-owner --no-privileges --file=database.dump && touch dumped
commit;
SQL
test -e dumped
`;

/** Loads a fetched dump, whole or not at all. */
export const MLFLOW_LOAD = String.raw`set -eu
cd "$SET_DIRECTORY"
if test -e nothing-to-do; then exit 0; fi
exec pg_restore --dbname=service=mlflow --single-transaction --exit-on-error --no-owner --no-privileges "$@" database.dump
`;

/**
 * The bucket's side of a backup: `save` copies the artifacts and completes the set, `fetch` gets one back,
 * `compare` proves that database and artifacts are what the set says.
 */
export const MLFLOW_BACKUP = String.raw`import contextlib
import datetime
import hashlib
import io
import json
import os
import sys
import tempfile
import time

import boto3
import psycopg2
from botocore.config import Config
from botocore.exceptions import ClientError, FlexibleChecksumError

COMMAND, *ARGUMENTS = sys.argv[1:]
SET = os.environ["SET_DIRECTORY"]
ARTIFACTS = os.environ["ARTIFACTS_BUCKET"]
BACKUPS = os.environ["BACKUP_BUCKET"]
PREFIX = os.environ["BACKUP_PREFIX"]
COUNTS = """${COUNTS}"""


def client(aside=""):
    """An S3 client of the variables that begin with aside: boto3 reads all of them when the client is made."""
    before = dict(os.environ)
    if aside:
        for name in before:
            if name.startswith("AWS_"):
                del os.environ[name]
        os.environ.update({name[len(aside):]: value for name, value in before.items() if name.startswith(aside)})
    style = os.environ.get("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE", "auto")
    try:
        return boto3.session.Session().client("s3", config=Config(s3={"addressing_style": style}))
    finally:
        os.environ.clear()
        os.environ.update(before)


def listed(s3, bucket, prefix=""):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def digest(file):
    sha = hashlib.sha256()
    while block := file.read(1 << 20):
        sha.update(block)
    return sha.hexdigest()


@contextlib.contextmanager
def downloaded(s3, bucket, key):
    with tempfile.TemporaryFile() as file:
        s3.download_fileobj(bucket, key, file)
        file.seek(0)
        sha = digest(file)
        file.seek(0)
        yield file, sha


def path(*parts):
    return "/".join([PREFIX, *parts])


def sets(s3):
    """Names of the complete sets, oldest first: the manifest is written last."""
    found = (item["Key"].split("/") for item in listed(s3, BACKUPS, path("sets", "")))
    return sorted(key[-2] for key in found if key[-1] == "manifest.json")


def manifest(s3, name):
    with downloaded(s3, BACKUPS, path("sets", name, "manifest.json")) as (file, _):
        return json.load(file)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def save(keep):
    artifacts, backups = client(), client("BACKUP_")
    names = sets(backups)
    known = {item["key"]: item for item in manifest(backups, names[-1])["artifacts"]} if names else {}
    stored = {item["Key"].rsplit("/", 1)[1] for item in listed(backups, BACKUPS, path("objects", ""))}
    entries, copied = [], 0
    for item in listed(artifacts, ARTIFACTS):
        entry = {"key": item["Key"], "size": item["Size"], "etag": item["ETag"], "at": item["LastModified"].isoformat()}
        before = known.get(entry["key"])
        if before and before["sha256"] in stored and {**before, "sha256": None} == {**entry, "sha256": None}:
            entry["sha256"] = before["sha256"]
        else:
            try:
                with downloaded(artifacts, ARTIFACTS, entry["key"]) as (file, sha):
                    entry["sha256"] = sha
                    if sha not in stored:
                        backups.upload_fileobj(file, BACKUPS, path("objects", sha))
                        stored.add(sha)
                        copied += 1
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    continue  # deleted since it was listed
                raise
        entries.append(entry)
    name = now()
    while name in names:
        time.sleep(0.1)
        name = now()
    with open(os.path.join(SET, "database.dump"), "rb") as file:
        sha = digest(file)
    backups.upload_file(os.path.join(SET, "database.dump"), BACKUPS, path("sets", name, "database.dump"))
    with open(os.path.join(SET, "counts.json")) as file:
        counts = json.load(file)
    content = {"database": sha, "counts": counts, "artifacts": entries}
    backups.upload_fileobj(io.BytesIO(json.dumps(content).encode()), BACKUPS, path("sets", name, "manifest.json"))
    print(f"set {name}: {counts}, {len(entries)} artifacts, {copied} of them new")
    prune(backups, sets(backups), int(keep))


def prune(s3, names, keep):
    gone = [item["Key"] for name in names[:-keep] for item in listed(s3, BACKUPS, path("sets", name, ""))]
    # The manifest first: a set without one is no set.
    delete(s3, [key for key in gone if key.endswith("manifest.json")])
    delete(s3, [key for key in gone if not key.endswith("manifest.json")])
    if gone:
        used = {item["sha256"] for name in names[-keep:] for item in manifest(s3, name)["artifacts"]}
        stored = [item["Key"] for item in listed(s3, BACKUPS, path("objects", ""))]
        delete(s3, [key for key in stored if key.rsplit("/", 1)[1] not in used])


def delete(s3, keys):
    for name in keys:
        s3.delete_object(**{"Bucket": BACKUPS, "Key": name})


def fetch(wanted, purpose):
    if purpose == "restore" and not empty():
        print("nothing restored: the database is not empty")
        open(os.path.join(SET, "nothing-to-do"), "w").close()
        return
    backups = client("BACKUP_")
    names = sets(backups)
    name = names[-1] if wanted == "latest" and names else wanted
    if name not in names:
        sys.exit(f"there is no set {wanted} in {BACKUPS}/{PREFIX}: {', '.join(names) or 'none at all'}")
    content = manifest(backups, name)
    dump = os.path.join(SET, "database.dump")
    backups.download_file(BACKUPS, path("sets", name, "database.dump"), dump)
    with open(dump, "rb") as file:
        if digest(file) != content["database"]:
            sys.exit(f"the dump of set {name} is damaged")
    with open(os.path.join(SET, "manifest.json"), "w") as file:
        json.dump(content, file)
    if purpose == "restore":
        artifacts = client()
        for item in content["artifacts"]:
            try:
                with downloaded(backups, BACKUPS, path("objects", item["sha256"])) as (file, sha):
                    if sha != item["sha256"]:
                        sys.exit(f"the backup of {item['key']} is damaged")
                    artifacts.upload_fileobj(file, ARTIFACTS, item["key"])
            except FlexibleChecksumError:
                sys.exit(f"the backup of {item['key']} is damaged")
    print(f"set {name}: fetched")


def empty():
    with psycopg2.connect("service=mlflow") as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from information_schema.tables where table_schema = 'public'")
        return cursor.fetchone()[0] == 0


def compare(purpose):
    if os.path.exists(os.path.join(SET, "nothing-to-do")):
        return
    with open(os.path.join(SET, "manifest.json")) as file:
        content = json.load(file)
    with psycopg2.connect("service=mlflow") as connection, connection.cursor() as cursor:
        cursor.execute(COUNTS)
        counts = cursor.fetchone()[0]
    wrong = [f"{name}: {counts.get(name)}, not {n}" for name, n in content["counts"].items() if counts.get(name) != n]
    s3 = client() if purpose == "restore" else client("BACKUP_")
    checked = {}
    for item in content["artifacts"]:
        place = (ARTIFACTS, item["key"]) if purpose == "restore" else (BACKUPS, path("objects", item["sha256"]))
        try:
            if place not in checked:
                with downloaded(s3, *place) as (_, checked[place]):
                    pass
            if checked[place] != item["sha256"]:
                wrong.append(f"artifact {item['key']}: another content")
        except (ClientError, FlexibleChecksumError) as error:
            wrong.append(f"artifact {item['key']}: {error}")
    if wrong:
        sys.exit("not what the set says:\n" + "\n".join(wrong))
    print(f"as the set says: {counts}, {len(content['artifacts'])} artifacts")


{"save": save, "fetch": fetch, "compare": compare}[COMMAND](*ARGUMENTS)
`;
