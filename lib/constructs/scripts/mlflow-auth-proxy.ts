/**
 * Tells MLflow who is asking: the user whom the proxy names, if the request also holds the secret that only the proxy
 * has, or else the user whose password it holds. A request that names a user in any other way is refused, and never
 * taken for one with a password.
 */
export const MLFLOW_AUTH_PROXY = String.raw`import hmac
import os
import re

from flask import Response, request
from mlflow.server import auth
from werkzeug.datastructures import Authorization

USER_HEADER = os.environ["AUTH_PROXY_USER_HEADER"]
SECRET_HEADER = os.environ["AUTH_PROXY_SECRET_HEADER"]
SECRET_FILE = os.environ["AUTH_PROXY_SECRET_FILE"]
# Accounts of programs and the administrator's: whoever is called so at the identity provider is somebody else.
PASSWORD_USERS = os.environ["AUTH_PROXY_PASSWORD_USERS"].split(",") + [auth.auth_config.admin_username or ""]
# No comma: that is what two headers of one name, or of two spellings of it, are joined by.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+|/\\:=-]{0,254}")
SHORTEST = 32


def is_proxy(given):
    """Reads the file each time, so that a new secret needs no restart; each line of it is one."""
    try:
        with open(SECRET_FILE, "rb") as file:
            known = [line.strip() for line in file]
    except OSError:
        return False
    found = [hmac.compare_digest(given, line) for line in known if len(line) >= SHORTEST]
    return any(found)


def refuse(status, text):
    return Response(text + "\n", status=status, mimetype="text/plain")


def authenticate():
    user = request.headers.get(USER_HEADER)
    proof = request.headers.get(SECRET_HEADER)
    if user is None and proof is None:
        return auth.authenticate_request_basic_auth()
    if not is_proxy((proof or "").encode("latin-1", "replace")):
        return refuse(401, f"{USER_HEADER} is believed only with the secret of the proxy in {SECRET_HEADER}")
    if user is None or not NAME.fullmatch(user):
        return refuse(401, f"{USER_HEADER} names no user")
    if user.casefold() in (name.casefold() for name in PASSWORD_USERS):
        return refuse(403, "this user has a password and cannot come through the proxy")
    if not auth.store.has_user(user):
        return refuse(403, "MLflow does not know this user; its administrator has to create it first")
    return Authorization("basic", {"username": user, "password": None})
`;
