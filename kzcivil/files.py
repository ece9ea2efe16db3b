"""Files that are made from others: filled between markers, and written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kzcivil.tables import DataError, bundle_folder


def between(text: str, marker: str, content: str) -> str:
    """A text with what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` replaced."""
    pattern = re.compile(rf"(<!-- {marker}\b[^>]*-->\n).*?(<!-- /{marker} -->)", re.S)
    if not pattern.search(text):
        raise DataError(f"the markers <!-- {marker} --> and <!-- /{marker} --> are missing; put them back")
    return pattern.sub(lambda match: match[1] + content + match[2], text)


def refresh(folder: Path | None = None) -> list[str]:
    """Bring checksums, sizes and the codebook's columns up to date with the tables; names of the files that changed."""
    home = folder or bundle_folder()
    path, codebook = home / "datapackage.json", home / "README.md"
    package, text = json.loads(path.read_text(encoding="utf-8")), codebook.read_text(encoding="utf-8")
    for resource in package["resources"]:
        raw = (home / resource["path"]).read_bytes()
        resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(raw).hexdigest()}", len(raw)
    text = between(text, "columns", "".join(map(_columns, package["resources"])) + "\n")
    written = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    return write_all({path: written.encode(), codebook: text.encode()})


def _columns(resource: dict[str, Any]) -> str:
    """Every column of a table, as Markdown."""
    head = "| Column | Type | Meaning |\n| --- | --- | --- |\n"
    text = f"\n**`{resource['path']}`**: {resource['description']}\n\n{head}"
    for field in resource["schema"]["fields"]:
        rules = field.get("constraints", {})
        listed = f"{rules.get('enum', [''])[0]}:" in field["description"]  # the description explains each value
        kinds = f" One of: {'; '.join(rules['enum'])}." if "enum" in rules and not listed else ""
        star = "*" if rules.get("required") else ""
        text += f"| `{field['name']}` | {field['type']}{star} | {field['description']}{kinds} |\n"
    return text


def write_all(files: Mapping[Path, bytes]) -> list[str]:
    """Write the files that differ from what is there, all or none: beside them first, then moved into place."""
    changed = [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    drafts = {path: path.resolve().with_name(f".{path.resolve().name}.new") for path in changed}
    try:
        for path, draft in drafts.items():
            draft.parent.mkdir(exist_ok=True)
            draft.write_bytes(files[path])
            if path.exists():
                shutil.copymode(path, draft)
        for path, draft in drafts.items():
            draft.replace(path.resolve())
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return [path.name for path in changed]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a folder, made if it is not there, for one process; the lock ends with it, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".lock"
    with path.open("a+") as file:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415

                file.seek(99)  # beyond the number, which others read
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(file.fileno()).st_nlink:
                raise BlockingIOError("its holder took it away as it ended")
        except (BlockingIOError, PermissionError) as error:
            file.seek(0)
            who = f"another run (process {file.read() or 'unknown'})"
            raise DataError(f"{folder}: {who} writes into this folder; wait for its end, or choose another") from error
        file.truncate(0)
        print(os.getpid(), end="", file=file, flush=True)
        for draft in folder.glob(".*.new"):  # of a process that was killed
            draft.unlink()
        try:
            yield
        finally:
            with suppress(OSError):  # where an open file must stay
                path.unlink()
