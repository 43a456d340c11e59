/**
 * Makes the team's reader and writer in MLflow, gives them the password that the Secret holds and exactly the
 * permissions of their role. Nothing changes if all is so already.
 */
export const MLFLOW_USERS = String.raw`import base64
import configparser
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

FOLDER, *WORKSPACES = sys.argv[1:]
SERVER = os.environ["MLFLOW_TRACKING_URI"]
KINDS = ("experiment", "registered_model", "prompt", "scorer")
ROLES = {
    "reader": {kind: "READ" for kind in KINDS},
    "writer": {"workspace": "USE", **{kind: "EDIT" for kind in KINDS}},
}


def read(name, prefix):
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(os.path.join(FOLDER, name))
    return ini["mlflow"][f"{prefix}username"], ini["mlflow"][f"{prefix}password"]


def ask(login, method, path, fields={}):
    """The status and content of an answer; fields go into the query of a GET, else into the body."""
    query = "?" + urllib.parse.urlencode(fields) if method == "GET" else ""
    request = urllib.request.Request(f"{SERVER}/api/{path}{query}", method=method)
    request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
    if method != "GET":
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(fields).encode()
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, {"text": error.read().decode(errors="replace")}


def do(method, path, fields={}):
    status, content = ask(ADMIN, method, path, fields)
    if status != 200:
        sys.exit(f"{method} {path}: {status} {content.get('text')}")
    return content


def wait():
    for _ in range(60):
        try:
            status, _ = ask(ADMIN, "GET", "2.0/mlflow/users/current")
        except (urllib.error.URLError, TimeoutError):
            status = None
        if status == 200:
            return
        if status == 401:
            sys.exit("MLflow refuses the administrator's password in basic_auth.ini: it was changed in only one place")
        time.sleep(5)
    sys.exit(f"{SERVER} does not answer")


def keep_user(name, password):
    user, login = {"username": name}, {"username": name, "password": password}
    status, content = ask(ADMIN, "GET", "2.0/mlflow/users/get", user)
    if status == 404:
        do("POST", "2.0/mlflow/users/create", login)
        print(f"{name}: created")
        return
    if status != 200:
        sys.exit(f"cannot look up {name}: {status} {content.get('text')}")
    if content["user"]["is_admin"]:
        do("PATCH", "2.0/mlflow/users/update-admin", {"username": name, "is_admin": False})
        print(f"{name}: no longer administrator")
    if ask((name, password), "GET", "2.0/mlflow/users/current")[0] == 401:
        do("PATCH", "2.0/mlflow/users/update-password", login)
        print(f"{name}: new password")


def keep_role(name, wanted, workspace):
    roles = do("GET", "3.0/mlflow/roles/list", {"workspace": workspace})["roles"]
    found = [role for role in roles if role["name"] == name]
    role = found[0] if found else do("POST", "3.0/mlflow/roles/create", {"name": name, "workspace": workspace})["role"]
    permissions = do("GET", "3.0/mlflow/roles/permissions/list", {"role_id": role["id"]})["role_permissions"]
    missing = dict(wanted)
    for permission in permissions:
        kind = permission["resource_type"]
        if permission["resource_pattern"] == "*" and missing.get(kind) == permission["permission"]:
            del missing[kind]
        else:
            do("DELETE", "3.0/mlflow/roles/permissions/remove", {"role_permission_id": permission["id"]})
            print(f"{name} in {workspace}: no longer {permission['permission']} on {kind}")
    for kind, level in missing.items():
        fields = {"role_id": role["id"], "resource_type": kind, "resource_pattern": "*", "permission": level}
        do("POST", "3.0/mlflow/roles/permissions/add", fields)
        print(f"{name} in {workspace}: {level} on {kind}")
    return role["id"]


ADMIN = read("basic_auth.ini", "admin_")
logins = {name: read(name, "mlflow_tracking_") for name in ROLES}
if len({ADMIN[0], *(name for name, _ in logins.values())}) < 3:
    sys.exit("administrator, reader and writer must be three users")
wait()
for name, (user, password) in logins.items():
    keep_user(user, password)
    held = {role["id"]: role for role in do("GET", "3.0/mlflow/users/roles/list", {"username": user})["roles"]}
    wanted = {keep_role(name, ROLES[name], workspace) for workspace in WORKSPACES}
    for role in wanted - held.keys():
        do("POST", "3.0/mlflow/roles/assign", {"username": user, "role_id": role})
    for role in held.keys() - wanted:
        # MLflow keeps what it gives a user alone in a role of that name: for the writer, what it made itself.
        own = held[role]["name"].startswith("__user_")
        if not own or name == "reader":
            do("DELETE", "3.0/mlflow/roles/unassign", {"username": user, "role_id": role})
            print(f"{user}: no longer {'given anything alone' if own else held[role]['name']} in {held[role]['workspace']}")
print("users and roles are as wanted")
`;
