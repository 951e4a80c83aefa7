"""The digit that moves: its map is the library's, its answers the nets'."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures.shifted_digit import sheet, trained


@pytest.mark.parametrize("f", [3, 5])
def test_the_script_makes_the_librarys_map_to_nine_digits(run_module, f):
    rng = np.random.default_rng(f)
    image, kernel = rng.normal(size=(7, 6)), rng.normal(size=(f, f))
    got = run_module(
        "shifted_digit.js",
        f"featureMap({json.dumps(image.tolist())},"
        f" {json.dumps(kernel.tolist())}, -0.3)",
    )
    Z, _ = lw.conv_forward(
        image[None, :, :, None],
        kernel[None, None],
        np.full((1, 1), -0.3),
        padding=f // 2,
    )
    expected = lw.relu_forward(Z)[0][0, :, :, 0]
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_the_script_moves_a_picture_and_leaves_blanks(run_module):
    image = np.arange(1, 13).reshape(3, 4)
    got = run_module("shifted_digit.js", f"[move({image.tolist()}, 1, -1)]")[0]
    expected = np.zeros((3, 4))
    expected[1:, :3] = image[:2, 1:]
    assert np.array_equal(got, expected)


def test_its_answers_are_those_of_the_nets():
    data = figures.ShiftedDigit().data
    images, digit = sheet()
    assert data["digit"] == digit[3]
    down_2 = np.roll(images[..., 3:4], 2, axis=1)
    for name, net in trained().items():
        shares, _ = lw.softmax_forward(net.forward(down_2))
        given = data["given"][name][4][2]
        assert given == pytest.approx(shares[digit[3], 0], abs=6e-4)


def test_only_the_net_that_forgets_places_does_not_notice_the_move():
    given = figures.ShiftedDigit().data["given"]
    for name in ("dense", "conv", "anywhere"):
        assert given[name][2][2] > 0.9
    assert given["dense"][4][2] < 0.3
    assert given["conv"][4][2] < 0.3
    assert np.min(given["anywhere"]) > 0.9


def test_the_two_numbers_that_are_read_off_are_those_the_exercise_asks_for():
    """Keep the column at 0 and go through the five rows."""
    given = figures.ShiftedDigit().data["given"]
    for name, asked in (("dense", 1), ("anywhere", 5)):
        middle = np.array(given[name])[:, 2]
        assert np.sum(middle > 0.5) == asked
        assert np.min(abs(middle - 0.5)) > 0.2, "too near to read"
