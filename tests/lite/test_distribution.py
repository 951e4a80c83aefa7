"""A distribution cut to what the chapters need, and the full site's own."""

import hashlib
import json
import tarfile
import zipfile

import distribution
import pytest
from lite_visit import ROOT, serve

RUNTIME = dict.fromkeys(distribution.RUNTIME, b"a runtime")


def entry(name, file, content=b"", depends=()):
    return {
        "name": name,
        "version": "1.0",
        "file_name": file,
        "sha256": hashlib.sha256(content).hexdigest(),
        "package_type": "package",
        "install_dir": "site",
        "imports": [name],
        "depends": list(depends),
        "unvendored_tests": False,
    }


def lock_of(*entries):
    info = {"python": "3.14.2", "abi_version": "2026_0"}
    return {"info": info, "packages": {e["name"]: e for e in entries}}


@pytest.fixture
def lock():
    return lock_of(
        entry("numpy", "numpy-1.0-cp314-wasm32.whl", b"numpy"),
        entry("Prompt_Toolkit", "prompt-1.0-py3-none-any.whl", b"prompt"),
        entry(
            "shell",
            "shell-1.0-py3-none-any.whl",
            b"shell",
            ["prompt-toolkit", "numpy"],
        ),
        entry("unasked", "unasked-1.0-py3-none-any.whl", b"unasked"),
    )


@pytest.fixture
def folder(tmp_path, lock):
    """A distribution in a folder, as it is unpacked."""
    home = tmp_path / "full/pyodide"
    home.mkdir(parents=True)
    for e in lock["packages"].values():
        content = e["file_name"].split("-")[0].encode()
        (home / e["file_name"]).write_bytes(content)
    for name, content in RUNTIME.items():
        (home / name).write_bytes(content)
    (home / distribution.LOCK).write_text(json.dumps(lock))
    return home


@pytest.fixture
def wheel(tmp_path):
    """A pure wheel that asks for much."""
    path = tmp_path / "our_own-0.2-py3-none-any.whl"
    asks = [
        "numpy>=1.25",
        'pywin32; sys_platform == "win32"',
        'tomli; python_version < "3.11"',
        'sphinx; extra == "docs"',
        "typing_extensions",
    ]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("our_own/__init__.py", "")
        packed.writestr("beside.py", "")
        packed.writestr(
            "our_own-0.2.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: Our.Own\nVersion: 0.2\n"
            + "".join(f"Requires-Dist: {one}\n" for one in asks),
        )
    return path


def names(lock):
    return list(lock["packages"])


def test_a_package_brings_what_it_depends_on_however_it_is_spelled(lock):
    cut = distribution.cut(lock, ["Shell"])
    assert names(cut) == ["numpy", "prompt-toolkit", "shell"]
    assert cut["info"] == lock["info"]


def test_a_package_that_the_lock_lacks_is_named(lock):
    with pytest.raises(distribution.MissingFileError, match="no scipy"):
        distribution.cut(lock, ["numpy", "scipy"])


def test_what_is_left_out_is_left_out_of_what_others_need(lock):
    cut = distribution.cut(lock, ["shell"], without=["NumPy"])
    assert names(cut) == ["prompt-toolkit", "shell"]
    assert cut["packages"]["shell"]["depends"] == ["prompt-toolkit"]
    assert lock["packages"]["shell"]["depends"][1] == "numpy", "ours changed"


def test_a_wheel_of_ours_is_described_for_the_browser(wheel):
    name, about = distribution.described(wheel, "3.14")
    assert name == "our-own"
    assert about["depends"] == ["numpy", "typing-extensions"]
    assert about["imports"] == ["beside", "our_own"]
    assert about["file_name"] == wheel.name
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert about["sha256"] == digest


def test_a_wheel_of_ours_joins_the_lock_with_what_it_needs(lock, wheel):
    cut = distribution.cut(
        lock, ["our-own"], [wheel], without=["typing-extensions"]
    )
    assert names(cut) == ["numpy", "our-own"]


def test_a_file_from_an_index_changes_the_hash_but_not_the_needs(lock, wheel):
    lock["packages"]["our-own"] = entry("our-own", "other.whl", b"", ["numpy"])
    cut = distribution.cut(lock, ["our-own"], [wheel])
    about = cut["packages"]["our-own"]
    assert about["depends"] == ["numpy"]
    assert about["file_name"] == wheel.name


def test_a_copy_holds_the_runtime_and_what_is_needed_and_no_more(
    folder, lock, wheel, tmp_path
):
    read = distribution.source(str(folder.parent), tmp_path / "cache")
    given = json.loads(read(distribution.LOCK))
    wanted = ["shell", "our-own"]
    cut = distribution.cut(given, wanted, [wheel], ["typing-extensions"])
    target = tmp_path / "site"
    target.mkdir()
    (target / "old.whl").touch()
    size = distribution.copy(read, cut, target, [wheel])
    found = {file.name: file for file in target.iterdir()}
    assert set(found) == {
        *RUNTIME,
        distribution.LOCK,
        wheel.name,
        "numpy-1.0-cp314-wasm32.whl",
        "prompt-1.0-py3-none-any.whl",
        "shell-1.0-py3-none-any.whl",
    }
    assert size == sum(file.stat().st_size for file in found.values())
    assert json.loads(found[distribution.LOCK].read_text()) == cut


