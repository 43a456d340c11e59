"""Registers versions of the model `risk`, whose files go straight to the bucket. Arguments: the weight of each."""

import sys

import mlflow


class Risk(mlflow.pyfunc.PythonModel):
    def __init__(self, weight):
        self.weight = weight

    def predict(self, context, model_input, params=None):
        return [self.weight * months for months in model_input["months"]]


if mlflow.get_experiment_by_name("risk") is None:
    mlflow.create_experiment("risk", artifact_location="s3://credit-models/risk")
mlflow.set_experiment("risk")
for weight in map(float, sys.argv[1:]):
    with mlflow.start_run():
        mlflow.log_param("weight", weight)
        mlflow.pyfunc.log_model(
            name="model",
            python_model=Risk(weight),
            pip_requirements=[f"mlflow=={mlflow.__version__}"],
            registered_model_name="risk",
        )
