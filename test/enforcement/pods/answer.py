"""Answers with its name on TCP and UDP ports, in place of what a pod would serve.

arguments: NAME ADDRESS PORT...
"""

import selectors
import socket
import sys

name, address, *ports = sys.argv[1:]
selector = selectors.DefaultSelector()
for port in map(int, ports):
    datagrams = socket.socket(type=socket.SOCK_DGRAM)
    datagrams.bind((address, port))
    for one in (socket.create_server((address, port), backlog=1024), datagrams):
        one.setblocking(False)
        selector.register(one, selectors.EVENT_READ)

while True:
    for key, _ in selector.select():
        one = key.fileobj
        try:
            if one.type == socket.SOCK_DGRAM:
                _, caller = one.recvfrom(512)
                one.sendto(name.encode(), caller)
            else:
                connection, _ = one.accept()
                with connection:
                    connection.sendall(name.encode())
        except OSError:
            pass  # the caller has gone
