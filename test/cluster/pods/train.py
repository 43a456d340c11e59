"""Logs and registers two versions of the model `churn`, where the environment says and with what HOME holds."""

import json

import mlflow

mlflow.set_experiment("churn")
for version in (1, 2):
    with open("/tmp/weights.json", "w") as file:
        json.dump({"version": version, "months": version / 10}, file)
    with mlflow.start_run():
        mlflow.log_metric("auc", 0.8 + version / 100)
        logged = mlflow.pyfunc.log_model(
            name="churn",
            python_model="/opt/trainer/model.py",
            artifacts={"weights": "/tmp/weights.json"},
            pip_requirements=[f"mlflow=={mlflow.__version__}"],
            registered_model_name="churn",
        )
    print("registered version", logged.registered_model_version)
