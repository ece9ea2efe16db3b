"""The project as a whole: one version, a clean lock, a wheel that works elsewhere."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import kzcivil as kz
from kzcivil.evidence import bundle_folder


def test_one_version(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert project == kz.__version__
    assert f"version: {project}" in (root / "CITATION.cff").read_text(encoding="utf-8")
    data = json.loads((bundle_folder() / "datapackage.json").read_text(encoding="utf-8"))["version"]
    assert f"[{data}]" in (root / "data" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_lock_is_hashed_and_names_no_address(root: Path) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index-url|--extra-index", lock)
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    locked = {re.split(r"==|\[", block)[0] for block in blocks}
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for names in project["optional-dependencies"].values() for name in names),
    ]
    assert {re.match(r"[a-z0-9-]+", name)[0] for name in wanted} <= locked  # type: ignore[index]


def test_public_names_are_documented_with_an_example() -> None:
    for name in kz.__all__:
        thing = getattr(kz, name)
        assert thing.__doc__, name
    assert len([name for name in kz.__all__ if callable(getattr(kz, name))]) <= 25


def test_wheel_works_elsewhere(root: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-c", f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"]
    name = subprocess.run(build, cwd=root, capture_output=True, text=True, check=True).stdout.split()[-1]
    with zipfile.ZipFile(tmp_path / name) as wheel:
        wheel.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import kzcivil as kz\n"
        f"assert kz.__file__.startswith({str(tmp_path)!r}), kz.__file__\n"
        "from kzcivil.evidence import bundle_folder\n"
        f"assert str(bundle_folder()).startswith({str(tmp_path)!r})\n"
        "print(len(kz.load().claims))\n"
    )
    shown = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(shown.stdout) == len(kz.load().claims)
