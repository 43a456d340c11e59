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
