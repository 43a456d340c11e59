"""What somebody runs in a notebook: logs a run and registers a version of a model. Arguments: its name, its version."""

import sys

import mlflow


class Growth(mlflow.pyfunc.PythonModel):
    def __init__(self, version):
        self.version = version

    def predict(self, context, model_input, params=None):
        return [{"version": self.version, "y": self.version * x} for x in model_input["x"]]


name, version = sys.argv[1], int(sys.argv[2])
mlflow.set_experiment(name)
with mlflow.start_run():
    mlflow.log_metric("error", 1 / version)
    mlflow.pyfunc.log_model(
        name="model",
        python_model=Growth(version),
        pip_requirements=[f"mlflow=={mlflow.__version__}"],
        registered_model_name=name,
    )
