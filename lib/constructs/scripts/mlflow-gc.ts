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
folder = os.path.join(os.environ["HOME"], ".mlflow")
os.makedirs(folder, exist_ok=True)
# Where MLflow looks for a login; a variable would be open to whoever may look at processes.
with open(os.open(os.path.join(folder, "credentials"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    file.write("[mlflow]\n")
    for part in ("username", "password"):
        file.write(f"mlflow_tracking_{part} = {ini['mlflow'][f'admin_{part}']}\n")
sys.exit(subprocess.run([sys.executable, "-m", "mlflow", "gc", *ARGUMENTS]).returncode)
`;
