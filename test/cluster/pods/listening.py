"""Tells on which TCP ports the pod listens, for other pods to call.

out: [port, ...]
"""

import json
import sys

LISTEN, LOOPBACK = "0A", ("0100007F", "00000000000000000000000001000000")


def ports(table):
    with open(table) as lines:
        for line in list(lines)[1:]:
            _, local, _, state = line.split()[:4]
            address, port = local.split(":")
            if state == LISTEN and address not in LOOPBACK:
                yield int(port, 16)


json.dump(sorted({port for table in ("/proc/net/tcp", "/proc/net/tcp6") for port in ports(table)}), sys.stdout)
