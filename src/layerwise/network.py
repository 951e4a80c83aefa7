"""Chapter 9. A network is a list of layers and two loops.

Forward asks the layers in order, backward in reverse. All parameters are
windows on one vector, all gradients on another: whoever updates the vector
has updated every layer.
"""

import numpy as np

__all__ = ["Network"]


class Network:
    """Layers in a row, trained as one.

    Parameters
    ----------
    *layers : Layer
        From the inputs to the outputs.
    dtype : numpy dtype
        Of all parameters and of everything computed from them.

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
        self.params, self.grads, self.state = {}, {}, {}
        self._name_and_gather()

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
        first = 0 if to_input else self.first
        self.layers[self.first].needs_dA_prev = to_input
        for layer in reversed(self.layers[first:]):
            dA = layer.backward(dA)
        return dA if to_input else None

    def _name_and_gather(self):
        """Number the parameters and move them into one vector."""
        places, number = [], 0
        for layer in self.layers:
            number += bool(layer.params) and layer.takes_number
            for name in layer.params:
                places.append((f"{name}{number}", layer, name))
            for name, value in layer.state.items():
                layer.state[name] = value.astype(self.dtype)
                self.state[f"{name}{number}"] = layer.state[name]
        size = sum(layer.params[name].size for _, layer, name in places)
        self.vector = np.empty(size, dtype=self.dtype)
        self.gradient = np.zeros(size, dtype=self.dtype)
        start = 0
        for full_name, layer, name in places:
            if full_name in self.params:
                raise ValueError(f"two parameters would be {full_name}")
            value = layer.params[name]
            window = slice(start, start + value.size)
            start += value.size
            self.vector[window] = value.ravel()
            layer.params[name] = self.vector[window].reshape(value.shape)
            layer.grads[name] = self.gradient[window].reshape(value.shape)
            self.params[full_name] = layer.params[name]
            self.grads[full_name] = layer.grads[name]

    def __repr__(self):
        lines = [f"  {layer!r}," for layer in self.layers]
        return "\n".join(["Network(", *lines, f"  dtype={self.dtype})"])
