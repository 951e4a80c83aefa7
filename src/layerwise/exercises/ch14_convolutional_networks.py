"""Chapter 14. What is asked about convolutions, and how it is judged."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

import layerwise as lw
from layerwise import datasets
from layerwise.exercises.spec import (
    band,
    choice,
    exercise,
    mistake,
    recorded,
    scored,
)

Generator = np.random.Generator


def windows_of(padded: Any, f: int, stride: int) -> Any:
    """Return every window: the first four axes are n_C, n_H, n_W, m."""
    view = np.lib.stride_tricks.sliding_window_view
    return view(padded, (f, f), axis=(1, 2))[:, ::stride, ::stride]


def with_border(A: Any, padding: int) -> Any:
    around = (padding, padding)
    return np.pad(A, ((0, 0), around, around, (0, 0)))


def correlate(A: Any, W: Any, b: Any, stride: int, padding: int) -> Any:
    """Compute the layer without its patches: one sum over windows."""
    windows = windows_of(with_border(A, padding), W.shape[2], stride)
    Z = np.einsum("kcij,chwmij->khwm", W, windows)
    return Z + np.asarray(b).reshape(-1, 1, 1, 1)


# 14.1 Sizes and numbers to learn.

SHAPES = [(8, 32, 20), (8, 16, 10), (16, 7, 4), (32, 4, 1), (128,), (10,)]
NUMBERS = [608, 0, 1168, 8224, 0, 1290]


def after(shapes: Any) -> dict[str, Any]:
    return {f"after_{k}": tuple(s) for k, s in enumerate(shapes, start=1)}


def counted(shapes: Any = SHAPES, **changed: Any) -> Callable[[], Any]:
    good = {"numbers": NUMBERS, "unseen": 1, "largest": 3}
    return lambda: after(shapes) | good | changed


SWAPPED = [(8, 20, 32), (8, 10, 16), (16, 4, 7), (32, 1, 4), (128,), (10,)]
NO_PLUS_ONE = [(8, 31, 19), (8, 15, 9), (16, 6, 3), (32, 2, 0), (0,), (10,)]

sizes = exercise(
    "14.1",
    "Sizes and numbers to learn",
    points=5,
    kind="choose",
    slug="sizes",
    calls=["sizes_14_1()"],
    reference=lambda: (
        after(SHAPES)
        | {"numbers": NUMBERS, "unseen": band(1, 1), "largest": band(3, 3)}
    ),
    mistakes=[
        mistake(
            "one-too-few",
            counted(NO_PLUS_ONE),
            "Your fourth layer has a window as wide as its picture, and you "
            "find no place for it at all. In how many places does a window "
            "fit that is exactly as large as the picture?",
        ),
        mistake(
            "sides-swapped",
            counted(SWAPPED),
            "All sizes are right, in the wrong order. Which comes first in "
            "this book, rows or columns?",
        ),
        mistake(
            "depth-forgotten",
            counted(numbers=[8 * 26, 0, 16 * 10, 32 * 17, 0, 1290]),
            "You count 26 numbers for a filter of the first layer. The "
            "picture has three channels. How deep a block does one filter "
            "look at?",
        ),
        mistake(
            "bias-forgotten",
            counted(numbers=[600, 0, 1152, 8192, 0, 1280]),
            "Your first layer learns 600 numbers, 75 for each filter. What "
            "else does each filter add to its sum?",
        ),
        mistake(
            "bias-for-each-channel",
            counted(numbers=[8 * 78, 0, 16 * 80, 32 * 272, 0, 1290]),
            "You count 78 numbers for a filter of the first layer, 26 for "
            "each channel. How many sums does a filter make of the block "
            "under it?",
        ),
        mistake(
            "pooling-learns",
            counted(numbers=[608, 8 * 5, 1168, 8224, 0, 1290]),
            "You count 40 numbers for the pooling layer. Which of the "
            "numbers in a maximum could training change?",
        ),
        mistake(
            "padding-forgotten",
            counted(after_1=(8, 28, 16)),
            "Your first map is 28 by 16, as it would be without padding. How "
            "many rows has the picture with its two rows of zeros on each "
            "side?",
        ),
        mistake(
            "padding-counted-once",
            counted(after_1=(8, 30, 18)),
            "Your first map is 30 by 18: two rows of zeros in all. On how "
            "many sides of the picture do they stand?",
        ),
        mistake(
            "a-map-for-each-channel",
            counted(after_1=(24, 32, 20)),
            "Eight filters, and you have 24 maps. To how many numbers does "
            "one filter add up what lies under it, over all channels?",
        ),
        mistake(
            "pooling-with-step-one",
            counted(after_2=(8, 31, 19)),
            "Your pooled map is 31 by 19, so your windows overlap. In which "
            "row does the second one begin when they lie side by side?",
        ),
        mistake(
            "pooling-mixes-channels",
            counted(after_2=(1, 16, 10)),
            "Eight maps go into the pooling and one comes out. Does a pooling "
            "window look at one map or at all?",
        ),
        mistake(
            "plus-one-forgotten",
            counted(after_3=(16, 6, 3)),
            "You find 6 windows over 16 rows with steps of 2. They would "
            "begin at 0, 2, 4, 6, 8 and 10 and end at row 12. Does another "
            "one fit before row 15?",
        ),
        mistake(
            "rounded-up",
            counted(after_3=(16, 8, 5)),
            "You find 8 windows over 16 rows with steps of 2. The eighth "
            "begins in row 14 and has three rows. Is there a row 16?",
        ),
        mistake(
            "stride-forgotten",
            counted(after_3=(16, 14, 8)),
            "Your third layer makes 14 rows of 16, a window at every row. "
            "How far does it step?",
        ),
        mistake(
            "no-place-in-width",
            counted(after_4=(32, 3, 0)),
            "Your fourth layer has a window as wide as its picture, and you "
            "find no place for it. In how many places does a window fit that "
            "is exactly as large as the picture?",
        ),
        mistake(
            "one-number-for-each-map",
            counted(after_5=(32,)),
            "You flatten 32 maps to 32 numbers. How many numbers does each "
            "of these maps hold?",
        ),
        mistake(
            "flatten-learns",
            counted(numbers=[608, 0, 1168, 8224, 128, 1290]),
            "You count 128 numbers to learn in the layer that writes maps as "
            "a column. What could training change there?",
        ),
        mistake(
            "dense-without-bias",
            counted(numbers=[608, 0, 1168, 8224, 0, 1280]),
            "Your convolutions count their biases, your dense layer has "
            "1280 numbers. What does each of its ten units add to its sum?",
        ),
        mistake(
            "windows-counted",
            counted(unseen=3),
            "Three is the number of windows that fit. Which pixel is the "
            "last that the third one sees?",
        ),
        mistake(
            "one-row-of-the-filter",
            counted(largest=1),
            "One row of the filter gives 1 where ink begins. How many rows "
            "has it, and can they all meet such a place at once?",
        ),
        mistake(
            "every-pixel-seen",
            counted(unseen=0),
            "With 11 pixels, windows of 4 and steps of 3, the windows begin "
            "at 0, 3 and 6. Which pixel is the last that the third one sees?",
        ),
    ],
    also_right=[
        counted(tuple(list(shape) for shape in SHAPES)),
        counted(numbers=tuple(NUMBERS), largest=3.0),
    ],
    follows={
        f"after_{k}": tuple(f"after_{j}" for j in range(1, k))
        for k in range(2, 6)
    },
    read="Sizes: padding, stride, channels",
    equation="eq-size",
    hints=[
        "Do rows and columns one after the other, layer by layer. A layer's "
        "answer is the next one's picture.",
        "One filter first: how many numbers lie under it, over all channels? "
        "Then its bias, then all filters.",
    ],
)


# 14.2 One picture, one filter.


def draw_one(rng: Generator) -> list[tuple[Any, ...]]:
    cases = (
        ((6, 9), 3, 0.5, 1, 0),
        ((5, 7), 2, -1.5, 2, 1),
        ((7, 5), 3, 2.0, 2, 0),
        ((4, 4), 4, 0.75, 1, 0),
        ((8, 6), 3, -0.5, 3, 2),
    )
    return [
        (rng.normal(size=shape), rng.normal(size=(f, f)), bias, stride, pad)
        for shape, f, bias, stride, pad in cases
    ]


def one(image: Any, kernel: Any, bias: Any, stride: int, padding: int) -> Any:
    Z = correlate(
        image[None, :, :, None], kernel[None, None], bias, stride, padding
    )
    return Z[0, :, :, 0]


def by_windows(
    image: Any,
    kernel: Any,
    bias: float,
    stride: int,
    padding: int,
    *,
    step: int | None = None,
    inside: float = 0.0,
) -> Any:
    """Walk over the windows, with faults on demand."""
    step = stride if step is None else step
    padded = np.pad(image, padding)
    Z = np.zeros(one(image, kernel, 0.0, stride, padding).shape)
    f = kernel.shape[0]
    for h in range(Z.shape[0]):
        for w in range(Z.shape[1]):
            top, left = h * step, w * step
            window = padded[top : top + f, left : left + f]
            Z[h, w] = np.sum(window * kernel + inside) + bias - inside
    return Z


def short_windows(
    image: Any, kernel: Any, bias: float, stride: int, padding: int
) -> Any:
    padded = np.pad(image, padding)
    Z = np.zeros(one(image, kernel, 0.0, stride, padding).shape)
    f = kernel.shape[0]
    for h in range(Z.shape[0]):
        for w in range(Z.shape[1]):
            window = padded[h * stride : h + f, w * stride : w + f]
            part = kernel[: window.shape[0], : window.shape[1]]
            Z[h, w] = np.sum(window * part) + bias
    return Z


def plain_loops(
    image: Any,
    kernel: Any,
    bias: float,
    stride: int,
    padding: int,
    *,
    square: bool = False,
    upwards: bool = False,
    around: Any = np.pad,
    join: Any = lambda window, kernel: np.sum(window * kernel),
) -> Any:
    """Write it as a learner would, with a slip; some slips raise."""
    padded, f = around(image, padding), len(kernel)
    spare = padded.shape[0] - f, padded.shape[1 - square] - f
    sizes = [(s + (stride - 1) * upwards) // stride + 1 for s in spare]
    Z = np.zeros(sizes)
    for h in range(sizes[0]):
        for w in range(sizes[1]):
            top, left = h * stride, w * stride
            window = padded[top : top + f, left : left + f]
            Z[h, w] = join(window, kernel) + bias
    return Z


def cells_of(args: Any, got: Any) -> dict[str, Any]:
    image, _, _, stride, padding = args
    return {
        "shape": np.shape(got),
        "wanted": one(*args).shape,
        "tall": image.shape[0],
        "wide": image.shape[1],
        "stride": stride,
        "padding": padding,
        "cells": args[1].size,
        "extra": args[1].size - 1,
        "f": len(args[1]),
    }


correlating = exercise(
    "14.2",
    "One picture, one filter",
    points=10,
    kind="implement",
    slug="correlate",
    calls=["Z = correlate_one(image, kernel, bias, stride, padding)"],
    draw=draw_one,
    reference=one,
    facts=cells_of,
    mistakes=[
        mistake(
            "turned",
            lambda image, kernel, *rest: one(image, kernel[::-1, ::-1], *rest),
            "You slide the filter turned by 180 degrees, upside down and left "
            "to right. Is the word convolution to be taken literally here?",
        ),
        mistake(
            "bias-for-each-cell",
            lambda image, kernel, bias, *rest: by_windows(
                image, kernel, bias, *rest, inside=bias
            ),
            "Every number is off by the same: {extra} times the bias. How "
            "often is the bias added to one sum?",
        ),
        mistake(
            "stride-for-size-only",
            lambda *args: by_windows(*args, step=1),
            "Right at stride 1. At stride 2 the map has the right size and "
            "its numbers come from the wrong places. In which row does "
            "window 1 begin?",
        ),
        mistake(
            "windows-shrink",
            short_windows,
            "Right at stride 1. At stride 2 your later windows have fewer "
            "rows than the filter. What is the shape of your window for "
            "place 1?",
        ),
        mistake(
            "one-too-few",
            lambda *args: one(*args)[:-1, :-1],
            "The last row and the last column of places are missing. How "
            "many places are there when the filter is as large as the "
            "picture?",
        ),
        mistake(
            "padding-on-one-side",
            lambda image, kernel, bias, stride, p: one(
                np.pad(image, ((0, p), (0, p))), kernel, bias, stride, 0
            ),
            "Right without padding. With it your map is too small: the zeros "
            "stand below and on the right only. How many sides has a "
            "picture?",
        ),
        mistake(
            "padding-ignored",
            lambda image, kernel, bias, stride, padding: one(
                image, kernel, bias, stride, 0
            ),
            "Right without padding. With padding {padding} your map has the "
            "shape {shape} and should have {wanted}. Which picture do your "
            "windows run over?",
        ),
        mistake(
            "padding-above-and-below-only",
            lambda image, kernel, bias, stride, p: one(
                np.pad(image, ((p, p), (0, 0))), kernel, bias, stride, 0
            ),
            "Right without padding. With it your map has the shape {shape} "
            "and should have {wanted}. On how many sides do your zeros "
            "stand?",
        ),
        mistake(
            "padding-repeats-the-border",
            lambda *args: plain_loops(
                *args, around=lambda image, p: np.pad(image, p, mode="edge")
            ),
            "Right without padding. With it the numbers at the border are "
            "off. What stands in the rows that are added around the picture?",
        ),
        mistake(
            "as-many-columns-as-rows",
            lambda *args: plain_loops(*args, square=True),
            "Your map has as many columns as rows, and the picture has {tall} "
            "rows and {wide} columns. From which of its sides do you count "
            "the windows of a row?",
        ),
        mistake(
            "rounded-up",
            lambda *args: plain_loops(*args, upwards=True),
            "Right where the steps fit exactly. Where they do not, you find "
            "one window too many, and it hangs over the border. Which way "
            "is the size rounded?",
        ),
        mistake(
            "matrix-product",
            lambda *args: plain_loops(
                *args, join=lambda window, kernel: np.sum(window @ kernel)
            ),
            "The shape is right, and your sum holds products of a cell of "
            "the window with other cells of the filter too. What does @ do "
            "with two tables, and what does *?",
        ),
        mistake(
            "mean-of-the-window",
            lambda *args: plain_loops(
                *args, join=lambda window, kernel: np.mean(window * kernel)
            ),
            "Without the bias your numbers are {cells} times too small: a "
            "mean over the window's cells. Which word stands in the formula "
            "for them, a sum or a mean?",
        ),
        mistake(
            "whole-numbers",
            lambda *args: np.trunc(one(*args)),
            "Every number of yours is whole, cut off behind the point. Which "
            "kind of numbers can your array Z hold?",
        ),
        mistake(
            "rows-and-columns-exchanged",
            lambda image, *rest: one(image.T, *rest),
            "Your map has the shape {shape} and should have {wanted}: rows "
            "became columns. Which index of Z counts the rows?",
        ),
        mistake(
            "no-bias",
            lambda image, kernel, bias, *rest: one(image, kernel, 0, *rest),
            "Every number is off by the bias. Where does it enter the sum?",
        ),
    ],
    also_right=[
        lambda *args: by_windows(*args),
        lambda image, kernel, bias, stride, padding: lw.conv_forward(
            image[None, :, :, None].astype(np.float32),
            kernel[None, None].astype(np.float32),
            np.full((1, 1), bias, np.float32),
            stride=stride,
            padding=padding,
        )[0][0, :, :, 0],
    ],
    rtol=1e-5,
    read="Sizes: padding, stride, channels",
    equation="eq-conv",
    hints=[
        "Loop over the rows and columns of the answer, not of the picture.",
        "For place (h, w): in which row of the padded picture does its "
        "window begin, and how many rows has it?",
    ],
)


# 14.3 Equal size, and how far a unit sees.


def padding_by_search(f: int) -> int:
    n = 40
    return next(p for p in range(n) if n + 2 * p - f + 1 == n)


def reach_by_walking(f: int, stride: int, k: int) -> int:
    """Walk from one unit down to the picture, layer by layer."""
    first, last = 0, 0
    for _ in range(k):
        first, last = first * stride, last * stride + f - 1
    return last - first + 1


def sum_of(powers: Any) -> Any:
    return lambda f, stride, k: 1 + (f - 1) * sum(stride**p for p in powers(k))


reach = exercise(
    "14.3",
    "Equal size, and how far a unit sees",
    points=5,
    kind="derive",
    slug="reach",
    calls=["same_padding(f)", "receptive_field(f, stride, k)"],
    shares={"same_padding": 2, "receptive_field": 3},
    draw={
        "same_padding": lambda rng: [(f,) for f in (3, 1, 5, 7, 11)],
        "receptive_field": lambda rng: [
            (3, 1, 2),
            (3, 2, 3),
            (5, 1, 4),
            (2, 2, 5),
            (7, 3, 1),
            (1, 1, 3),
            (4, 3, 2),
        ],
    },
    reference={
        "same_padding": padding_by_search,
        "receptive_field": reach_by_walking,
    },
    facts={
        "same_padding": lambda args, got: {"f": args[0], "yours": got},
        "receptive_field": lambda args, got: {
            "f": args[0],
            "stride": args[1],
            "k": args[2],
            "below": args[2] - 1,
            "yours": got,
        },
    },
    mistakes={
        "same_padding": [
            mistake(
                "both-sides-at-once",
                lambda f: f - 1,
                "For f = {f} you put {yours} zeros on each side. How many "
                "zeros are there then, on both sides together?",
            ),
            mistake(
                "half-of-f",
                lambda f: f / 2,
                "For f = {f} your padding is {yours}, not a whole number. "
                "How many places does a window of f lose without padding?",
            ),
            mistake(
                "half-upwards",
                lambda f: (f + 1) // 2,
                "For f = {f} your map is larger than the picture. What "
                "padding does a window of a single pixel need?",
            ),
            mistake(
                "whole-window",
                lambda f: f,
                "For f = {f} you put {yours} zeros on each side, and the map "
                "is much larger than the picture. How many places does a "
                "window lose without padding?",
            ),
            mistake(
                "always-one",
                lambda f: 1,
                "Right for windows of 3. What padding does a window of a "
                "single pixel need?",
            ),
        ],
        "receptive_field": [
            mistake(
                "windows-side-by-side",
                lambda f, stride, k: k * f,
                "For f = {f} and {k} layers at stride {stride} you get "
                "{yours}. Neighboring windows overlap. How many new pixels "
                "does the second layer add on paper?",
            ),
            mistake(
                "power-of-f",
                lambda f, stride, k: f**k,
                "You get {yours} for f = {f} and {k} layers at stride "
                "{stride}: that would be right if no two windows overlapped. "
                "Do they here?",
            ),
            mistake(
                "stride-ignored",
                lambda f, stride, k: 1 + k * (f - 1),
                "Right at stride 1. At stride {stride} your unit sees "
                "{yours} pixels. How far apart do two neighbors of the "
                "first map stand in the picture?",
            ),
            mistake(
                "own-stride-counted",
                sum_of(lambda k: range(1, k + 1)),
                "Right at stride 1. A single layer with f = 7 sees 7 pixels, "
                "whatever its stride. Whose strides move the neighbors of a "
                "window apart?",
            ),
            mistake(
                "one-layer-short",
                sum_of(lambda k: range(k - 1)),
                "For f = {f} and {k} layers you get {yours}, what a unit of "
                "layer {below} sees. Which layers does your sum leave out?",
            ),
            mistake(
                "last-stride-only",
                sum_of(lambda k: [k]),
                "For f = {f} and {k} layers at stride {stride} you get "
                "{yours}, one term for all layers. What does each layer add "
                "by itself?",
            ),
            mistake(
                "one-stride-for-each-layer",
                lambda f, stride, k: f + (k - 1) * stride,
                "For f = {f} and {k} layers at stride {stride} you get "
                "{yours}: each further layer adds {stride}. How many gaps "
                "are there between the units of one window?",
            ),
            mistake(
                "stride-times-layers",
                lambda f, stride, k: 1 + (f - 1) * k * stride,
                "Right at stride 1. A single layer with f = 7 sees 7 pixels, "
                "whatever its stride, and two strides one after the other "
                "make a longer step. Is it their sum or their product?",
            ),
            mistake(
                "no-overlap",
                lambda f, stride, k: f * sum(stride**p for p in range(k)),
                "For f = {f} and {k} layers at stride {stride} you get "
                "{yours}. Each of your layers adds {f} steps to a neighbor. "
                "How many steps are there between f neighbors?",
            ),
            mistake(
                "area",
                lambda f, stride, k: reach_by_walking(f, stride, k) ** 2,
                "For f = {f} and {k} layers at stride {stride} you get "
                "{yours}, all pixels of a square. In how many directions is "
                "it asked for?",
            ),
            mistake(
                "gaps-only",
                lambda f, stride, k: reach_by_walking(f, stride, k) - 1,
                "For f = {f} and {k} layers you get {yours}, one too few. "
                "How many fence posts stand at three gaps?",
            ),
        ],
    },
    also_right={
        "same_padding": [lambda f: f // 2, lambda f: np.float64((f - 1) / 2)],
        "receptive_field": [
            lambda f, stride, k: (
                1 + (f - 1) * (stride**k - 1) // (stride - 1)
                if stride > 1
                else 1 + (f - 1) * k
            )
        ],
    },
    read="Sizes: padding, stride, channels",
    equation="eq-receptive-field",
    hints=[
        "Draw two layers with f = 3: mark the pixels under each of the three "
        "units that the second window covers.",
        "One layer adds f - 1 gaps. How wide is such a gap, counted in "
        "pixels of the picture?",
    ],
)


# 14.4 The layer, forward.


def draw_layers(rng: Generator) -> list[tuple[Any, ...]]:
    cases = (
        ((2, 6, 5, 3), 3, 3, 1, 0),
        ((2, 5, 7, 2), 4, 2, 2, 1),
        ((1, 7, 4, 1), 2, 3, 2, 2),
        ((3, 4, 4, 5), 2, 4, 1, 0),
        ((4, 20, 18, 32), 6, 3, 1, 1),
    )
    return [
        (
            rng.normal(size=shape),
            rng.normal(size=(n_C, shape[0], f, f)),
            rng.normal(size=(n_C, 1)),
            stride,
            padding,
        )
        for shape, n_C, f, stride, padding in cases
    ]


def pads_all_axes(A: Any, W: Any, b: Any, stride: int, padding: int) -> Any:
    around = np.pad(A, padding)[: A.shape[0]]
    return correlate(around, W, b, stride, 0), None


def dense_places(A: Any, W: Any, b: Any, stride: int, padding: int) -> Any:
    """Use the stride for the size of the map, not for the places."""
    whole = correlate(A, W, b, 1, padding)
    n_H, n_W = correlate(A, W, b, stride, padding).shape[1:3]
    return whole[:, :n_H, :n_W], None


def changed_sizes(args: Any, got: Any) -> dict[str, Any]:
    first = got[0] if isinstance(got, list | tuple) and len(got) else got
    A, W = args[0], args[1]
    return {
        "shape": np.shape(first),
        "depth": A.shape[0],
        "cells": int(W[0].size),
        "square": int(W[0, 0].size),
        "wanted": correlate(*args).shape,
        "m": A.shape[-1],
        "padding": args[4],
    }


forward = exercise(
    "14.4",
    "The layer, forward",
    points=15,
    kind="implement",
    slug="conv-forward",
    calls=[
        "Z, _ = conv_forward(A_prev, W, b, stride=stride, padding=padding)"
    ],
    draw=draw_layers,
    reference=lambda *args: (correlate(*args), None),
    facts=changed_sizes,
    mistakes=[
        mistake(
            "turned",
            lambda A, W, b, stride, padding: (
                correlate(A, W[:, :, ::-1, ::-1], b, stride, padding),
                0,
            ),
            "You slide every filter turned by 180 degrees. Which cell of the "
            "filter meets the upper left cell of the window?",
        ),
        mistake(
            "first-channel-only",
            lambda A, W, b, stride, padding: (
                correlate(A[:1], W[:, :1], b, stride, padding),
                0,
            ),
            "Right for pictures of one channel. Here {depth} channels come "
            "in, and only the first was read. How deep is a filter?",
        ),
        mistake(
            "pads-all-axes",
            pads_all_axes,
            "Right without padding. With it Z has the shape {shape}: there "
            "are more pictures than the {m} that came in. Which axes have a "
            "border?",
        ),
        mistake(
            "stride-for-size-only",
            dense_places,
            "Right at stride 1. At stride 2 the maps have the right size and "
            "their numbers come from the wrong places. In which row does the "
            "second window begin?",
        ),
        mistake(
            "sides-swapped",
            lambda A, W, b, stride, padding: (
                correlate(A, W, b, stride, padding).transpose(0, 2, 1, 3),
                0,
            ),
            "The numbers are right and their places are mirrored: rows "
            "became columns. Which of the two axes of places comes first?",
        ),
        mistake(
            "no-bias",
            lambda A, W, b, stride, padding: (
                correlate(A, W, 0 * b, stride, padding),
                0,
            ),
            "Every map is off by a constant of its own. What does each "
            "filter add to its sum?",
        ),
        mistake(
            "bias-in-the-loop",
            lambda A, W, b, stride, padding: (
                correlate(A, W, b * W[0, 0].size, stride, padding),
                0,
            ),
            "Your bias is {square} times too large, once for each round of a "
            "loop over {square} cells. How often is it added to one sum?",
        ),
        mistake(
            "filter-on-its-side",
            lambda A, W, b, stride, padding: (
                correlate(A, W.transpose(0, 1, 3, 2), b, stride, padding),
                0,
            ),
            "Your filters lie on their side: rows and columns of W have "
            "changed places. Which of the indices i and j goes with the row "
            "of the picture?",
        ),
        mistake(
            "channels-added-first",
            lambda A, W, b, stride, padding: (
                correlate(
                    A.sum(axis=0, keepdims=True),
                    W.sum(axis=1, keepdims=True),
                    b,
                    stride,
                    padding,
                ),
                0,
            ),
            "Right for one channel. Of {depth} channels you add up the "
            "pictures and the weights before you multiply. Which weights "
            "belong to which channel?",
        ),
        mistake(
            "padding-ignored",
            lambda A, W, b, stride, padding: (
                correlate(A, W, b, stride, 0),
                0,
            ),
            "Right without padding. With padding {padding} Z has the shape "
            "{shape} and should have {wanted}. Which pictures do your slices "
            "come from?",
        ),
        mistake(
            "one-too-few",
            lambda *args: (correlate(*args)[:, :-1, :-1], 0),
            "Z has the shape {shape} and should have {wanted}: the last row "
            "and the last column of places are missing. How many places are "
            "there when the filter is as large as the picture?",
        ),
        mistake(
            "mean-of-the-window",
            lambda A, W, b, stride, padding: (
                correlate(A, W / W[0].size, b, stride, padding),
                0,
            ),
            "Without the bias your numbers are {cells} times too small, as "
            "many as a filter has weights. Is a sum asked for, or a mean?",
        ),
        mistake(
            "bias-for-each-cell",
            lambda A, W, b, stride, padding: (
                correlate(A, W, b * W[0].size, stride, padding),
                0,
            ),
            "Your bias is {cells} times too large. How often is it added to "
            "one sum?",
        ),
    ],
    also_right=[
        lambda A, W, b, stride, padding: lw.conv_by_rows_forward(
            A, W, b, stride=stride, padding=padding
        ),
        lambda A, W, b, stride, padding: (
            correlate(A.astype(np.float32), W, b, stride, padding).astype(
                np.float32
            ),
            "no cache at all",
        ),
    ],
    rtol=1e-5,
    read="One product for all places",
    equation="eq-patches",
    hints=[
        "Fix one cell (i, j) of the filter. Which slice of the padded "
        "pictures lies under it, at all places at once?",
        "Collect these slices in one array whose axes are channel, i, j, "
        "row, column, picture. Which two groups of axes does the product "
        "need?",
    ],
)


# 14.5 The layer, backward.


def draw_backward(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for A, W, b, stride, padding in draw_layers(rng)[:4]:
        Z, cache = lw.conv_forward(A, W, b, stride=stride, padding=padding)
        drawn.append((rng.normal(size=Z.shape), cache))
    return drawn


def back(
    dZ: Any,
    cache: Any,
    *,
    add: bool = True,
    flip: bool = False,
    crop: bool = True,
) -> tuple[Any, Any, Any]:
    """Walk over places, straight from the sums; with faults on demand."""
    P, W, shape, stride, padding = cache
    n_C_prev, n_H_prev, n_W_prev, m = shape
    _, n_H, n_W, _ = dZ.shape
    f = W.shape[2]
    patches = P.reshape(n_C_prev, f, f, n_H, n_W, m)
    dW = np.einsum("khwm,cijhwm->kcij", dZ, patches)
    db = np.einsum("khwm->k", dZ)[:, None]
    turned = W[:, :, ::-1, ::-1] if flip else W
    dA = np.zeros(
        (n_C_prev, n_H_prev + 2 * padding, n_W_prev + 2 * padding, m)
    )
    for h in range(n_H):
        for w in range(n_W):
            part = np.einsum("km,kcij->cijm", dZ[:, h, w], turned)
            top, left = h * stride, w * stride
            window = dA[:, top : top + f, left : left + f]
            window[...] = window + part if add else part
    if crop:
        dA = dA[:, padding : padding + n_H_prev]
        dA = dA[:, :, padding : padding + n_W_prev]
    return dA, dW, db


def minus_zero(dZ: Any, cache: Any) -> Any:
    dA, dW, db = back(dZ, cache, crop=False)
    padding = cache[4]
    return dA[:, padding:-padding, padding:-padding], dW, db


def by_cells(
    dZ: Any,
    cache: Any,
    *,
    add: bool = True,
    step: int | None = None,
    order: str = "cij",
    weights: Callable[[Any], Any] = lambda W: W.reshape(len(W), -1).T,
) -> Any:
    """Walk over the filter's cells with slices, with faults on demand."""
    _, W, (n_C_prev, tall, wide, m), stride, p = cache
    _, n_H, n_W, _ = dZ.shape
    f, step = W.shape[2], step or stride
    sides = {"c": n_C_prev, "i": f, "j": f}
    dP = weights(W) @ dZ.reshape(len(dZ), -1)
    dP = dP.reshape(*(sides[axis] for axis in order), n_H, n_W, m)
    dP = np.einsum(f"{order}hwm->cijhwm", dP)
    dA = np.zeros((n_C_prev, tall + 2 * p, wide + 2 * p, m))
    for i in range(f):
        for j in range(f):
            rows = slice(i, i + step * n_H, step)
            part = dA[:, rows, slice(j, j + step * n_W, step)]
            part[...] = dP[:, i, j] + (part if add else 0.0)
    _, dW, db = back(dZ, cache)
    return dA[:, p : p + tall, p : p + wide], dW, db


