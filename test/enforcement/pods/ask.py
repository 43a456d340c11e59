"""Calls many ports at once and tells what answered.

each line in:  {"source": first local port, "targets": [[address, port, "TCP" or "UDP"], ...]}
each line out: [answer or null, ...]; a TCP connection on which nothing is said answers ""

Each call has a local port of its own, so that no firewall takes it for a part of an earlier conversation.
"""

import json
import resource
import selectors
import socket
import sys
import time

PATIENCE = 1.5  # seconds; a network that drops packets says nothing
AGAIN = 0.4  # seconds after which a datagram may be lost
# What a name server answers too: a question for the address of the API server.
QUESTION = (
    b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    b"\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00\x00\x01\x00\x01"
)
KINDS = {"TCP": socket.SOCK_STREAM, "UDP": socket.SOCK_DGRAM}



class Round:
    """The calls of one line."""

    def __init__(self, source, targets):
        self.answers = [None] * len(targets)
        self.selector = selectors.EpollSelector()
        for index, (host, port, protocol) in enumerate(targets):
            self.call(index, source + index, (host, port), protocol)

    def call(self, index, source, address, protocol):
        one = socket.socket(type=KINDS[protocol])
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("", source))
        try:
            one.connect(address)
        except BlockingIOError:
            pass
        except OSError:
            one.close()
            return
        self.selector.register(one, selectors.EVENT_WRITE if protocol == "TCP" else selectors.EVENT_READ, index)

    def run(self):
        last, next_question = time.monotonic() + PATIENCE, 0
        while self.selector.get_map() and time.monotonic() < last:
            if time.monotonic() >= next_question:
                self.send()
                next_question = time.monotonic() + AGAIN
            for key, _ in self.selector.select(0.1):
                self.hear(key.fileobj, key.data, key.events)
        for key in list(self.selector.get_map().values()):
            self.end(key.fileobj)
        self.selector.close()
        return self.answers

    def send(self):
        for key in list(self.selector.get_map().values()):
            if key.fileobj.type == socket.SOCK_DGRAM:
                try:
                    key.fileobj.send(QUESTION)
                except OSError:
                    self.end(key.fileobj)

    def hear(self, one, index, awaited):
        if awaited == selectors.EVENT_WRITE:
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                self.answers[index] = ""
                self.selector.modify(one, selectors.EVENT_READ, index)
            else:
                self.end(one)
            return
        try:
            self.answers[index] = one.recv(512).decode(errors="replace")
        except OSError:
            pass
        self.end(one)

    def end(self, one):
        self.selector.unregister(one)
        one.close()


_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
for line in sys.stdin:
    print(json.dumps(Round(**json.loads(line)).run()), flush=True)
