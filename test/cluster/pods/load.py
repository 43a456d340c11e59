"""Calls an API until it is told to stop. Half of the callers keep their connections, the others open one for each call.

in:  {"url", "headers", "body", "callers", "stop": path of a file, "seconds"}
out: {"answers": {body: times}, "failures": [reason, ...]}
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

PAUSE = 0.03  # seconds: what is asked is whether requests fail, not how many the API takes

settings = json.load(sys.stdin)
url, body, stop = urlsplit(settings["url"]), json.dumps(settings["body"]), Path(settings["stop"])
headers = {"Content-Type": "application/json", **settings["headers"]}
answers, failures, lock = Counter(), [], threading.Lock()
deadline = time.monotonic() + settings["seconds"]


def call(connection):
    connection.request("POST", url.path, body, headers)
    response = connection.getresponse()
    text = response.read().decode(errors="replace")
    with lock:
        if response.status == 200:
            answers[text] += 1
        else:
            failures.append(f"{response.status} {text}")


def calls(keeps):
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    while not stop.exists() and time.monotonic() < deadline:
        try:
            call(connection)
        except (OSError, http.client.HTTPException) as error:
            with lock:
                failures.append(repr(error))
            connection.close()
        if not keeps:
            connection.close()
        time.sleep(PAUSE)


callers = [threading.Thread(target=calls, args=[number % 2 == 0]) for number in range(settings["callers"])]
for caller in callers:
    caller.start()
for caller in callers:
    caller.join()
json.dump({"answers": answers, "failures": failures}, sys.stdout)