def last_place(dZ: Any, cache: Any) -> Any:
    dA, _, db = back(dZ, cache)
    alone = np.zeros_like(dZ)
    alone[:, -1, -1] = dZ[:, -1, -1]
    return dA, back(alone, cache)[1], db


def mean_over_places(dZ: Any, cache: Any) -> Any:
    dA, dW, db = back(dZ, cache)
    count = dZ.shape[1] * dZ.shape[2]
    return dA, dW / count, db / count


def divided(dZ: Any, cache: Any) -> Any:
    dA, dW, db = back(dZ, cache)
    return dA, dW / dZ.shape[-1], db / dZ.shape[-1]


def backward_facts(args: Any, got: Any) -> dict[str, Any]:
    dZ, cache = args
    shape = np.shape(got[0]) if isinstance(got, list | tuple) and got else ()
    return {
        "places": dZ.shape[1] * dZ.shape[2],
        "m": dZ.shape[-1],
        "shape": shape,
        "wanted": cache[2],
        "padding": cache[4],
    }


backward = exercise(
    "14.5",
    "The layer, backward",
    points=15,
    kind="implement",
    slug="conv-backward",
    calls=["dA_prev, dW, db = conv_backward(dZ, cache)"],
    inside={
        "conv_backward": {"cache": ("P", "W", "shape", "stride", "padding")}
    },
    draw=draw_backward,
    reference=back,
    facts=backward_facts,
    mistakes=[
        mistake(
            "last-window-wins",
            lambda dZ, cache: back(dZ, cache, add=False),
            "dW and db are right. In dA_prev a pixel that lies in several "
            "windows hears only the last of them. Through how many windows "
            "does such a pixel reach the cost?",
        ),
        mistake(
            "last-cell-wins",
            lambda dZ, cache: by_cells(dZ, cache, add=False),
            "dW and db are right. In dA_prev a pixel hears only the last "
            "cell of the filter that lay over it. Through how many cells, in "
            "as many windows, does such a pixel reach the cost?",
        ),
        mistake(
            "stride-forgotten",
            lambda dZ, cache: by_cells(dZ, cache, step=1),
            "dW and db are right, and dA_prev is right at stride 1. At "
            "stride 2 your windows lie side by side where they began two "
            "pixels apart. From which rows was the row i of each window cut?",
        ),
        mistake(
            "channels-last-in-P",
            lambda dZ, cache: by_cells(dZ, cache, order="ijc"),
            "dW and db are right, and dA_prev is right for one channel. With "
            "more you unfold dP in another order than P was folded. In which "
            "order do the rows of P count c, i and j?",
        ),
        mistake(
            "reshaped-not-transposed",
            lambda dZ, cache: by_cells(
                dZ, cache, weights=lambda W: W.reshape(-1, len(W))
            ),
            "dW and db are right. Your dP has the right shape, and its "
            "numbers come from weights of several filters. What is the "
            "difference between reshape and a transpose?",
        ),
        mistake(
            "dW-mean-over-places",
            lambda dZ, cache: (
                back(dZ, cache)[0],
                mean_over_places(dZ, cache)[1],
                back(dZ, cache)[2],
            ),
            "dA_prev and db are right, and dW is {places} times too small: "
            "you take a mean over places. What does the chain rule do with "
            "several paths?",
        ),
        mistake(
            "dW-divided-by-m",
            lambda dZ, cache: (
                back(dZ, cache)[0],
                divided(dZ, cache)[1],
                back(dZ, cache)[2],
            ),
            "dA_prev and db are right, and dW is {m} times too small. J is "
            "already a mean. Where has 1/m been counted before?",
        ),
        mistake(
            "last-place-only",
            last_place,
            "dW follows the last of {places} places alone. A filter is used "
            "at many places: whose gradient is dW?",
        ),
        mistake(
            "turned-on-the-way-back",
            lambda dZ, cache: back(dZ, cache, flip=True),
            "dW and db are right, and dA_prev uses the filters turned by 180 "
            "degrees. Under which cell of the filter did a pixel lie on the "
            "way forward?",
        ),
        mistake(
            "minus-zero",
            minus_zero,
            "Right with padding. Without it your dA_prev has the shape "
            "{shape} and should have {wanted}. What is a slice that ends at "
            "minus 0?",
        ),
        mistake(
            "border-kept",
            lambda dZ, cache: back(dZ, cache, crop=False),
            "Right without padding. With it dA_prev is larger than the "
            "picture was. Does anybody need the gradient of the zeros?",
        ),
        mistake(
            "mean-over-places",
            mean_over_places,
            "Your dW and db are {places} times too small: you take a mean "
            "over places. What does the chain rule do with several paths?",
        ),
        mistake(
            "divided-by-m",
            divided,
            "J is already a mean, so your dW and db are {m} times too small. "
            "Where has 1/m been counted before?",
        ),
    ],
    also_right=[
        lambda dZ, cache: tuple(x.astype(np.float32) for x in back(dZ, cache)),
        lambda dZ, cache: list(back(dZ, cache)),
    ],
    rtol=1e-5,
    read="The way back: sums over places",
    equation="eq-conv-dA",
    hints=[
        "In the language of patches this is the dense layer's way back. What "
        "are dW and dP?",
        "Each column of dP belongs to one window. Add it to the place from "
        "which the window was cut: the slices are those of the way forward.",
        "Add into an array with its border of padding; cut the border off "
        "with slices that also work for padding 0.",
    ],
)


