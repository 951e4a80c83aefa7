"""What is drawn is what was given: read back from the axes."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import to_hex

from layerwise import plots
from layerwise.shapes import ShapeError


@pytest.fixture
def ax():
    with plt.style.context("layerwise.course"):
        fig, ax = plt.subplots()
        yield ax
        fig.canvas.draw()  # whatever was drawn can be rendered
        plt.close(fig)


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_every_function_draws_on_the_given_ax_and_returns_nothing(ax):
    X, y = np.random.default_rng(0).random((2, 9)), np.arange(9) % 2
    calls = [
        (plots.curves, (np.arange(3), {"a": np.arange(3)})),
        (plots.loss_curves, ({"train": [3, 2, 1]},)),
        (plots.points, (X, y)),
        (plots.decision_boundary, (lambda P: P[0], X, y)),
        (plots.layer_histograms, ({"A1": X},)),
        (plots.image_grid, (X.reshape(2, 3, 3),)),
        (plots.confusion, (np.eye(2, dtype=int),)),
        (plots.network, ([2, 1],)),
    ]
    assert {f.__name__ for f, _ in calls} == {
        name for name in plots.__all__ if name.islower()
    }
    for function, arguments in calls:
        ax.clear()
        assert function(ax, *arguments) is None
        assert ax.has_data()
        assert plt.get_fignums() == [ax.figure.number]


# The style.


def test_the_style_is_found_by_name_and_has_the_colors_of_plots():
    with plt.style.context("layerwise.course"):
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
        width, height = plt.rcParams["figure.figsize"]
        dots = plt.rcParams["figure.dpi"]
    assert [to_hex(color).upper() for color in cycle] == list(plots.COLOURS)
    assert (width * dots, height * dots) == (780, 442)


def luminance(color):
    """Relative luminance of a color, by the web's contrast guideline."""
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in rgb
    ]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def test_the_three_fixed_colors_are_readable_as_text_on_white():
    for color in (plots.TRAIN, plots.VALIDATION, plots.TEST):
        assert 1.05 / (luminance(color) + 0.05) > 3


# Curves.


def test_up_to_three_curves_are_named_at_their_ends_more_in_a_legend(ax):
    x = np.linspace(0, 1, 5)
    plots.curves(ax, x, {"a": x, "b": 2 * x, "c": 3 * x}, x_label="$z$")
    assert words(ax) == ["a", "b", "c"]
    assert ax.get_legend() is None
    for line, text in zip(ax.get_lines(), ax.texts, strict=True):
        assert text.get_color() == line.get_color()
        assert text.xy == (1, line.get_ydata()[-1])
    assert ax.get_xlabel() == "$z$"
    ax.clear()
    plots.curves(ax, x, {name: x for name in "abcd"})
    assert words(ax) == []
    assert len(ax.get_legend().get_texts()) == 4


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_names_of_curves_that_end_together_do_not_overlap(ax, scale):
    ax.set_yscale(scale)
    x = np.linspace(1, 2, 5)
    ys = {"one": x, "two": x, "three": 1.001 * x}
    plots.curves(ax, x, ys)
    ax.figure.canvas.draw()
    boxes = sorted(
        (text.get_window_extent() for text in ax.texts), key=lambda b: b.y0
    )
    assert boxes[0].y1 <= boxes[1].y0 and boxes[1].y1 <= boxes[2].y0
    tops = {text.get_text(): text.get_window_extent().y0 for text in ax.texts}
    assert max(tops, key=tops.get) == "three"


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_names_of_curves_that_end_apart_stand_level_with_their_ends(ax, scale):
    ax.set_yscale(scale)
    x = np.linspace(1, 2, 5)
    plots.curves(ax, x, {"low": x, "high": 50 * x, "near": 1.02 * x})
    low, near, high = (text.get_position()[1] for text in ax.texts)
    assert high == pytest.approx(0)
    assert low < 0 < near  # both give way, by the same amount
    between = ax.transData.transform([(2, 2), (2, 2.04)])[:, 1] * 72 / 130
    assert near - low + np.ptp(between) == pytest.approx(13, abs=0.5)


