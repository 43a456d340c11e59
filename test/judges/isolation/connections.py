"""Asks Network Config Analyzer about worlds: folders with resources and a file `ends` of hosts and ports.

Prints a line of JSON for each pair of ends: [folder, from, to, [whether each port is open]].
"""
import contextlib
import json
import os
import sys

from nca.CoreDS.ConnectionSet import ConnectionSet
from nca.CoreDS.Peer import IpBlock
from nca.CoreDS.PortSet import PortSet
from nca.CoreDS.TcpLikeProperties import TcpLikeProperties
from nca.NetworkConfig.ResourcesHandler import ResourcesHandler

PROTOCOLS = {"TCP": 6, "UDP": 17, "SCTP": 132}


def connection(protocol, port):
    ports = PortSet()
    ports.add_port(port)
    one = ConnectionSet()
    one.add_connections(PROTOCOLS[protocol], TcpLikeProperties(PortSet(True), ports))
    return one


for folder in sys.argv[1:]:
    with open(os.path.join(folder, "ends")) as file:
        ends = json.load(file)
    asked = [connection(*port) for port in ends["ports"]]
    resources = os.path.join(folder, "resources.yaml")
    with contextlib.redirect_stdout(sys.stderr):
        config = ResourcesHandler().get_network_config([resources], None, None, [resources])
        pods = [(str(pod), pod) for pod in config.peer_container.get_all_peers_group()]
        hosts = [(host, IpBlock(host + ("/128" if ":" in host else "/32"))) for host in ends["hosts"]]
        found = [
            [folder, one, other, [port.contained_in(config.allowed_connections(source, target)[0]) for port in asked]]
            for one, source in pods + hosts
            for other, target in pods + hosts
            if source is not target and not (one in ends["hosts"] and other in ends["hosts"])
        ]
    for line in found:
        print(json.dumps(line))
