/**
 * A small model, and its second version in which one number differs, in a registry.
 *
 * Arguments: a folder for them. The registry is MLFLOW_TRACKING_URI.
 */
export const TWO_VERSIONS = `
import sys
import mlflow
import pandas as pd

class Model(mlflow.pyfunc.PythonModel):
    def __init__(self, factor):
        self.factor = factor

    def predict(self, context, model_input, params=None):
        return [self.factor * value for value in model_input["x"]]

frame = pd.DataFrame({"x": [1.0, 2.0]})
mlflow.set_experiment("churn")
for factor in (2, 3):
    signature = mlflow.models.infer_signature(frame, [1.0])
    mlflow.pyfunc.log_model(
        name="model", python_model=Model(factor), signature=signature, pip_requirements=[], registered_model_name="churn"
    )
    mlflow.artifacts.download_artifacts(f"models:/churn/{factor - 1}", dst_path=f"{sys.argv[1]}/{factor - 1}")
`;

/**
 * A model for every kind of signature, each in a folder with its name.
 *
 * Argument: the folder for them.
 */
export const SIGNATURES = `
import sys
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import AnyType, Array, Map, Object, Property

class Model(mlflow.pyfunc.PythonModel):
    def __init__(self, answer):
        self.answer = answer

    def predict(self, context, model_input, params=None):
        return self.answer

def save(name, inputs, answer, params=None):
    outputs = infer_signature(pd.DataFrame({"a": [1.0]}), answer).outputs
    signature = ModelSignature(inputs=Schema(inputs), outputs=outputs, params=params)
    mlflow.pyfunc.save_model(f"{sys.argv[1]}/{name}", python_model=Model(answer), signature=signature, pip_requirements=[])

plain = ["boolean", "integer", "long", "float", "double", "string", "datetime"]
frame = pd.DataFrame({"class": ["spam"], "score": [0.5], "rank": [1], "sure": [True]})
params = ParamSchema([
    ParamSpec("threshold", "double", 0.5),
    ParamSpec("top", "long", [1, 2], shape=(-1,)),
    ParamSpec("label", "string", "spam"),
])
save("columns", [*(ColSpec(kind, kind) for kind in plain), ColSpec("double", "maybe", required=False)], frame, params)
save("binary", [ColSpec("binary", "image"), ColSpec("long", "width")], np.array([0.5]))
save("nested", [
    ColSpec(Array(DataType.double), "values"),
    ColSpec(Array(Array(DataType.long)), "rows"),
    ColSpec(Object([Property("key", DataType.string), Property("other", DataType.long, required=False)]), "object"),
    ColSpec(Map(DataType.long), "map"),
    ColSpec(AnyType(), "any"),
], pd.Series([0.5]))
save("unnamed", [ColSpec("string")], ["spam"])
save("unnamed-number", [ColSpec("double")], 0.5)
save("unnamed-binary", [ColSpec("binary")], [{"score": 0.5}])
save("unnamed-two", [ColSpec("double"), ColSpec("long")], pd.Series([0.5], name="score"))
save("tensor", [TensorSpec(np.dtype("float64"), (-1, 2, 3))], np.array([[0.5, 1.0]]))
save("tensor-words", [TensorSpec(np.dtype("str"), (-1,))], {"score": np.array([0.5])})
save("tensor-large", [TensorSpec(np.dtype("uint8"), (-1, 28, 28))], {"score": 0.5})
save("tensors", [
    TensorSpec(np.dtype("float32"), (-1, 2), "pair"),
    TensorSpec(np.dtype("int64"), (-1,), "number"),
    TensorSpec(np.dtype("bool"), (-1, 1), "flag"),
], np.array([[1]]))
save("numbered", [ColSpec("double", 0), ColSpec("double", 1)], pd.DataFrame([[0.5, 1.0]]))
`;

/**
 * MLflow's scoring server for every model below a folder, each below a path with its name.
 *
 * Arguments: the folder, the port.
 */
export const SCORING_SERVERS = `
import os
import sys
import uvicorn
from fastapi import FastAPI
from mlflow.pyfunc import load_model, scoring_server

folder, port = sys.argv[1:]
app = FastAPI()
for name in sorted(os.listdir(folder)):
    app.mount(f"/{name}", scoring_server.init(load_model(f"{folder}/{name}")))
uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
`;
