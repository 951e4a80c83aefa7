"""Chapter 9. A network is a list of layers and two loops.

Forward asks the layers in order, backward in reverse. All parameters are
windows on one vector, all gradients on another: whoever updates the vector
has updated every layer.
"""

from itertools import pairwise

import numpy as np

from .initializers import initialize_xavier, initialize_zeros
from .layers import Dense, Layer, ReLU, Tied

__all__ = [
    "Network",
    "deep_network",
    "logistic_regression",
    "softmax_regression",
]


class Network:
    """Layers in a row, trained as one.

    Parameters
    ----------
    *layers : Layer
        From the inputs to the outputs.
    dtype : numpy dtype
        Of all parameters and of everything computed from them.

    Layers that stand side by side in one network may form another, such as
    ``encoder = Network(*autoencoder.layers[:3])``: both share the memory,
    and training one trains the other.

    Attributes
    ----------
    params, grads : dict of ndarray
        ``"W1", "b1", "W2", ...``: the number counts layers with weights.
    vector, gradient : ndarray, shape (number of parameters,)
        The same memory in one piece.
    state : dict of ndarray
        What layers keep but do not learn, such as running means.

    Examples
    --------
    >>> import layerwise as lw
    >>> rng = np.random.default_rng(0)
    >>> network = Network(
    ...     lw.Dense(2, 4, rng=rng), lw.Tanh(), lw.Dense(4, 1, rng=rng)
    ... )
    >>> sorted(network.params)
    ['W1', 'W2', 'b1', 'b2']
    >>> network.forward(np.zeros((2, 5))).shape
    (1, 5)
    """

    def __init__(self, *layers, dtype=np.float64):
        self.layers = layers
        self.dtype = np.dtype(dtype)
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError(
                "one layer stands in the network twice. Its cache holds one "
                "pass only: make a second layer (Tied shares weights)."
            )
        with_params = [i for i, layer in enumerate(layers) if layer.params]
        self.first = min(with_params, default=0)
        self.tied = [layer for layer in layers if isinstance(layer, Tied)]
        if any(layer.dense not in layers for layer in self.tied):
            raise ValueError(
                "a Tied layer shares the weights of a Dense layer that is "
                "not in the network."
            )
        self.params, self.grads, self.state = {}, {}, {}
        self._gather(self._name())

    def forward(self, X, training=False):
        """Return the outputs for the examples in X, one per column."""
        A = np.asarray(X, dtype=self.dtype)
        for layer in self.layers:
            A = layer.forward(A, training)
        return A

    def backward(self, dA, to_input=False):
        """Fill ``grads`` from the gradient of the outputs.

        Returns the gradient of X if ``to_input``, else None: in training
        nobody needs it, and it is a large product.
        """
        for layer in reversed(self._asked(to_input)):
            dA = layer.backward(dA)
        for layer in self.tied:
            layer.share()
        return dA if to_input else None

    def as_one(self):
        """Return all parameters and all gradients as dicts of one array.

        An optimizer that treats entries alike takes the same step with
        these as with ``params`` and ``grads``, in a few large operations
        instead of many small ones: for 21 layers of 64 units that takes a
        fifth off the time of a training step with Adam.
        """
        return {"all": self.vector}, {"all": self.gradient}

    def outputs(self, X):
        """Return the outputs of every layer, in their order, as a list."""
        A, outputs = np.asarray(X, dtype=self.dtype), []
        for layer in self.layers:
            A = layer.forward(A)
            outputs.append(A)
        return outputs

    def _asked(self, to_input):
        """Return the layers the way back visits: all, or those that learn.

        Below the first layer with parameters nobody asks for a gradient.
        """
        self.layers[self.first].needs_dA_prev = to_input
        return self.layers if to_input else self.layers[self.first :]

    def _name(self):
        """Give every parameter and state its numbered name."""
        places, number = [], 0
        for layer in self.layers:
            number += bool(layer.params) and layer.takes_number
            places += [(f"{k}{number}", layer, k) for k in layer.params]
            for name, value in layer.state.items():
                value = value.astype(self.dtype, copy=False)
                self.state[f"{name}{number}"] = layer.state[name] = value
        names = [full_name for full_name, _, _ in places]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two parameters would be {name}")
        return places

    def _gather(self, places):
        """Make one vector of all parameters and one of all gradients."""
        values = [layer.params[name] for _, layer, name in places]
        slopes = [layer.grads[name] for _, layer, name in places]
        self.vector = _common_vector(values, self.dtype)
        self.gradient = _common_vector(slopes, self.dtype)
        if self.vector is None or self.gradient is None:
            if any(layer.in_network for layer in self.layers):
                raise ValueError(
                    "some of these layers belong to another network and do "
                    "not stand side by side there, in this order and dtype. "
                    "Make new layers, or take network.layers[i:k]."
                )
            self._move(places, sum(value.size for value in values))
        for full_name, layer, name in places:
            self.params[full_name] = layer.params[name]
            self.grads[full_name] = layer.grads[name]
        for layer in self.layers:
            layer.in_network = True

    def _move(self, places, size):
        """Move parameters and gradients into new vectors."""
        self.vector = np.empty(size, dtype=self.dtype)
        self.gradient = np.zeros(size, dtype=self.dtype)
        start = 0
        for _, layer, name in places:
            value = layer.params[name]
            window = slice(start, start + value.size)
            start += value.size
            self.vector[window] = value.ravel()
            layer.params[name] = self.vector[window].reshape(value.shape)
            layer.grads[name] = self.gradient[window].reshape(value.shape)

    def __reduce__(self):
        # Windows would be copied or pickled as arrays of their own, apart
        # from the vector: build the copy from copies of the layers.
        return _rebuild, (self.layers, self.dtype)

    def __repr__(self):
        lines = [f"  {layer!r}," for layer in self.layers]
        return "\n".join(["Network(", *lines, f"  dtype={self.dtype})"])


