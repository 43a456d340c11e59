"""Listens on a port for a while, as a program would that somebody started beside the pod's own.

in: {"port", "seconds"}
"""

import json
import socket
import sys
import time

settings = json.load(sys.stdin)
with socket.create_server(("", settings["port"]), backlog=100):
    time.sleep(settings["seconds"])