# 14.6 Who gets the gradient?


def draw_pools(rng: Generator) -> list[tuple[Any, ...]]:
    cases = (
        ((2, 6, 4, 3), 2, 2),
        ((1, 7, 5, 2), 3, 2),
        ((3, 5, 7, 1), 3, 1),
        ((2, 5, 5, 4), 2, 2),
    )
    drawn = []
    for shape, size, stride in cases:
        A, cache = lw.max_pool_forward(
            rng.normal(size=shape), size=size, stride=stride
        )
        drawn.append((rng.normal(size=A.shape), cache))
    return drawn


def to_winners(
    dA: Any,
    cache: Any,
    *,
    add: bool = True,
    swap: bool = False,
    step: int | None = None,
    wide: int | None = None,
) -> Any:
    winner, shape, size, stride = cache
    stride, size = step or stride, wide or size
    dA_prev = np.zeros(shape)
    for c, h, w, e in np.ndindex(*dA.shape):
        i, j = divmod(int(winner[c, h, w, e]), size)
        i, j = (j, i) if swap else (i, j)
        at = c, h * stride + i, w * stride + j, e
        dA_prev[at] = dA[c, h, w, e] + (dA_prev[at] if add else 0.0)
    return dA_prev


def shared_evenly(dA: Any, cache: Any, weight: float | None = None) -> Any:
    _, shape, size, stride = cache
    dA_prev = np.zeros(shape)
    for h in range(dA.shape[1]):
        for w in range(dA.shape[2]):
            top, left = h * stride, w * stride
            part = dA[:, h, w][:, None, None] * (weight or 1 / size**2)
            dA_prev[:, top : top + size, left : left + size] += part
    return dA_prev