def test_a_changed_package_is_refused(folder, lock, tmp_path):
    (folder / "numpy-1.0-cp314-wasm32.whl").write_bytes(b"something else")
    read = distribution.folder(folder)
    cut = distribution.cut(lock, ["numpy"])
    with pytest.raises(distribution.WrongFileError, match="numpy"):
        distribution.copy(read, cut, tmp_path / "site")


def test_a_package_that_is_not_in_the_folder_is_named(folder, lock, tmp_path):
    (folder / "numpy-1.0-cp314-wasm32.whl").unlink()
    cut = distribution.cut(lock, ["numpy"])
    with pytest.raises(distribution.MissingFileError, match="no numpy"):
        distribution.copy(distribution.folder(folder), cut, tmp_path / "site")


@pytest.mark.parametrize("base", ["https://example.org/314/", "../../314/"])
def test_a_distribution_elsewhere_is_linked_and_ours_is_copied(
    base, folder, lock, wheel, tmp_path
):
    cut = distribution.cut(
        lock, ["shell", "our-own"], [wheel], ["typing-extensions"]
    )
    far = distribution.placed(cut, base, [wheel])
    distribution.copy(
        distribution.folder(folder), far, tmp_path / "site", [wheel]
    )
    here = {file.name for file in (tmp_path / "site").iterdir()}
    assert here == {distribution.LOCK, wheel.name}
    file = far["packages"]["numpy"]["file_name"]
    assert file == f"{base}numpy-1.0-cp314-wasm32.whl"


def test_a_tarball_is_unpacked_once(folder, tmp_path, monkeypatch):
    archive = tmp_path / "pyodide-1.0.tar.bz2"
    with tarfile.open(archive, "w:bz2") as tar:
        tar.add(folder, "pyodide")
    cache = tmp_path / "cache"
    assert distribution.source(str(archive), cache)("pyodide.mjs")
    monkeypatch.setattr(tarfile, "open", None)
    again = distribution.source(str(archive), cache)
    assert again("pyodide.mjs") == b"a runtime"


def test_tarballs_of_like_names_are_not_taken_for_each_other(folder, tmp_path):
    core, full = tmp_path / "pyodide-1.0.tgz", tmp_path / "pyodide-1.0.tar.bz2"
    with tarfile.open(full, "w:bz2") as tar:
        tar.add(folder, "pyodide")
    (folder / "pyodide.mjs").write_bytes(b"another runtime")
    with tarfile.open(core, "w:gz") as tar:
        tar.add(folder, "pyodide")
    cache = tmp_path / "cache"
    read = [distribution.source(str(one), cache) for one in (core, full)]
    found = [one("pyodide.mjs") for one in read]
    assert found == [b"another runtime", b"a runtime"]


def test_files_of_an_address_are_fetched_once(folder, tmp_path):
    server, missed = serve(folder, "/full/")
    try:
        base = f"http://127.0.0.1:{server.server_port}/full"
        read = distribution.source(base, tmp_path / "cache")
        assert read("pyodide.mjs") == b"a runtime"
        with pytest.raises(distribution.MissingFileError, match="scipy"):
            read("scipy.whl")
        assert missed == ["/full/scipy.whl"]
    finally:
        server.shutdown()
        server.server_close()
    assert read("pyodide.mjs") == b"a runtime"


@pytest.mark.parametrize("given", ["nowhere", "."])
def test_what_is_no_distribution_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(distribution.MissingFileError):
        distribution.source(given, tmp_path / "cache")


# --- the built site ----------------------------------------------------------
@pytest.fixture
def built(pyodide):
    return json.loads((pyodide / distribution.LOCK).read_text())


@pytest.mark.site
def test_every_file_of_the_site_is_the_one_its_lock_names(built, pyodide):
    listed = {e["file_name"]: e for e in built["packages"].values()}
    for name, about in listed.items():
        distribution.checked(about, (pyodide / name).read_bytes())
    here = {file.name for file in pyodide.iterdir()}
    assert here == {*listed, *distribution.RUNTIME, distribution.LOCK}
    assert distribution.needed(built["packages"], built["packages"])


@pytest.mark.site
def test_the_wheel_is_pure_and_holds_all_the_library_reads(pyodide):
    (wheel,) = pyodide.glob("layerwise-*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as packed:
        inside = {n for n in packed.namelist() if n.startswith("layerwise/")}
    source = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/layerwise").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == source


@pytest.mark.site
def test_every_chapter_is_there_for_the_learner_with_nothing_solved(full_site):
    here = {path.name for path in (full_site / "lite/files").iterdir()}
    assert here == {p.name for p in (ROOT / "chapters").glob("*.ipynb")}
    listed = json.loads((full_site / "lite/api/contents/all.json").read_text())
    assert {one["name"] for one in listed["content"]} == here


@pytest.mark.site
def test_the_kernel_finds_python_in_the_site_and_installs_our_wheel(full_site):
    text = (full_site / "lite/jupyter-lite.json").read_text()
    settings = json.loads(text)["jupyter-config-data"]["litePluginSettings"]
    (kernel,) = settings.values()
    assert kernel["pyodideUrl"] == "./static/pyodide/pyodide.mjs"
    assert kernel["disablePyPIFallback"]
    assert "layerwise" in kernel["loadPyodideOptions"]["packages"]
    assert "://" not in text
