/** Runs mlflow gc as MLflow's administrator, while no migration changes the tables. */
export const MLFLOW_GC = String.raw`import configparser
import os
import subprocess
import sys

import psycopg2

LOCK = int.from_bytes(b"mlflow", "big")
INI, *ARGUMENTS = sys.argv[1:]

ini = configparser.ConfigParser(interpolation=None)
ini.read(INI)
connection = psycopg2.connect("service=mlflow")
connection.autocommit = True
connection.cursor().execute("select pg_advisory_lock_shared(%s)", [LOCK])
login = {
    "MLFLOW_TRACKING_USERNAME": ini["mlflow"]["admin_username"],
    "MLFLOW_TRACKING_PASSWORD": ini["mlflow"]["admin_password"],
}
sys.exit(subprocess.run([sys.executable, "-m", "mlflow", "gc", *ARGUMENTS], env={**os.environ, **login}).returncode)
`;