def by_add_at(dA: Any, cache: Any) -> Any:
    winner, shape, size, stride = cache
    c, h, w, e = np.indices(dA.shape)
    dA_prev = np.zeros(shape)
    at = c, h * stride + winner // size, w * stride + winner % size, e
    np.add.at(dA_prev, at, dA)
    return dA_prev


def totals(args: Any, got: Any) -> dict[str, Any]:
    got = np.asarray(got, float)
    reached = int(np.count_nonzero(got))
    return {
        "reached": reached,
        "windows": args[0].size,
        "arrived": float(args[0].sum()),
        "total": float(got.sum()),
    }


max_pool = exercise(
    "14.6",
    "Who gets the gradient?",
    points=10,
    kind="implement",
    slug="max-pool",
    calls=["dA_prev = max_pool_backward(dA, cache)"],
    inside={
        "max_pool_backward": {"cache": ("winner", "shape", "size", "stride")}
    },
    draw=draw_pools,
    reference=to_winners,
    facts=totals,
    mistakes=[
        mistake(
            "shared-evenly",
            shared_evenly,
            "{reached} numbers receive a gradient from {windows} windows. "
            "Would a small change of the smaller numbers in a window change "
            "its maximum?",
        ),
        mistake(
            "everyone-gets-all",
            lambda dA, cache: shared_evenly(dA, cache, 1.0),
            "A gradient of {arrived:.2f} arrived in total and {total:.2f} "
            "left. How many numbers of a window decide its maximum?",
        ),
        mistake(
            "sides-swapped",
            lambda dA, cache: to_winners(dA, cache, swap=True),
            "Some winners are hit and others missed: row and column inside "
            "the window have changed places. Where in a window of two does "
            "place 1 stand?",
        ),
        mistake(
            "last-window-wins",
            lambda dA, cache: to_winners(dA, cache, add=False),
            "Right where windows lie side by side. Where they overlap a "
            "number can win two of them, and you keep one gradient. What "
            "does the chain rule do with two paths?",
        ),
        mistake(
            "always-the-first",
            lambda dA, cache: to_winners(dA, (0 * cache[0], *cache[1:])),
            "Each gradient goes to the upper left number of its window. What "
            "does the cache tell you about who won?",
        ),
        mistake(
            "windows-one-apart",
            lambda dA, cache: to_winners(dA, cache, step=1),
            "Right at stride 1. At stride 2 your gradients stay too near to "
            "the upper left. In which row does the second window begin?",
        ),
        mistake(
            "winner-counted-in-strides",
            lambda dA, cache: to_winners(dA, cache, wide=cache[3]),
            "Right where the windows lie side by side. Where stride and size "
            "differ, winners are looked for in the wrong cell. How many "
            "cells has a row of a window?",
        ),
        mistake(
            "size-of-the-gradient-lost",
            lambda dA, cache: to_winners(np.sign(dA), cache),
            "The right numbers are hit, and each gets 1 or -1 for a window. "
            "How much of the gradient that arrived should it get?",
        ),
        mistake(
            "ones-for-winners",
            lambda dA, cache: to_winners(np.ones_like(dA), cache),
            "The right numbers are hit, and each gets 1 for a window. A "
            "gradient of {arrived:.2f} arrived in total. Where is it in your "
            "answer?",
        ),
        mistake(
            "stride-is-size",
            lambda dA, cache: to_winners(
                dA, (cache[0], _wide(cache), cache[2], cache[2])
            )[:, : cache[1][1], : cache[1][2]],
            "Right where windows lie side by side. Where the stride is "
            "smaller than the window, your gradients land too far down and "
            "right. Where does the second window begin?",
        ),
    ],
    also_right=[
        by_add_at,
        lambda dA, cache: by_add_at(dA, cache).astype(np.float32),
    ],
    rtol=1e-5,
    read="The way back: sums over places",
    equation="eq-max-pool-backward",
    hints=[
        "In which row and column of its window does the number at place 3 "
        "stand, if the window has two columns? And if it has three?",
        "Go through the places of a window instead of the windows: which "
        "windows were won at this place, and where do they stand?",
    ],
)


