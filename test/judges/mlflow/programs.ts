/** What a team's training would do: a run with an artifact, two versions of a model, an alias on the first. */
export const WRITER = `
import mlflow
from mlflow import MlflowClient

class Model(mlflow.pyfunc.PythonModel):
    def predict(self, model_input, params=None):
        return [2 * value for value in model_input["x"]]

mlflow.set_experiment("churn")
client = MlflowClient()
for number in (1, 2):
    with mlflow.start_run(run_name=f"training {number}"):
        mlflow.log_param("depth", number)
        mlflow.log_metric("auc", 0.9)
        mlflow.log_text(f"report {number}", "report.txt")
        mlflow.pyfunc.log_model(name="model", python_model=Model(), pip_requirements=[], registered_model_name="churn")
client.set_registered_model_alias("churn", "champion", "1")
client.set_model_version_tag("churn", "2", "checked", "yes")
print("written")
`;

/** What a model endpoint would see, as one line of JSON: the same before a loss and after a restore. */
export const READER = `
import hashlib, json, os, tempfile
import mlflow
from mlflow import MlflowClient

client = MlflowClient()
seen = {}
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id]):
        seen[run.info.run_id] = [run.data.params, run.data.metrics, run.info.run_name]
        with tempfile.TemporaryDirectory() as folder:
            path = client.download_artifacts(run.info.run_id, "report.txt", folder)
            seen[run.info.run_id].append(open(path).read())
model = client.get_registered_model("churn")
seen["aliases"] = model.aliases
for version in client.search_model_versions("name='churn'"):
    with tempfile.TemporaryDirectory() as folder:
        local = mlflow.artifacts.download_artifacts(f"models:/churn/{version.version}", dst_path=folder)
        files = {}
        for root, _, names in os.walk(local):
            for name in names:
                if name != "registered_model_meta":
                    path = os.path.join(root, name)
                    files[os.path.relpath(path, local)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    seen[version.version] = [version.run_id, version.tags, files]
print("SEEN " + json.dumps(seen, sort_keys=True))
`;

/** Everything that a reader must not do; says what went through. */
export const INTRUDER = `
from mlflow import MlflowClient

client = MlflowClient()
experiment = client.get_experiment_by_name("churn")
run = client.search_runs([experiment.experiment_id])[0].info.run_id
open("intruder.txt", "w").write("x")
attempts = {
    "create an experiment": lambda: client.create_experiment("mine"),
    "create a model": lambda: client.create_registered_model("mine"),
    "start a run": lambda: client.create_run(experiment.experiment_id),
    "log a metric": lambda: client.log_metric(run, "auc", 1),
    "log a parameter": lambda: client.log_param(run, "new", 1),
    "upload an artifact": lambda: client.log_artifact(run, "intruder.txt"),
    "register a version": lambda: client.create_model_version("churn", f"runs:/{run}/model", run),
    "move an alias": lambda: client.set_registered_model_alias("churn", "champion", "2"),
    "tag a version": lambda: client.set_model_version_tag("churn", "1", "a", "b"),
    "rename the model": lambda: client.rename_registered_model("churn", "other"),
    "delete a run": lambda: client.delete_run(run),
    "delete a version": lambda: client.delete_model_version("churn", "2"),
    "delete the experiment": lambda: client.delete_experiment(experiment.experiment_id),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print("ALLOWED " + name)
    except Exception as error:
        if "ermission denied" not in str(error):
            print("FAILED " + name + ": " + str(error)[:200])
print(f"TRIED {len(attempts)}")
`;

/** Takes the tables of an up-to-date database back to what an older MLflow left. */
export const DOWNGRADE = `
import sys
import mlflow.store.db.utils as utils
import sqlalchemy
from alembic.script import ScriptDirectory

engine = sqlalchemy.create_engine("postgresql+psycopg2:///?service=mlflow")
config = utils._get_alembic_config("")
script = ScriptDirectory.from_config(config)
revisions = [revision.revision for revision in script.walk_revisions()]
from alembic import command
from mlflow.store.tracking.dbmodels.initial_models import Base
Base.metadata.create_all(engine)
with engine.begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, revisions[2])
print(revisions[2])
`;
