"""Sends HTTP requests and tells how each was answered.

in:  [{"url", "host"?, "user"?, "password"?, "headers"?, "body"?}]
out: [{"status", "body"}], with status 0 and the reason if there was no answer
"""

import base64
import http.client
import json
import sys
from urllib.parse import urlsplit


def send(request):
    url = urlsplit(request["url"])
    headers = {"Host": request.get("host") or url.netloc, "Content-Type": "application/json", **request.get("headers", {})}
    if "user" in request:
        pair = f"{request['user']}:{request['password']}".encode()
        headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    body = json.dumps(request["body"]) if "body" in request else None
    try:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        target = url.path + (f"?{url.query}" if url.query else "")
        connection.request("GET" if body is None else "POST", target, body, headers)
        response = connection.getresponse()
        return {"status": response.status, "body": response.read().decode(errors="replace")}
    except OSError as error:
        return {"status": 0, "body": str(error)}


json.dump([send(request) for request in json.load(sys.stdin)], sys.stdout)