def _wide(cache: Any) -> tuple[int, ...]:
    n_C, n_H, n_W, m = cache[1]
    return n_C, 3 * n_H, 3 * n_W, m


# 14.7 Shift and turn.


def expected(**changed: Any) -> Callable[[], dict[str, Any]]:
    good = {
        "map": "moves",
        "conv": 40,
        "anywhere": 97,
        "turned": 10,
        "because": "a",
        "places": 5,
    }
    return lambda: good | changed


WORDS = ("invariant", "equivariant", "neither")
RIGHT = {
    "map_moved": "equivariant",
    "largest_moved": "invariant",
    "mean_moved": "invariant",
    "map_turned": "neither",
    "pixel_turned": "equivariant",
}


def observed(**changed: Any) -> Callable[[], dict[str, Any]]:
    good: dict[str, Any] = {"dense": 1, "anywhere": 5, **RIGHT}
    return lambda: good | changed


def told_apart() -> dict[str, Any]:
    """Return what is right for each of the five maps."""
    return {
        name: choice(word, *(w for w in WORDS if w != word))
        for name, word in RIGHT.items()
    }


moves = exercise(
    "14.7",
    "Shift and turn",
    points=10,
    kind="predict",
    slug="moves",
    calls=["prediction_14_7()", "measured_14_7()"],
    reference={
        "prediction_14_7": lambda: {
            "map": recorded("same", "moves", "other"),
            "conv": recorded(),
            "anywhere": recorded(),
            "turned": recorded(),
            "because": choice("a", "b", "c"),
            "places": band(5, 5),
        },
        "measured_14_7": lambda: (
            {"dense": band(1, 1), "anywhere": band(5, 5)} | told_apart()
        ),
    },
    mistakes={
        "prediction_14_7": [
            mistake(
                "further",
                expected(because="b"),
                "A shift over the whole sheet moves a pixel further than a "
                "turn. Which of the two keeps every neighborhood as it is, "
                "so that the same small window finds it again?",
            ),
            mistake(
                "longer",
                expected(because="c"),
                "Longer training on upright pictures shows a filter nothing "
                "but upright pictures. What could it learn from them about a "
                "turn?",
            ),
            mistake(
                "all-nine",
                expected(places=9),
                "In the figure with the movable corner the shared filters "
                "say corner at nine places. At how many does the dense net?",
            ),
            mistake(
                "kept-places",
                expected(places=4),
                "Four is the number of places that were kept back. Which of "
                "the grids in the figure belongs to the dense net?",
            ),
        ],
        "measured_14_7": [
            mistake(
                "map-invariant",
                observed(map_moved="invariant"),
                "For the moved picture you say that the map does not change. "
                "In the last figure, does the map stand still while you drag "
                "the digit?",
            ),
            mistake(
                "map-neither",
                observed(map_moved="neither"),
                "The map of the moved picture holds the same numbers as "
                "before. Where do they stand now?",
            ),
            mistake(
                "largest-along",
                observed(largest_moved="equivariant"),
                "The largest number of a map is one number, without a row or "
                "a column. How could it move?",
            ),
            mistake(
                "mean-along",
                observed(mean_moved="equivariant"),
                "A mean over all places is one number, without a row or a "
                "column. How could it move?",
            ),
            mistake(
                "mean-neither",
                observed(mean_moved="neither"),
                "The moved map holds the same numbers at other places. What "
                "does a mean know of places?",
            ),
            mistake(
                "turn-along",
                observed(map_turned="equivariant"),
                "You say that the map turns along, with the filter as it is. "
                "The cell below the equation for the turn tried just that. "
                "What did its last line print?",
            ),
            mistake(
                "turn-invariant",
                observed(map_turned="invariant"),
                "You say that a turn leaves the map as it is. How many of "
                "100 turned digits does each network name in the bars above?",
            ),
            mistake(
                "pixel-neither",
                observed(pixel_turned="neither"),
                "ReLU of each pixel by itself has no window. What would it "
                "have to know of a pixel's neighbors for a turn to matter?",
            ),
            mistake(
                "pixel-invariant",
                observed(pixel_turned="invariant"),
                "Dark pixels stay dark under ReLU, and the picture has been "
                "turned. Do they stand where they stood before?",
            ),
            mistake(
                "anywhere-in-the-middle-only",
                observed(anywhere=1),
                "At one of the five values anywhere knows the digit, you "
                "say, as dense does. Which of the three bars belongs to "
                "anywhere, and when does it fall below one half?",
            ),
            mistake(
                "read-at-the-end",
                observed(dense=0),
                "At the start of the figure the digit stands two rows too "
                "low, and the dense net does not know it. What does it say "
                "when the digit is back in the middle?",
            ),
        ],
    },
    also_right={
        "prediction_14_7": [
            expected(map="same", conv=95, anywhere=50, turned=90),
            expected(map="OTHER", conv=0.5, places=5.0),
        ],
        "measured_14_7": [
            observed(dense=1.0, anywhere=np.int64(5)),
            observed(map_moved="Equivariant"),
        ],
    },
    read="What moves, and what stays",
    equation="eq-equivariance",
    hints=[
        "Write one sum for the first place of the moved picture.",
        "Ask of each map: does its answer have rows and columns? If it has, "
        "do the same numbers appear, and where?",
    ],
)


