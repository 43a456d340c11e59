"""Calls a model without a pause until only the new version answers.

in:  {"url", "body", "until", "seconds"}
out: {"answers": {version: times}, "failures": [reason, ...], "finished"}
"""

import json
import sys
import time
import urllib.request
from collections import Counter

ENOUGH = 50  # answers in a row: by then no pod of the old version takes requests

settings = json.load(sys.stdin)
body = json.dumps(settings["body"]).encode()
answers, failures, row = Counter(), [], 0
deadline = time.monotonic() + settings["seconds"]
while row < ENOUGH and time.monotonic() < deadline:
    request = urllib.request.Request(settings["url"], body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            version = json.load(response)["predictions"][0]["version"]
        answers[version] += 1
        row = row + 1 if version == settings["until"] else 0
    except OSError as error:
        failures.append(str(error))
    time.sleep(0.05)
json.dump({"answers": answers, "failures": failures, "finished": row >= ENOUGH}, sys.stdout)
