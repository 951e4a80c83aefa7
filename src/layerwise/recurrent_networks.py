"""Chapter 15. A recurrent network reads a sequence and answers from its state.

One recurrent layer walks along the steps; one dense layer reads what it
remembers.
"""

import numpy as np

from .layers import LSTM, Dense
from .network import Network

__all__ = ["recurrent_network"]


def recurrent_network(
    n_x, n_a, n_y, *, rng, cell=LSTM, last_only=True, dtype=np.float64
):
    """Build a recurrent layer and a dense one that reads its state.

    Parameters
    ----------
    n_x, n_a, n_y : int
        Features of a step, of the state, and of the outputs.
    rng : numpy.random.Generator
    cell : callable
        ``RNN``, ``LSTM`` or ``GRU``, or anything called like them.
    last_only : bool
        One output after the last step, shape (n_y, m), or one after every
        step, shape (n_y, T, m).
    dtype : numpy dtype

    Returns
    -------
    Network

    Examples
    --------
    >>> network = recurrent_network(3, 8, 2, rng=np.random.default_rng(0))
    >>> network.forward(np.zeros((3, 20, 5))).shape
    (2, 5)
    """
    recurrence = cell(n_x, n_a, rng=rng, last_only=last_only)
    return Network(recurrence, Dense(n_a, n_y, rng=rng), dtype=dtype)
