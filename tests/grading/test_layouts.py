"""Which submissions are found where, and what is refused to be opened."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from layerwise.grading.submission import (
    MAX_FILE,
    NotReadable,
    find,
    read_regular,
)

CHAPTERS = ["06-activations", "14-convolution"]
BOOK = "06-activations.ipynb"


def folder(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def zipped(root, *names):
    path = root / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def seen(path, chapters=CHAPTERS):
    return {
        (s.student, s.chapter): s.file for s in find([Path(path)], chapters)
    }


LAYOUTS = {
    "a folder each": (
        [f"ann/{BOOK}", "bob/mine.ipynb"],
        {("ann", "06-activations"), ("bob", "")},
    ),
    "nbgrader": (
        [f"ann/06-activations/{BOOK}", f"bob/06-activations/{BOOK}"],
        {("ann", "06-activations"), ("bob", "06-activations")},
    ),
    "nbgrader, one learner": (
        [f"ann/06-activations/{BOOK}", "ann/14-convolution/x.ipynb"],
        {("ann", "06-activations"), ("ann", "14-convolution")},
    ),
    "flat": (
        [f"ann_{BOOK}", "bob_x.ipynb", "cy.ipynb"],
        {("ann", "06-activations"), ("bob", ""), ("cy", "")},
    ),
    "Canvas": (
        [f"annlee_12_345_{BOOK}", f"bobray_LATE_13_346_{BOOK}"],
        {("annlee", "06-activations"), ("bobray", "06-activations")},
    ),
    "Moodle": (
        [f"Ann Lee_12345_assignsubmission_file_/{BOOK}",
         "Bob Ray_12346_assignsubmission_file_/answer.py"],
        {("Ann Lee", "06-activations"), ("Bob Ray", "")},
    ),
    "a folder around them": (
        [f"download/ann/{BOOK}", f"download/bob/{BOOK}"],
        {("ann", "06-activations"), ("bob", "06-activations")},
    ),
    "several chapters": (
        [f"ann/{BOOK}", "ann/14-convolution.ipynb", f"bob/{BOOK}"],
        {("ann", "06-activations"), ("ann", "14-convolution"),
         ("bob", "06-activations")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_the_layouts_of_common_tools_are_read(layout, packed, tmp_path):
    names, wanted = LAYOUTS[layout]
    make = zipped if packed else folder
    assert set(seen(make(tmp_path / "in" if not packed else tmp_path,
                         *names))) == wanted  # fmt: skip


def test_github_classroom_names_lose_the_assignment(tmp_path):
    root = tmp_path / "hw1-submissions"
    folder(root, f"hw1-ann/work/{BOOK}", f"hw1-bob/work/{BOOK}")
    folder(root, "hw1-bob/setup.py")
    assert {s for s, _ in seen(root)} == {"ann", "bob"}


def test_gradescope_folders_are_named_by_their_metadata(tmp_path):
    folder(tmp_path, f"submission_1/{BOOK}", f"submission_2/{BOOK}")
    (tmp_path / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n  - :name: Ann Lee\n"
        "    :sid: '77'\n    :email: a@b.c\n"
        "  :created_at: 2026-11-20 12:00:00.123 Z\n"
    )
    found = {s.student: s for s in find([tmp_path], CHAPTERS)}
    assert set(found) == {"Ann Lee", "submission_2"}
    assert found["Ann Lee"].system_id == "77"
    assert found["Ann Lee"].seconds == 1795176000


def test_nbgraders_time_stamp_is_the_time_of_handing_in(tmp_path):
    folder(tmp_path, f"submitted/ann/06-activations/{BOOK}")
    stamp = tmp_path / "submitted/ann/06-activations/timestamp.txt"
    stamp.write_text("2026-11-20 12:00:00.5 UTC\n")
    (found,) = find([tmp_path], CHAPTERS)
    assert (found.student, found.seconds) == ("ann", 1795176000)


def test_a_single_file_is_named_by_its_name_or_its_folder(tmp_path):
    folder(tmp_path / "ann", BOOK, "bob.py")
    assert seen(tmp_path / "ann" / BOOK) == {("ann", "06-activations"): BOOK}
    assert seen(tmp_path / "ann" / "bob.py") == {("bob", ""): "bob.py"}


def test_every_folder_gets_an_entry_with_a_reason(tmp_path):
    folder(tmp_path, f"ann/{BOOK}", "bob/notes.txt")
    (tmp_path / "cy").mkdir()
    found = {s.student: s.reason for s in find([tmp_path], CHAPTERS)}
    assert found == {
        "ann": "",
        "bob": "no notebook in this folder",
        "cy": "no notebook in this folder",
    }


def test_the_latest_of_several_is_taken_and_that_is_said(tmp_path):
    folder(tmp_path, f"ann/old/{BOOK}", f"ann/new/{BOOK}", f"bob/{BOOK}")
    os.utime(tmp_path / "ann" / "old" / BOOK, (1, 1))
    found = find([tmp_path], CHAPTERS)[0]
    assert found.file == f"ann/new/{BOOK}"
    assert found.reason == "latest of 2 files"


def test_canvas_numbers_a_second_upload(tmp_path):
    first, second = f"ann_1_2_{BOOK}", "ann_1_3_06-activations-1.ipynb"
    folder(tmp_path, first, second)
    for name in (first, second):
        os.utime(tmp_path / name, (1, 1))
    (found,) = find([tmp_path], CHAPTERS)
    assert found.file == second


def test_zips_inside_folders_are_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"deep/{BOOK}", "text")
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "mine.zip").write_bytes(inner.getvalue())
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "mine.zip").write_bytes(b"no zip")
    found = {s.student: s for s in find([tmp_path], CHAPTERS)}
    assert found["ann"].chapter == "06-activations"
    assert found["ann"].read() == b"text"
    with pytest.raises(NotReadable, match="no zip file"):
        found["bob"].read()


def test_links_pipes_and_devices_are_refused(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name, words in (
        ("link.ipynb", "symbolic link"),
        ("pipe.ipynb", "no regular file"),
        ("folder.ipynb", "cannot be opened|no regular file"),
        ("gone.ipynb", "cannot be opened"),
    ):
        with pytest.raises(NotReadable, match=words):
            read_regular(tmp_path / name)
    with pytest.raises(NotReadable, match="no regular file"):
        read_regular("/dev/zero")


def test_links_to_folders_are_not_walked(tmp_path):
    folder(tmp_path / "elsewhere", f"{BOOK}")
    folder(tmp_path / "in", f"ann/{BOOK}")
    (tmp_path / "in" / "bob").symlink_to(tmp_path / "elsewhere")
    assert {s for s, _ in seen(tmp_path / "in")} == {"ann"}


def test_giants_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "big.ipynb"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(NotReadable, match="larger than 20 MB"):
        read_regular(path)


def test_zips_may_not_bomb_or_leave_their_folder(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"ann/{BOOK}", bytes(MAX_FILE + 1))
        archive.writestr(f"../../bob/{BOOK}", "x")
        archive.writestr(f"/etc/cy/{BOOK}", "x")
        link = zipfile.ZipInfo(f"dee/{BOOK}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    reasons = {}
    for found in find([path], CHAPTERS):
        with pytest.raises(NotReadable) as caught:
            found.read()
        reasons[found.student] = str(caught.value)
    assert reasons["ann"].startswith("it is larger than 20 MB")
    assert reasons["bob"] == "its name in the zip leaves the zip"
    assert reasons["etc"] == "its name in the zip leaves the zip"
    assert reasons["dee"] == "it is a symbolic link"


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"ann/{BOOK}", bytes(MAX_FILE + 100))
    data = path.read_bytes()
    size = (MAX_FILE + 100).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    (found,) = find([path], CHAPTERS)
    with pytest.raises(NotReadable):
        found.read()


def test_a_file_that_is_no_zip_is_one_row(tmp_path):
    (tmp_path / "class.zip").write_text("no zip")
    (found,) = find([tmp_path / "class.zip"], CHAPTERS)
    assert found.reason == "it is no zip file that can be read"
    assert found.read is None
