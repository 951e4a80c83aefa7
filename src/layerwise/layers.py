"""Chapter 9. A layer keeps what it learned and what it saw last.

A `Layer` holds its parameters, their gradients and one cache, and leaves the
arithmetic to the functions of the chapters before. Stack layers in a
`Network` and training is two short loops.
"""

import numpy as np

from .activations import (
    elu_backward,
    elu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    maxout_backward,
    maxout_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    softmax_backward,
    softmax_forward,
    tanh_backward,
    tanh_forward,
)
from .affine import affine_backward_into, affine_forward
from .initializers import initialize_he
from .shapes import check_shape

__all__ = [
    "ELU",
    "Dense",
    "Layer",
    "LeakyReLU",
    "Maxout",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]


class Layer:
    """What every layer promises: parameters, gradients and one cache.

    Attributes
    ----------
    params : dict of ndarray
        What is learned, such as ``{"W": ..., "b": ...}``.
    grads : dict of ndarray
        The same names and shapes. `backward` writes into these arrays and
        never replaces them: they are windows on one vector of the network.
    state : dict of ndarray
        What is kept but not learned, such as running means; written in
        place, too.
    cache : object
        What the last `forward` left for `backward`.
    needs_dA_prev : bool
        Whether `backward` must return a gradient. The network sets it to
        False for its first layer in training: nobody asks for it there.
    takes_number : bool
        Whether the layer's parameters carry a number of their own in
        ``network.params``. Batch norm carries that of the layer before.
    """

    takes_number = True

    def __init__(self, **params):
        self.params = params
        self.grads = {name: np.zeros_like(p) for name, p in params.items()}
        self.state = {}
        self.cache = None
        self.needs_dA_prev = True

    def forward(self, A_prev, training=False):
        """Return the layer's output and keep what `backward` needs."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, dA):
        """Write the gradients of the parameters, return that of A_prev."""
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def keep(self, *gradients):
        """Write gradients into ``grads``, in the order of ``params``."""
        for kept, gradient in zip(self.grads.values(), gradients, strict=True):
            kept[...] = gradient

    def __repr__(self):
        shapes = [f"{name} {p.shape}" for name, p in self.params.items()]
        return f"{type(self).__name__}({', '.join(shapes)})"


class Dense(Layer):
    """Weigh all inputs for every unit: Z = W A_prev + b.

    Parameters
    ----------
    n_prev, n : int
        How many inputs an example has, and how many units there are.
    rng : numpy.random.Generator
    initializer : callable
        Takes a shape and ``rng``, returns the first W. b starts at zero.
    """

    def __init__(self, n_prev, n, *, rng, initializer=initialize_he):
        W = initializer((n, n_prev), rng=rng)
        super().__init__(W=W, b=np.zeros((n, 1), dtype=W.dtype))

    def forward(self, A_prev, training=False):
        W, b = self.params["W"], self.params["b"]
        if A_prev.ndim != 2 or A_prev.shape[0] != W.shape[1]:
            check_shape("A_prev", A_prev, "n_prev m", n_prev=W.shape[1])
        Z, self.cache = affine_forward(A_prev, W, b)
        return Z

    def backward(self, dA):
        dW, db = self.grads["W"], self.grads["b"]
        return affine_backward_into(dW, db, dA, self.cache, self.needs_dA_prev)


class Sigmoid(Layer):
    """Squash every entry into the interval from 0 to 1."""

    def forward(self, A_prev, training=False):
        A, self.cache = sigmoid_forward(A_prev)
        return A

    def backward(self, dA):
        return sigmoid_backward(dA, self.cache)


class Tanh(Layer):
    """Squash every entry into the interval from -1 to 1."""

    def forward(self, A_prev, training=False):
        A, self.cache = tanh_forward(A_prev)
        return A

    def backward(self, dA):
        return tanh_backward(dA, self.cache)


class ReLU(Layer):
    """Keep what is positive, silence the rest."""

    def forward(self, A_prev, training=False):
        # A is positive exactly where Z is: keeping A lets Z go.
        A, _ = relu_forward(A_prev)
        self.cache = A
        return A

    def backward(self, dA):
        return relu_backward(dA, self.cache)


class LeakyReLU(Layer):
    """Keep what is positive, multiply the rest by a small slope."""

    def __init__(self, slope=0.01):
        super().__init__()
        self.slope = slope

    def forward(self, A_prev, training=False):
        A, self.cache = leaky_relu_forward(A_prev, slope=self.slope)
        return A

    def backward(self, dA):
        return leaky_relu_backward(dA, self.cache)


class ELU(Layer):
    """Keep what is positive, bend the rest smoothly towards -alpha."""

    def __init__(self, alpha=1.0):
        super().__init__()
        self.alpha = alpha

    def forward(self, A_prev, training=False):
        A, self.cache = elu_forward(A_prev, alpha=self.alpha)
        return A

    def backward(self, dA):
        return elu_backward(dA, self.cache)


class Maxout(Layer):
    """Let each unit answer with the largest of its consecutive sums."""

    def __init__(self, pieces):
        super().__init__()
        self.pieces = pieces

    def forward(self, A_prev, training=False):
        if A_prev.shape[0] % self.pieces:
            raise ValueError(
                f"Z has {A_prev.shape[0]} rows, expected n * pieces rows "
                f"with pieces = {self.pieces}. Has the layer before it "
                f"{self.pieces} sums for every unit?"
            )
        A, self.cache = maxout_forward(A_prev, pieces=self.pieces)
        return A

    def backward(self, dA):
        return maxout_backward(dA, self.cache)


class Softmax(Layer):
    """Turn the sums of each example into probabilities.

    For training, leave it out and use the softmax cross-entropy on the
    sums: the two together are simpler and more exact.
    """

    def forward(self, A_prev, training=False):
        A, self.cache = softmax_forward(A_prev)
        return A

    def backward(self, dA):
        return softmax_backward(dA, self.cache)