# 14.8 The corner contest.

FREE = 97  # numbers to learn that cost nothing
RUNS, COUNTED = 5, 4
LIMITS = {
    "filters": (1, 24),
    "start": (0, 5),
    "rate": (0, 1),
    "steps": (1, 3000),
}


@lru_cache(maxsize=1)
def all_pictures() -> tuple[Any, Any, Any]:
    """Return every picture, and which ones the judge asks about."""
    pictures = datasets.all_bits(16)
    found = datasets.corner_places(pictures)
    kept = found[list(datasets.UNSEEN_PLACES)].any(axis=0)
    only = (found.sum(axis=0) == 1) & kept
    return pictures.reshape(1, 4, 4, -1), only, ~found.any(axis=0)


@lru_cache(maxsize=256)
def trained(
    filters: int, start: float, rate: float, steps: int, seed: int
) -> tuple[float, float]:
    """Train once; return recall at the kept places, and specificity."""
    rng = np.random.default_rng(seed)
    X, Y = datasets.corner(2000, rng=rng)
    X = X.reshape(1, 4, 4, -1)

    def normal(shape: Any, *, rng: Generator) -> Any:
        return start * rng.standard_normal(shape)

    network = lw.Network(
        lw.Conv(1, filters, 2, rng=rng, initializer=normal),
        lw.ReLU(),
        lw.MaxPool(3),
        lw.Flatten(),
        lw.Dense(filters, 1, rng=rng, initializer=normal),
    )
    cost, optimizer = lw.SigmoidCrossEntropy(), lw.Adam(rate)
    epochs, rest = divmod(steps, 40)
    how = {"cost": cost, "optimizer": optimizer, "rng": rng, "batch_size": 50}
    if epochs:
        lw.fit(network, X, Y, epochs=epochs, **how)
    if rest:
        some = slice(0, 50 * rest)
        lw.fit(network, X[..., some], Y[:, some], epochs=1, **how)
    pictures, corner, without = all_pictures()
    yes = network.forward(pictures)[0] > 0
    return float(yes[corner].mean()), float(1 - yes[without].mean())


