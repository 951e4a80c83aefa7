"""Runs a figure's module in node, beside the library it is compared with."""

import json
import shutil
import subprocess

import pytest

HEAD = """
globalThis.document = undefined;
const say = (v) => console.log(JSON.stringify(v, (k, x) =>
  typeof x === "number" && !Number.isFinite(x) ? String(x) : x));
"""


@pytest.fixture
def run_module(tmp_path):
    """Return a function: the value of an expression beside a module.

    `run_module("step_length.js", "walk(1, 0.1, 3)")`: the module's exports
    and the kit are in reach by their names.
    """
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    from layerwise.figures import base

    def run(module, expression):
        file = tmp_path / "figure.mjs"
        source = HEAD + base.script(module) + f"\nsay({expression});\n"
        file.write_text(source, encoding="utf-8")
        out = subprocess.run(
            ["node", str(file)], capture_output=True, text=True, timeout=60
        )
        assert out.returncode == 0, out.stderr
        return json.loads(out.stdout)

    return run