def _rebuild(layers, dtype):
    for layer in layers:
        layer.in_network = False
    return Network(*layers, dtype=dtype)


def _common_vector(arrays, dtype):
    """Return the part of a vector these are neighboring windows on.

    None if they are not.
    """
    vector = arrays[0].base if arrays else None
    if not isinstance(vector, np.ndarray) or vector.ndim != 1:
        return None
    if vector.dtype != dtype:
        return None
    addresses = [a.__array_interface__["data"][0] for a in arrays]
    place = addresses[0]
    for array, address in zip(arrays, addresses, strict=True):
        if array.base is not vector or address != place:
            return None
        place += array.nbytes
    first = (addresses[0] - vector.__array_interface__["data"][0]) // (
        vector.itemsize
    )
    return vector[first : first + sum(a.size for a in arrays)]


def logistic_regression(n, *, dtype=np.float64):
    """Build one unit on n inputs, to be trained on its sums.

    It starts at zero: with one unit there is no symmetry to break. Its cost
    is SigmoidCrossEntropy.

    Examples
    --------
    >>> logistic_regression(2).forward(np.ones((2, 3)))
    array([[0., 0., 0.]])
    """
    rng = np.random.default_rng(0)  # not used by zeros
    layer = Dense(n, 1, rng=rng, initializer=initialize_zeros)
    return Network(layer, dtype=dtype)


def softmax_regression(n, classes, *, dtype=np.float64):
    """Build one unit for each class on n inputs, trained on their sums.

    It starts at zero: the units see different targets. Its cost is
    SoftmaxCrossEntropy.

    Examples
    --------
    >>> softmax_regression(2, 3).params["W1"].shape
    (3, 2)
    """
    rng = np.random.default_rng(0)  # not used by zeros
    layer = Dense(n, classes, rng=rng, initializer=initialize_zeros)
    return Network(layer, dtype=dtype)


def deep_network(
    sizes, *, rng, activation=ReLU, initializer=None, dtype=np.float64
):
    """Build dense layers of these sizes, an activation between any two.

    The last layer gives sums: let the cost apply sigmoid or softmax.

    Parameters
    ----------
    sizes : sequence of int
        ``[n_x, n_1, ..., n_y]``: one more entry than there are layers.
    rng : numpy.random.Generator
    activation : callable
        Makes a new activation layer, such as ``ReLU`` or ``Tanh``.
    initializer : callable, optional
        If not given: He's for ReLU, Xavier's for all others.
    dtype : numpy dtype

    Returns
    -------
    Network

    Examples
    --------
    >>> deep_network([2, 4, 1], rng=np.random.default_rng(0))
    Network(
      Dense(W (4, 2), b (4, 1)),
      ReLU(),
      Dense(W (1, 4), b (1, 1)),
      dtype=float64)
    """
    layers = _stack(sizes, rng, activation, initializer)
    return Network(*layers, dtype=dtype)


def _stack(sizes, rng, activation, initializer):
    """Dense layers with an activation between any two, as a list."""
    if len(sizes) < 2:
        raise ValueError(
            f"sizes is {list(sizes)}, expected the number of inputs and the "
            f"units of at least one layer."
        )
    if isinstance(activation, Layer):
        raise TypeError(
            f"activation is one layer, {activation!r}, expected what makes "
            f"them: pass {type(activation).__name__} without brackets."
        )
    start = {"rng": rng, "initializer": initializer}
    if initializer is None:
        start.pop("initializer")
        if activation is not ReLU:
            start["initializer"] = initialize_xavier
    layers = []
    for n_prev, n in pairwise(sizes):
        layers += [Dense(n_prev, n, **start), activation()]
    return layers[:-1]
