"""Serves one version of a registered model. Which one, and where it lies, the pod's environment says."""

import os

import mlflow
import pandas
import uvicorn
from fastapi import FastAPI

name, version = os.environ["MODEL_NAME"], os.environ["MODEL_VERSION"]
model = mlflow.pyfunc.load_model(f"models:/{name}/{version}")
api = FastAPI()


@api.get("/ready")
@api.get("/health")
def well():
    return {"model": name, "version": int(version)}


@api.post("/score")
def score(customers: list[dict]):
    return {"model": name, "version": int(version), "scores": model.predict(pandas.DataFrame(customers))}


if __name__ == "__main__":
    uvicorn.run(api, host="0.0.0.0", port=8080)