def fault_in(recipe: Any) -> str:
    """Say what makes this no recipe, or ''."""
    if not isinstance(recipe, dict):
        return "is no dictionary"
    for name, (low, high) in LIMITS.items():
        value = recipe.get(name)
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"has a '{name}' that is no number"
        whole = name in ("filters", "steps")
        if whole and value != int(value):
            return f"has a '{name}' that is no whole number"
        least = low if whole else np.nextafter(low, high)
        if not least <= value <= high:
            return f"has a '{name}' outside {low} to {high}"
    return ""


def shown_by(recipe: Any, solved: int, size: int) -> str:
    """Name what most likely keeps a recipe from full marks."""
    filters, _, rate, steps = (float(recipe[name]) for name in LIMITS)
    if solved >= COUNTED:
        return "all-filters" if size > FREE else ""
    if rate > 0.15:
        return "rate-too-large"
    if rate * steps < 4:
        return "hardly-started"
    if filters == 1:
        return "one-filter"
    if size < FREE:
        return "few-filters"
    return "unlucky-start"


def contest(recipe: Any, seeds: Any) -> tuple[float, str, str]:
    """Return the share a recipe earns, what was measured, what it shows."""
    fault = fault_in(recipe)
    if fault:
        return 0.0, fault, "no-recipe"
    filters, start, rate, steps = (float(recipe[name]) for name in LIMITS)
    runs = [
        trained(int(filters), start, rate, int(steps), int(seed))
        for seed in seeds
    ]
    solved = sum(min(run) >= 0.98 for run in runs)
    size = 6 * int(filters) + 1
    share = min(solved, COUNTED) / COUNTED * min(1.0, FREE / size)
    recall, specificity = np.median(runs, axis=0)
    words = (
        f"solves the corner in {solved} of {RUNS} runs with {size} numbers "
        f"(median recall at the kept places {recall:.2f}, specificity "
        f"{specificity:.2f})"
    )
    return share, words, shown_by(recipe, solved, size)