def test_train_validation_and_test_have_one_color_each_everywhere(ax):
    x = np.arange(4.0)
    plots.curves(ax, x, {"mine": x, "test cost": x, "train": x})
    colors = [line.get_color() for line in ax.get_lines()]
    assert colors == [plots.VALIDATION, plots.TEST, plots.TRAIN]


def test_a_curve_of_the_wrong_length_is_named(ax):
    with pytest.raises(ValueError, match=r"'b' has shape \(1, 3\), x has"):
        plots.curves(ax, np.arange(3), {"b": np.ones((1, 3))})


def test_lines_through_the_origin_get_no_names(ax):
    x = np.linspace(-1, 1, 5)
    plots.curves(ax, x, {"a": x}, axes_at_zero=True)
    assert words(ax) == ["a"]
    assert len(ax.get_lines()) == 3


def test_loss_curves_count_epochs_from_one_and_may_end_early(ax):
    costs = {"train": [4, 2, 1, 0.5], "validation": [5, 3], "test": []}
    plots.loss_curves(ax, costs)
    train, validation = ax.get_lines()
    assert train.get_xdata().tolist() == [1, 2, 3, 4]
    assert train.get_ydata().tolist() == [4, 2, 1, 0.5]
    assert validation.get_ydata()[:2].tolist() == [5, 3]
    assert np.isnan(validation.get_ydata()[2:]).all()
    assert [text.xy for text in ax.texts] == [(4, 0.5), (2, 3)]
    assert ax.get_yscale() == "log"


def test_a_cost_of_zero_keeps_the_axis_linear_and_no_cost_is_an_error(ax):
    plots.loss_curves(ax, {"train": [1.0, 0.0]})
    assert ax.get_yscale() == "linear"
    with pytest.raises(ValueError, match="every sequence is empty"):
        plots.loss_curves(ax, {"train": []})


# Points and boundaries.


@pytest.mark.parametrize("low, high", [(0, 1), (-1, 1)])
def test_points_wear_the_color_of_their_class(ax, low, high):
    X = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 0.0]])
    plots.points(ax, X, np.array([[low, high, low]]), labels=["no", "yes"])
    first, second = ax.collections
    assert first.get_offsets().tolist() == [[0, 0], [2, 0]]
    assert second.get_offsets().tolist() == [[1, 1]]
    assert to_hex(first.get_facecolor()).upper() == plots.COLOURS[0]
    assert to_hex(second.get_facecolor()).upper() == plots.COLOURS[1]


def test_a_class_that_is_absent_does_not_shift_the_colors(ax):
    plots.points(ax, np.ones((2, 2)), np.array([2, 2]))
    color = ax.collections[0].get_facecolor()
    assert to_hex(color).upper() == plots.COLOURS[2]


def drawn_boundary(ax):
    """All corners of the gray lines between the areas."""
    lines = [c for c in ax.collections if c.get_facecolor().size == 0]
    paths = [path for line in lines for path in line.get_paths()]
    return np.concatenate([path.vertices for path in paths])


def test_the_boundary_is_drawn_where_the_answer_turns(ax):
    X = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    plots.decision_boundary(
        ax, lambda P: P[:1] + 2 * P[1:], X, np.array([0, 1]), threshold=0.0
    )
    at = drawn_boundary(ax)
    assert len(at) > 10
    assert np.allclose(at[:, 0] + 2 * at[:, 1], 0, atol=1e-9)


def test_with_three_classes_the_largest_answer_wins_the_area(ax):
    X = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])

    def predict(P):
        return np.stack([-P[0], 0.5 + 0 * P[0], P[0]])

    plots.decision_boundary(ax, predict, X, np.arange(3))
    at = drawn_boundary(ax)
    assert np.allclose(np.abs(at[:, 0]), 0.5, atol=1e-2)


def test_a_classifier_of_one_answer_has_no_boundary(ax):
    X = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    plots.decision_boundary(ax, lambda P: 0 * P[0], X, np.array([0, 1]))
    assert len(ax.collections) == 3  # one area and two classes of points


