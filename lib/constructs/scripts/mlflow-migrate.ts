/**
 * Brings MLflow's tables in PostgreSQL to the version of the image, one process at a time.
 *
 * `prepare` runs while servers of another version may be at work: it makes the tables of an empty database, refuses a
 * database that is newer than the image, and leaves an older one alone. `upgrade` migrates that too.
 */
export const MLFLOW_MIGRATE = String.raw`import importlib.util
import os
import subprocess
import sys

import psycopg2
from alembic.script import ScriptDirectory

MODE, URI = sys.argv[1:]
LOCK = int.from_bytes(b"mlflow", "big")
PACKAGE = importlib.util.find_spec("mlflow").submodule_search_locations[0]
SCHEMAS = {
    "tracking": ("alembic_version", "experiments", "store/db_migrations", ["mlflow", "db", "upgrade", URI]),
    "auth": (
        "alembic_version_auth",
        "users",
        "server/auth/db/migrations",
        ["mlflow.server.auth", "db", "upgrade", "--url", URI],
    ),
}


def exists(cursor, table):
    cursor.execute("select to_regclass(%s) is not null", [table])
    return cursor.fetchone()[0]


def state(cursor, version_table, first_table, folder):
    revisions = ScriptDirectory(os.path.join(PACKAGE, folder))
    found = None
    if exists(cursor, version_table):
        cursor.execute(f"select version_num from {version_table}")
        found = (cursor.fetchone() or [None])[0]
    if found is None:
        return "old" if exists(cursor, first_table) else "new"
    if found in revisions.get_heads():
        return "current"
    known = {revision.revision for revision in revisions.walk_revisions()}
    return "old" if found in known else "unknown"


connection = psycopg2.connect("service=mlflow")
connection.autocommit = True
cursor = connection.cursor()
# Held by this session: if the process dies, PostgreSQL lets go of it.
cursor.execute("select pg_advisory_lock(%s)", [LOCK])
states = {name: state(cursor, *schema[:3]) for name, schema in SCHEMAS.items()}
unknown = [name for name, found in states.items() if found == "unknown"]
if unknown:
    sys.exit(f"the tables of {' and '.join(unknown)} are newer than this image: use the newer image, or restore a backup")
for name, found in states.items():
    if found == "current":
        print(f"{name}: current")
    elif found == "old" and MODE == "prepare":
        print(f"{name}: older than this image; the new pods migrate it, once the last old one has gone")
    else:
        print(f"{name}: {'making tables' if found == 'new' else 'migrating'}", flush=True)
        subprocess.run([sys.executable, "-m", *SCHEMAS[name][3]], check=True)
`;
