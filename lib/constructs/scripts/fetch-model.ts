/**
 * Fetches a model into an empty folder, and fails unless its files have the digest that is expected. What is left in the
 * folder is exactly what was checked.
 */
export const FETCH_MODEL = String.raw`import hashlib
import os
import shutil
import stat
import sys

source, folder, expected = sys.argv[1:]
work, target = os.path.join(folder, "work"), os.path.join(folder, "model")


def fetch():
    if os.path.isabs(source):
        return shutil.copytree(source, os.path.join(work, "copy"), symlinks=True)
    import mlflow.artifacts

    return mlflow.artifacts.download_artifacts(artifact_uri=source, dst_path=work)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def lines(root):
    for parent, folders, names in os.walk(root):
        for name in folders + names:
            path = os.path.join(parent, name)
            mode = os.lstat(path).st_mode
            if "\n" in name or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                sys.exit(f"{os.path.relpath(path, root)!r} is no plain file, and cannot be part of a model with a digest")
            if stat.S_ISREG(mode):
                yield os.fsencode(f"{sha256(path)}  {os.path.relpath(path, root)}\n")


# The container may have been restarted in the middle of its work.
for leftover in (work, target):
    shutil.rmtree(leftover, ignore_errors=True)
os.makedirs(work)
model = fetch()
if not os.path.isdir(model):
    sys.exit(f"{source} is no folder")
# A note by MLflow about the download: no part of the model.
note = os.path.join(model, "registered_model_meta")
if os.path.isfile(note):
    os.remove(note)
found = sorted(lines(model))
actual = "sha256:" + hashlib.sha256(b"".join(found)).hexdigest()
if actual != expected:
    sys.stderr.buffer.write(b"".join(found))
    sys.exit(
        f"the files of {source}, listed above, have the digest {actual}, but the pin says {expected}: "
        "they are not what was pinned, and are not served"
    )
os.rename(model, target)
print(f"{source}: {len(found)} files, {actual}")
`;
