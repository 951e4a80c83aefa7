"""A JupyterLite with real numpy: xeus_site.py TARGET FILES WHEEL...

Package indexes have no numpy for Pyodide. An older bundle has one: the kernel
xeus-python with Python 3.11 and numpy 1.25, both compiled for the browser. So
that we see our library run there, this builds a site around it, with FILES as
contents and the wheels added to the kernel's packages.

It needs an environment of its own: the bundle works with JupyterLite 0.2.
"""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

KERNEL = "@jupyterlite/xeus-python-kernel"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
INSIDE = "lib/python3.11/site-packages"
CONFIG = {
    "LiteBuildConfig": {
        "apps": ["lab"],
        "contents": ["files"],
        # It would solve and download an environment; the bundle holds one.
        "disable_addons": ["jupyterlite-xeus-python"],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
    }
}


def add(wheel: Path, static: Path) -> dict[str, str]:
    """Repack a pure wheel as the kernel unpacks it."""
    name, version = wheel.name.split("-")[:2]
    stem = f"{name}-{version}-pypi_0"
    file = f"{stem}.tar.gz"
    with (
        zipfile.ZipFile(wheel) as packed,
        tarfile.open(static / file, "w:gz", compresslevel=1) as tar,
    ):
        for member in packed.namelist():
            about = tarfile.TarInfo(f"{INSIDE}/{member}")
            content = packed.read(member)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return {
        "name": name,
        "version": version,
        "build": "pypi_0",
        "filename_stem": stem,
        "filename": file,
    }


def main(target: Path, files: Path, wheels: list[Path]) -> None:
    work = target.with_name(target.name + "-work")
    for old in (work, target):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(files, work / "files")
    home = Path(sys.prefix) / "share/jupyter/labextensions"
    CONFIG["LiteBuildConfig"]["federated_extensions"] = [
        str(home / name) for name in EXTENSIONS
    ]
    (work / "jupyter_lite_config.json").write_text(json.dumps(CONFIG))
    build = [sys.executable, "-m", "jupyterlite_core", "build"]
    build += ["--lite-dir", str(work), "--output-dir", str(target)]
    subprocess.run(build, cwd=work, check=True, capture_output=True)
    static = target / "extensions" / KERNEL / "static"
    meta = static / "empack_env_meta.json"
    packages = json.loads(meta.read_text())
    packages["packages"] += [add(wheel, static) for wheel in wheels]
    meta.write_text(json.dumps(packages))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), list(map(Path, sys.argv[3:])))
