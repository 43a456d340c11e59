"""Scores measurements: how far each is from the others, by one of three algorithms with an endpoint each."""

import socket
from statistics import mean, median, pstdev, quantiles
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Header
from pydantic import BaseModel, Field

api = FastAPI()


class Measurements(BaseModel):
    values: list[float] = Field(min_length=2)


def answer(algorithm, values, middle, scale):
    scores = [abs(value - middle) / scale if scale else 0.0 for value in values]
    return {"algorithm": algorithm, "scores": scores, "pod": socket.gethostname()}


@api.post("/score/zscore")
def zscore(measured: Measurements):
    return answer("zscore", measured.values, mean(measured.values), pstdev(measured.values))


@api.post("/score/mad")
def mad(measured: Measurements):
    middle = median(measured.values)
    return answer("mad", measured.values, middle, median(abs(value - middle) for value in measured.values))


@api.post("/score/iqr")
def iqr(measured: Measurements):
    low, middle, high = quantiles(measured.values, n=4, method="inclusive")
    return answer("iqr", measured.values, middle, high - low)


@api.get("/caller")
def caller(x_client_name: Annotated[str | None, Header()] = None):
    return {"client": x_client_name}


@api.get("/ready")
@api.get("/health")
def well():
    return "it works"


if __name__ == "__main__":
    uvicorn.run(api, host="0.0.0.0", port=8080)
