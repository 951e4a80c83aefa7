"""Metrics on examples small enough to count by hand."""

import math

import numpy as np
import pytest

import layerwise as lw

Y = np.array([0, 0, 0, 1, 1, 2])
Y_HAT = np.array([0, 1, 0, 1, 2, 2])


def test_accuracy_counts_right_answers():
    assert lw.accuracy(Y_HAT, Y) == 4 / 6
    assert lw.accuracy(Y, Y) == 1.0


def test_the_confusion_matrix_has_truth_in_rows_and_answers_in_columns():
    C = lw.confusion_matrix(Y_HAT, Y)
    np.testing.assert_array_equal(C, [[2, 1, 0], [0, 1, 1], [0, 0, 1]])
    assert lw.confusion_matrix(Y_HAT, Y, classes=5).shape == (5, 5)


def test_precision_reads_a_column_and_recall_a_row():
    C = lw.confusion_matrix(Y_HAT, Y)
    for k in range(3):
        column, row = C[:, k].sum(), C[k].sum()
        assert lw.precision(Y_HAT, Y, positive=k) == C[k, k] / column
        assert lw.recall(Y_HAT, Y, positive=k) == C[k, k] / row


def test_nothing_called_and_nothing_there_has_no_share():
    none, some = np.zeros(3, dtype=int), np.array([0, 1, 1])
    assert math.isnan(lw.precision(none, some))
    assert lw.recall(none, some) == 0.0
    assert math.isnan(lw.recall(some, none))
    assert lw.precision(some, none) == 0.0


@pytest.mark.parametrize(
    "metric", [lw.accuracy, lw.confusion_matrix, lw.precision, lw.recall]
)
def test_a_row_is_not_compared_with_a_flat_array(metric):
    with pytest.raises(lw.ShapeError, match=r"\(1, 6\) and Y has shape \(6,"):
        metric(Y_HAT[np.newaxis], Y)


def test_one_hot_columns_have_a_one_at_their_class():
    columns = lw.one_hot(Y, 4)
    assert columns.shape == (4, 6)
    np.testing.assert_array_equal(columns.argmax(axis=0), Y)
    np.testing.assert_array_equal(columns.sum(axis=0), np.ones(6))
    assert columns.flags.c_contiguous


def test_one_hot_keeps_places_between_classes_and_examples():
    y = np.array([[0, 2], [1, 1], [2, 0]])  # (T, m)
    columns = lw.one_hot(y, 3)
    assert columns.shape == (3, 3, 2)
    np.testing.assert_array_equal(columns.argmax(axis=0), y)


def test_one_hot_refuses_what_is_no_class():
    for y in (np.array([0, 3]), np.array([-1, 0]), np.array([0.0, 1.0])):
        with pytest.raises(ValueError, match=r"0 to classes - 1 = 2"):
            lw.one_hot(y, 3)
