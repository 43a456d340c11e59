"""Tries TCP ports and tells which let a connection in.

in:  {"host": {"first", "last"}, ...}; names are looked up, and must exist
out: {"host": [open ports], ...}
"""

import errno
import json
import resource
import selectors
import socket
import sys
import time
from collections import deque

PATIENCE = 1.0  # seconds; a network that drops packets says nothing


def connect(address, port):
    attempt = socket.socket()
    attempt.setblocking(False)
    code = attempt.connect_ex((address, port))
    if code in (0, errno.EINPROGRESS):
        return attempt
    attempt.close()
    if code == errno.EADDRNOTAVAIL:
        raise OSError(code, "no local port is left")
    return None


def scan(targets, width):
    waiting, found, selector = deque(), {host: [] for host, _, _ in targets}, selectors.EpollSelector()
    attempts = iter(targets)
    exhausted = False
    while True:
        while not exhausted and len(selector.get_map()) < width:
            target = next(attempts, None)
            exhausted = target is None
            attempt = target and connect(target[1], target[2])
            if attempt:
                selector.register(attempt, selectors.EVENT_WRITE, target)
                waiting.append((time.monotonic() + PATIENCE, attempt))
        if exhausted and not selector.get_map():
            return found
        for key, _ in selector.select(0.05):
            host, _, port = key.data
            if key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found[host].append(port)
            selector.unregister(key.fileobj)
            key.fileobj.close()
        while waiting and (waiting[0][1].fileno() < 0 or waiting[0][0] < time.monotonic()):
            attempt = waiting.popleft()[1]
            if attempt.fileno() >= 0:
                selector.unregister(attempt)
                attempt.close()


targets = [
    (host, socket.gethostbyname(host), port)
    for host, ports in json.load(sys.stdin).items()
    for port in range(ports["first"], ports["last"] + 1)
]
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 5000), hard))
json.dump(scan(targets, min(hard, 5000) - 100), sys.stdout)
