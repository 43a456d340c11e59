/** Serves what the worker processes of a Python server counted, as one. */
export const SERVE_METRICS = String.raw`import os
import signal
import sys

ENDS = [signal.SIGTERM, signal.SIGINT]
# Before any thread starts: the first process of a container gets no signal that it does not wait for.
signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
folder, port = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry)
start_http_server(int(port), registry=registry)
signal.sigwait(ENDS)
`;
