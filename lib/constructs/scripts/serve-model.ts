/**
 * Runs MLflow so that it ends when it is told to. The first process of a container gets no signal that it does not
 * handle, and MLflow hands none on to the server that it starts: both would be there until they are killed.
 *
 * Arguments: those of `mlflow`.
 */
export const SERVE_MODEL = String.raw`import os
import runpy
import signal


def end(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    try:
        # The server answers what it has begun.
        while True:
            os.wait()
    except ChildProcessError:
        os._exit(0)


if os.getpgrp() != os.getpid():
    os.setpgrp()
# Before MLflow is loaded, which takes seconds.
signal.signal(signal.SIGTERM, end)
runpy.run_module("mlflow", run_name="__main__", alter_sys=True)
`;