def recipe(**changed: Any) -> Callable[..., dict[str, Any]]:
    good = {"filters": 16, "start": 0.5, "rate": 0.03, "steps": 2000}
    return lambda *seeds: good | changed


capstone = exercise(
    "14.8",
    "The corner contest",
    points=30,
    kind="capstone",
    slug="contest",
    calls=["corner_recipe()"],
    draw=lambda rng: [(rng.integers(0, 2**31, RUNS).tolist(),)],
    probe="def probe(learner, seeds):\n    return learner()\n",
    reference=lambda seeds: scored(
        lambda made: contest(made, seeds), sees=True
    ),
    facts=lambda args, got: {
        "told": contest(got, args[0])[1],
        "rate": got["rate"] if isinstance(got, dict) else None,
    },
    broken=lambda seeds: dict.fromkeys(LIMITS),
    mistakes=[
        mistake(
            "one-filter",
            recipe(filters=1),
            "Your recipe {told}. Five numbers are enough by hand, and one "
            "filter rarely gets there. How many numbers would a second one "
            "cost?",
        ),
        mistake(
            "few-filters",
            recipe(filters=4, start=0.01, steps=1200),
            "Your recipe {told}, and 97 numbers cost nothing. If each filter "
            "has its own luck, how likely is it that all of them fail?",
        ),
        mistake(
            "unlucky-start",
            recipe(filters=16, start=5.0, rate=0.1, steps=60),
            "Your recipe {told}. Filters there are enough. Of the start, the "
            "rate and the steps, which one have you not yet changed alone?",
        ),
        mistake(
            "no-recipe",
            recipe(rate=2),
            "Your recipe {told}. Which ranges does the task give?",
        ),
        mistake(
            "all-filters",
            recipe(filters=24, steps=1200),
            "Your recipe {told}. So many filters hardly ever lack a good "
            "one, but most of their numbers do nothing. How many do you need "
            "to be safe?",
        ),
        mistake(
            "rate-too-large",
            recipe(rate=1.0, steps=800),
            "Your recipe {told}. Adam's early steps move every weight by "
            "about the rate, here {rate}. What does a unit with ReLU learn "
            "once it is silent for all pictures?",
        ),
        mistake(
            "hardly-started",
            recipe(start=0.001, rate=0.001, steps=400),
            "Your recipe {told}. The weights begin near 0 and take small "
            "steps. How far can they come in the steps it gives them?",
        ),
    ],
    also_right=[
        lambda seeds: {
            "filters": np.int64(16),
            "start": np.float32(0.5),
            "rate": 0.03,
            "steps": 2400.0,
        },
    ],
    read="The corner contest",
    equation="eq-parameters",
    hints=[
        "Count the numbers to learn for k filters. How large may k be before "
        "it costs you something?",
        "Run learn_corner with several seeds and count how often all three "
        "shares are high. Change one thing at a time.",
    ],
)
