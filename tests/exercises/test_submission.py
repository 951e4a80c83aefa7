"""One test per check of a submission, with the examiner's own words.

    pytest tests/exercises --submission work/06-activations.ipynb

Without `--submission` the rest of this folder examines the specs.
"""

import pytest

from layerwise.grading.pages import visible


def told(entry):
    """Return what the examiner says, a line each."""
    lines = [f"right   {line}" for line in entry["right"]]
    lines += [f"wrong   {line}" for line in entry["wrong"]]
    lines += [f"{k:<8}{entry[k]}" for k in ("think", "read") if entry[k]]
    return [visible(line) for line in lines]


def test_check(a_check):
    id, check, entry = a_check
    points = f"{check['points']:g} of {check['max_points']:g} points"
    whole = entry["status"] == "right"  # one of several was to be chosen
    if check["points"] < check["max_points"] - 1e-9 and not whole:
        unused = check["status"] in ("not attempted", "missing")
        words = [f", {check['status']}"] if unused else ["", *told(entry)]
        text = f"{id} {check['name']}: {points}" + "\n  ".join(words)
        pytest.fail(text, pytrace=False)
