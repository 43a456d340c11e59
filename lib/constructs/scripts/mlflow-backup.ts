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
  union all select 'traces', count(*) from trace_info
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

/** Loads a fetched dump, whole or not at all. What it loads into a team's database stays unproven until it is compared. */
export const MLFLOW_LOAD = String.raw`set -eu
cd "$SET_DIRECTORY"
if test -e nothing-to-load; then exit 0; fi
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
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError
from psycopg2 import sql

COMMAND, *ARGUMENTS = sys.argv[1:]
SET = os.environ["SET_DIRECTORY"]
ARTIFACTS = os.environ["ARTIFACTS_BUCKET"]
BACKUPS = os.environ["BACKUP_BUCKET"]
PREFIX = os.environ["BACKUP_PREFIX"]
COUNTS = """${COUNTS}"""
LOCK = int.from_bytes(b"mlflow", "big")
# A table that names the set which was loaded and not compared yet.
UNPROVEN = "mlops_unproven"
ROUTINES = """select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')"""


def client(aside=""):
    """An S3 client of the variables that begin with aside: boto3 reads all of them when the client is made."""
    before = dict(os.environ)
    if aside:
        for name in before:
            if name.startswith(("AWS_", "MLFLOW_BOTO_")):
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


@contextlib.contextmanager
def database():
    with contextlib.closing(psycopg2.connect("service=mlflow")) as connection:
        with connection, connection.cursor() as cursor:
            yield cursor


def count(cursor):
    cursor.execute(COUNTS)
    return cursor.fetchone()[0]


def nothing_in(counts):
    """Whether these are the counts of a server that nobody has used: its first experiment and users are there."""
    kinds = ("runs", "logged_models", "registered_models", "model_versions", "traces")
    return counts["experiments"] <= 1 and not any(counts.get(kind) for kind in kinds)


def newest(s3, names):
    """The newest set that holds anything."""
    return next((name for name in reversed(names) if not nothing_in(manifest(s3, name)["counts"])), None)


def tables_of(cursor):
    cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
    return {name for (name,) in cursor.fetchall()}


def empty(cursor):
    tables = tables_of(cursor) - {UNPROVEN}
    return not tables or ({"experiments", "users"} <= tables and nothing_in(count(cursor)))


def unproven(cursor):
    if UNPROVEN not in tables_of(cursor):
        return None
    cursor.execute(f"select name from {UNPROVEN}")
    return cursor.fetchone()[0]


def save(keep, *wanted):
    artifacts, backups = client(), client("BACKUP_")
    names = sets(backups)
    with open(os.path.join(SET, "counts.json")) as file:
        counts = json.load(file)
    with database() as cursor:
        if unproven(cursor):
            sys.exit(f"no set made: the database holds set {unproven(cursor)}, which was restored and never proven")
    if nothing_in(counts) and newest(backups, names):
        sys.exit(
            f"no set made and none removed: nothing is in the database, but much in set {newest(backups, names)}. "
            f"Restore it; or, if all of it was deleted on purpose, move {BACKUPS}/{PREFIX} elsewhere"
        )
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
    content = {"database": sha, "counts": counts, "artifacts": entries}
    backups.upload_fileobj(io.BytesIO(json.dumps(content).encode()), BACKUPS, path("sets", name, "manifest.json"))
    print(f"set {name}: {counts}, {len(entries)} artifacts, {copied} of them new")
    names = sets(backups)
    prune(backups, names, {*names[-int(keep):], *wanted})


def prune(s3, names, kept):
    gone = [item["Key"] for name in names if name not in kept for item in listed(s3, BACKUPS, path("sets", name, ""))]
    # The manifest first: a set without one is no set.
    delete(s3, [key for key in gone if key.endswith("manifest.json")])
    delete(s3, [key for key in gone if not key.endswith("manifest.json")])
    if gone:
        used = {item["sha256"] for name in names if name in kept for item in manifest(s3, name)["artifacts"]}
        stored = [item["Key"] for item in listed(s3, BACKUPS, path("objects", ""))]
        delete(s3, [key for key in stored if key.rsplit("/", 1)[1] not in used])


def delete(s3, keys):
    for name in keys:
        s3.delete_object(**{"Bucket": BACKUPS, "Key": name})


def wait(ready):
    """What ready() returns, once there is what the same sync may be making: database, stores, buckets and users."""
    for _ in range(60):
        try:
            return ready()
        except (psycopg2.OperationalError, BotoCoreError, ClientError) as error:
            print(f"waiting: {error}", flush=True)
            time.sleep(5)
    return ready()


def look():
    """The set that the database holds unproven, and whether the database is empty."""
    with database() as cursor:
        return unproven(cursor), empty(cursor)


def leave(reason, *names):
    print(reason, flush=True)
    for name in names:
        open(os.path.join(SET, name), "w").close()


def fetch(wanted, purpose):
    backups = client("BACKUP_")
    if purpose == "drill":
        names, pending, free = sets(backups), None, True
    else:
        pending, free = wait(look)
        if not pending and not free:
            return leave("nothing restored: the database is not empty", "nothing-to-load", "nothing-to-compare")
        names = wait(lambda: sets(backups))
        wait(lambda: next(listed(client(), ARTIFACTS), None))
    last = newest(backups, names) if purpose == "restore" else (names or [None])[-1]
    name = last if wanted == "latest" else wanted
    if pending and not free:
        # What was loaded is judged again: it may be that a store was out of reach.
        name = pending
    if name is None and purpose == "restore":
        reason = f"nothing to restore: no set in {BACKUPS}/{PREFIX} holds anything"
        return leave(reason, "nothing-to-load", "nothing-to-compare")
    if name not in names:
        sys.exit(f"there is no set {wanted} in {BACKUPS}/{PREFIX}: {', '.join(names) or 'none at all'}")
    content = manifest(backups, name)
    with open(os.path.join(SET, "manifest.json"), "w") as file:
        json.dump(content, file)
    if pending and not free:
        return leave(f"set {name}: was loaded before and is not proven yet", "nothing-to-load")
    if purpose == "restore" and nothing_in(content["counts"]):
        return leave(f"nothing restored: set {name} holds nothing", "nothing-to-load", "nothing-to-compare")
    dump = os.path.join(SET, "database.dump")
    backups.download_file(BACKUPS, path("sets", name, "database.dump"), dump)
    with open(dump, "rb") as file:
        if digest(file) != content["database"]:
            sys.exit(f"the dump of set {name} is damaged")
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
        make_room(name)
    print(f"set {name}: fetched")


def make_room(name):
    """Removes what an unused server has made, and notes in the database that what it holds from now on is unproven."""
    with database() as cursor:
        cursor.execute("set local lock_timeout = '60s'")
        # No migration is at work meanwhile, and nobody fills a table that is about to go.
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        tables = sql.SQL(", ").join(map(sql.Identifier, sorted(tables_of(cursor))))
        if tables.seq:
            cursor.execute(sql.SQL("lock table {} in access exclusive mode").format(tables))
        if not empty(cursor):
            sys.exit("nothing restored: the database was filled meanwhile")
        if tables.seq:
            cursor.execute(sql.SQL("drop table {} cascade").format(tables))
        # What MLflow's triggers call, and the dump makes again.
        cursor.execute(ROUTINES)
        for (signature,) in cursor.fetchall():
            cursor.execute(f"drop routine {signature} cascade")
        cursor.execute(f"create table {UNPROVEN} (name text not null)")
        cursor.execute(f"insert into {UNPROVEN} values (%s)", [name])


def compare(purpose):
    if os.path.exists(os.path.join(SET, "nothing-to-compare")):
        return
    with open(os.path.join(SET, "manifest.json")) as file:
        content = json.load(file)
    with database() as cursor:
        counts = count(cursor)
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
        problem = "not what the set says:\n" + "\n".join(wrong)
        advice = "\nThe database stays unproven: empty it and sync again, or name another set." if purpose == "restore" else ""
        sys.exit(problem + advice)
    if purpose == "restore":
        with database() as cursor:
            cursor.execute(f"drop table {UNPROVEN}")
    print(f"as the set says: {counts}, {len(content['artifacts'])} artifacts")


{"save": save, "fetch": fetch, "compare": compare}[COMMAND](*ARGUMENTS)
`;
