"""The model that the trainer logs: it says which version it is, so that an answer shows what was loaded."""

import json

import mlflow


class Churn(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        with open(context.artifacts["weights"]) as file:
            self.weights = json.load(file)

    def predict(self, context, model_input, params=None):
        return [
            {"version": self.weights["version"], "score": self.weights["months"] * months}
            for months in model_input["months"]
        ]


mlflow.models.set_model(Churn())
