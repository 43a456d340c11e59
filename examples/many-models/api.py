"""Serves the model that its arguments name: one program, one image, as many models as there are endpoints."""

import argparse
import json
import threading
import time
from urllib.parse import urlsplit

import boto3
import uvicorn
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, Response

options = argparse.ArgumentParser()
options.add_argument("--name", required=True)
options.add_argument("--version", type=int, required=True)
options.add_argument("--model", required=True, help="where it lies: s3://bucket/path")
serving = options.parse_args()

api = FastAPI()
weights = {}


def load():
    place = urlsplit(f"{serving.model}/model.json")
    while not weights:
        try:
            found = boto3.client("s3").get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))
            weights.update(json.load(found["Body"]))
        except (BotoCoreError, ClientError) as error:
            print("not loaded yet:", error, flush=True)
            time.sleep(2)


@api.get("/loaded")
@api.get("/ready")
def ready(response: Response):
    response.status_code = 200 if weights else 503
    return {"model": serving.name, "version": serving.version, "loaded": bool(weights)}


@api.get("/health")
def health():
    return "the process works, loaded or not"


@api.post("/predict")
def predict(features: dict[str, float]):
    score = sum(weight * features.get(name, 0) for name, weight in weights.items())
    return {"model": serving.name, "version": serving.version, "score": score}


if __name__ == "__main__":
    threading.Thread(target=load, daemon=True).start()
    uvicorn.run(api, host="0.0.0.0", port=8080)
