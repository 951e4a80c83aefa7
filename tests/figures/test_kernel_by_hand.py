"""The dragged filter computes what the library computes."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures


def by_library(image, kernel):
    Z, _ = lw.conv_forward(
        image[None, :, :, None], kernel[None, None], np.zeros((1, 1))
    )
    return Z[0, :, :, 0]


@pytest.mark.parametrize(("shape", "f"), [((6, 9), 3), ((7, 5), 2)])
def test_the_script_slides_as_the_library_to_nine_digits(run_module, shape, f):
    rng = np.random.default_rng(f)
    image, kernel = rng.normal(size=shape), rng.normal(size=(f, f))
    got = run_module(
        "kernel_by_hand.js",
        f"correlate({json.dumps(image.tolist())},"
        f" {json.dumps(kernel.tolist())})",
    )
    np.testing.assert_allclose(got, by_library(image, kernel), atol=1e-9)


def test_the_largest_answer_is_found_with_its_place(run_module):
    table = np.random.default_rng(3).normal(size=(4, 6))
    got = run_module(
        "kernel_by_hand.js", f"largest({json.dumps(table.tolist())})"
    )
    row, column = np.unravel_index(table.argmax(), table.shape)
    assert (got["row"], got["column"]) == (row, column)
    assert got["value"] == table.max()


def test_untouched_its_largest_answer_is_three():
    data = figures.KernelByHand().data
    kernel = np.array(data["kernels"][data["start"]], float)
    Z = by_library(figures.KernelByHand.picture(), kernel)
    assert (Z.max(), Z.min()) == (3, -3)


def test_the_house_is_sixteen_by_sixteen_of_zeros_and_ones():
    house = figures.KernelByHand.picture()
    assert house.shape == (16, 16)
    assert set(np.unique(house)) == {0, 1}
