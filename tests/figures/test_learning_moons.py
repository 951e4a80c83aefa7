"""The first page's network answers as the library's does."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

from layerwise import figures
from layerwise.figures.learning_moons import answers


def params(frame):
    return {
        "W1": np.array(frame["W1"]),
        "b1": np.array(frame["b1"])[:, None],
        "W2": np.array(frame["W2"])[None, :],
        "b2": np.array([[frame["b2"]]]),
    }


def test_the_script_answers_as_the_library_to_nine_digits(run_module):
    frames = figures.LearningMoons().data["frames"]
    rng = np.random.default_rng(0)
    points = rng.uniform(-2, 3, (2, 20))
    for frame in (frames[0], frames[-1]):
        got = run_module(
            "learning_moons.js",
            f"{points.T.tolist()}.map(([x, y]) => "
            f"answer({json.dumps(frame)}, x, y))",
        )
        expected = answers(params(frame), points)[0]
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-9)


def test_it_starts_near_chance_and_ends_with_every_point_right():
    frames = figures.LearningMoons().data["frames"]
    assert frames[0]["cost"] == pytest.approx(np.log(2), abs=0.05)
    assert frames[-1]["right"] == 1
    assert [f["step"] for f in frames] == sorted({f["step"] for f in frames})


def test_the_stored_costs_are_those_of_the_stored_parameters():
    data = figures.LearningMoons().data
    X = np.array([data["x"], data["y"]])
    Y = np.array(data["label"])
    for frame in data["frames"][::10]:
        a = answers(params(frame), X)[0]
        cost = -np.mean(Y * np.log(a) + (1 - Y) * np.log1p(-a))
        assert frame["cost"] == pytest.approx(cost, rel=1e-3)
