/** Writes libpq's connection service file from a Secret with one key for each part of the connection. */
export const WRITE_SERVICE_FILE = String.raw`import os
import sys

fields, target = sys.argv[1:]
lines = ["[mlflow]"]
for name in ("host", "port", "dbname", "user", "password"):
    with open(os.path.join(fields, name)) as file:
        value = file.read()
    if value != value.strip() or "\n" in value:
        sys.exit(f"the key {name} must be one line without space around it")
    lines.append(f"{name}={value}")
text = "\n".join(lines) + "\n"
with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    file.write(text)
`;