def test_points_in_rows_and_answers_of_the_wrong_shape_are_named(ax):
    with pytest.raises(ShapeError, match=r"X has shape \(9, 2\).*pass X\.T"):
        plots.points(ax, np.ones((9, 2)), np.ones(9))
    with pytest.raises(ShapeError, match=r"y has shape \(3,\)"):
        plots.points(ax, np.ones((2, 9)), np.ones(3))
    with pytest.raises(ShapeError, match=r"predict\(grid\) has shape"):
        plots.decision_boundary(ax, lambda P: P.T, np.ones((2, 9)), np.ones(9))


# Layers, pictures, tables, networks.


def test_histograms_stand_in_order_with_their_spreads(ax):
    layers = {"A1": np.array([-2.0, 2.0]), "A2": np.array([[-1.0], [1.0]])}
    plots.layer_histograms(ax, layers, bins=4)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["A2", "A1"]  # the ticks count from below
    assert words(ax) == ["std 1", "std 2"]
    assert [text.xy for text in ax.texts] == [(1, 0.3), (1, 1.3)]
    second, first = (patch.get_data() for patch in ax.patches)
    assert first.edges.tolist() == second.edges.tolist() == [-2, -1, 0, 1, 2]
    assert first.values - 1 == pytest.approx([0.85, 0, 0, 0.85])
    assert second.values == pytest.approx([0, 0.85, 0, 0.85])


def test_pictures_stand_row_after_row_with_their_titles(ax):
    images = np.arange(24.0).reshape(2, 4, 3)
    plots.image_grid(ax, images, columns=2, titles=["a", "b", "c"])
    mosaic = ax.images[0].get_array()
    for k, (top, left) in enumerate([(2, 0), (2, 5), (6, 0)]):
        shown = mosaic[top : top + 2, left : left + 4]
        assert np.array_equal(shown, images[:, :, k])
    assert mosaic.mask.sum() == mosaic.size - 24
    assert words(ax) == ["a", "b", "c"]


def test_columns_and_images_with_one_channel_are_pictures_too(ax):
    columns = np.arange(32.0).reshape(16, 2)
    for images in (columns, columns.reshape(1, 4, 4, 2)):
        plots.image_grid(ax, images)
        shown = ax.images[-1].get_array()
        assert np.array_equal(shown[1:5, :4], columns[:, 0].reshape(4, 4))
        assert np.array_equal(shown[1:5, 5:9], columns[:, 1].reshape(4, 4))
    with pytest.raises(ShapeError, match=r"expected \(n_H, n_W, m\)"):
        plots.image_grid(ax, np.ones((15, 2)))


def test_signed_pictures_are_white_at_zero(ax):
    plots.image_grid(ax, np.array([[[-1.0], [3.0]]]), signed=True)
    assert ax.images[0].get_clim() == (-3, 3)


def test_the_confusion_matrix_shades_mistakes_and_writes_all_counts(ax):
    C = np.array([[50, 2], [0, 40]])
    plots.confusion(ax, C, ["cat", "dog"])
    assert words(ax) == ["50", "2", "40"]
    assert ax.texts[1].get_position() == (1, 0)
    assert ax.images[0].get_array().tolist() == [[0, 2], [0, 0]]
    assert ax.get_ylabel() == "true class"
    with pytest.raises(ShapeError, match="C has shape"):
        plots.confusion(ax, np.ones((2, 3)))


def test_a_network_has_all_its_circles_and_connections(ax):
    plots.network(ax, [3, 2, 1], labels=[["x", "y", "z"], ["g", "h"], ["o"]])
    assert len(ax.patches) == 6
    assert len(ax.get_lines()) == 3 * 2 + 2 * 1
    assert words(ax) == ["x", "y", "z", "3", "g", "h", "2", "o", "1"]


def test_a_wide_layer_shows_its_ends_and_dots(ax):
    plots.network(ax, [64, 2])
    assert len(ax.patches) == 8 + 2
    assert words(ax) == ["⋮", "64", "2"]
