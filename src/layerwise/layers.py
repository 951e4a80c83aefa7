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
from .affine import (
    affine_backward,
    affine_backward_into,
    affine_forward,
)
from .convolution import (
    average_pool_backward,
    average_pool_forward,
    conv_by_rows_backward,
    conv_by_rows_forward,
    flatten_backward,
    flatten_forward,
    max_pool_backward,
    max_pool_by_sides_backward,
    max_pool_by_sides_forward,
    max_pool_forward,
)
from .initializers import (
    initialize_he,
    initialize_orthogonal,
    initialize_xavier,
)
from .normalization import (
    batch_norm_backward,
    batch_norm_forward,
    running_statistics,
)
from .recurrence import (
    gru_backward,
    gru_forward,
    lstm_fused_backward,
    lstm_fused_forward,
    rnn_backward,
    rnn_forward,
)
from .regularization import dropout_backward, dropout_forward
from .shapes import ShapeError, check_shape

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "RNN",
    "AveragePool",
    "BatchNorm",
    "Conv",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "MaxPool",
    "Maxout",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Tied",
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
    in_network : bool
        Whether the arrays are windows on a network's vectors already.
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
        self.in_network = False

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

    Inputs of shape (n_prev, m) give outputs of shape (n, m). With places
    between, such as (n_prev, T, m), every place is treated alike.

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
            return self._forward_places(A_prev, training)
        Z, self.cache = affine_forward(A_prev, W, b)
        return Z

    def backward(self, dA):
        if dA.ndim > 2:
            return self._backward_places(dA)
        dW, db = self.grads["W"], self.grads["b"]
        return affine_backward_into(dW, db, dA, self.cache, self.needs_dA_prev)

    def _forward_places(self, A_prev, training):
        """Make every place of every example a column."""
        n, n_prev = self.params["W"].shape
        if A_prev.ndim > 3 and A_prev.shape[0] != n_prev:
            raise ShapeError(
                f"A_prev has shape {A_prev.shape}, expected (n_prev, m) = "
                f"({n_prev}, m). Is a Flatten layer missing before Dense?"
            )
        axes = "n_prev T m" if A_prev.ndim == 3 else "n_prev m"
        if A_prev.ndim <= 3:
            check_shape("A_prev", A_prev, axes, n_prev=n_prev)
        Z = self.forward(A_prev.reshape(n_prev, -1), training)
        return Z.reshape(n, *A_prev.shape[1:])

    def _backward_places(self, dA):
        dA_prev = self.backward(dA.reshape(len(dA), -1))
        return (
            dA_prev.reshape(-1, *dA.shape[1:]) if self.needs_dA_prev else None
        )


class Tied(Layer):
    """Run the weights of a dense layer backwards: Z = W^T A_prev + b.

    The W is the dense layer's own, learned in both places at once: its
    gradient is the sum of what both send. Only b, of shape (n_prev, 1), is
    new. The decoder of a tied autoencoder is made of these.

    Parameters
    ----------
    dense : Dense
        A layer that stands earlier in the same network.
    """

    def __init__(self, dense):
        W = dense.params["W"]
        super().__init__(b=np.zeros((W.shape[1], 1), dtype=W.dtype))
        self.dense = dense
        self.dW_shared = None

    def forward(self, A_prev, training=False):
        W = self.dense.params["W"]
        if A_prev.ndim != 2 or A_prev.shape[0] != W.shape[0]:
            check_shape("A_prev", A_prev, "n m", n=W.shape[0])
        Z, self.cache = affine_forward(A_prev, W.T, self.params["b"])
        return Z

    def backward(self, dA):
        dA_prev, dW_T, db = affine_backward(dA, self.cache)
        self.keep(db)
        self.dW_shared = dW_T.T
        return dA_prev

    def share(self):
        """Add what this layer found to the gradient of the shared W."""
        self.dense.grads["W"] += self.dW_shared


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


class Conv(Layer):
    """Lay n_C filters over every patch of an image.

    Parameters
    ----------
    n_C_prev, n_C : int
        How many channels come in, and how many filters there are.
    f : int
        Rows and columns of a filter.
    stride, padding : int
        As in `conv_forward`.
    rng : numpy.random.Generator
    initializer : callable
        Takes a shape and ``rng``, returns the first W. b starts at zero.
    """

    def __init__(
        self,
        n_C_prev,
        n_C,
        f,
        *,
        rng,
        stride=1,
        padding=0,
        initializer=initialize_he,
    ):
        W = initializer((n_C, n_C_prev, f, f), rng=rng)
        super().__init__(W=W, b=np.zeros((n_C, 1), dtype=W.dtype))
        _check_steps(f=f, stride=stride)
        self.stride, self.padding = stride, padding

    def forward(self, A_prev, training=False):
        W, b = self.params["W"], self.params["b"]
        _check_images(A_prev, W.shape[1])
        _check_window("a filter", W.shape[2], A_prev, self.padding)
        self.cache = None  # lets this pass use the memory of the last one
        Z, self.cache = conv_by_rows_forward(
            A_prev, W, b, stride=self.stride, padding=self.padding
        )
        return Z

    def backward(self, dA):
        dA_prev, dW, db = conv_by_rows_backward(
            dA, self.cache, needs_dA_prev=self.needs_dA_prev
        )
        self.keep(dW, db)
        return dA_prev


class MaxPool(Layer):
    """Keep the largest number of every window."""

    def __init__(self, size=2, stride=None):
        super().__init__()
        _check_steps(size=size, stride=stride or size)
        self.size, self.stride = size, stride or size

    def forward(self, A_prev, training=False):
        _check_images(A_prev)
        _check_window("a window", self.size, A_prev)
        if self.stride == self.size:
            A, self.cache = max_pool_by_sides_forward(A_prev, size=self.size)
        else:
            A, self.cache = max_pool_forward(
                A_prev, size=self.size, stride=self.stride
            )
        return A

    def backward(self, dA):
        if self.stride == self.size:
            return max_pool_by_sides_backward(dA, self.cache)
        return max_pool_backward(dA, self.cache)


class AveragePool(Layer):
    """Keep the mean of every window."""

    def __init__(self, size=2, stride=None):
        super().__init__()
        _check_steps(size=size, stride=stride or size)
        self.size, self.stride = size, stride or size

    def forward(self, A_prev, training=False):
        _check_images(A_prev)
        _check_window("a window", self.size, A_prev)
        A, self.cache = average_pool_forward(
            A_prev, size=self.size, stride=self.stride
        )
        return A

    def backward(self, dA):
        return average_pool_backward(dA, self.cache)


class Flatten(Layer):
    """Write every image or sequence as one column."""

    def forward(self, A_prev, training=False):
        A, self.cache = flatten_forward(A_prev)
        return A

    def backward(self, dA):
        return flatten_backward(dA, self.cache)


class Dropout(Layer):
    """Silence units by chance in training; do nothing at prediction.

    Parameters
    ----------
    keep_prob : float
        The chance that a unit stays.
    rng : numpy.random.Generator
    """

    def __init__(self, keep_prob, *, rng):
        super().__init__()
        if not 0.0 < keep_prob <= 1.0:
            raise ValueError(
                f"keep_prob is {keep_prob}, expected 0 < keep_prob <= 1. It "
                f"is the chance that a unit stays, not that it is dropped."
            )
        self.keep_prob, self.rng = keep_prob, rng

    def forward(self, A_prev, training=False):
        A, self.cache = dropout_forward(
            A_prev, rng=self.rng, keep_prob=self.keep_prob, training=training
        )
        return A

    def backward(self, dA):
        return dropout_backward(dA, self.cache)


class BatchNorm(Layer):
    """Put every feature on the same footing, then let it choose its own.

    Parameters
    ----------
    n : int
        Features of a vector, or channels of an image.
    momentum : float
        How much of the running statistics stays at each batch.
    epsilon : float
        Keeps the root of the variance away from 0.
    unbiased : bool
        Let the running variance follow the sum of squares divided by
        count - 1, as PyTorch does. The batch itself is always divided by
        count.
    """

    takes_number = False

    def __init__(self, n, *, momentum=0.9, epsilon=1e-5, unbiased=False):
        super().__init__(gamma=np.ones((n, 1)), beta=np.zeros((n, 1)))
        self.state = {"mean": np.zeros((n, 1)), "variance": np.ones((n, 1))}
        self.momentum, self.epsilon = momentum, epsilon
        self.unbiased = unbiased

    def forward(self, A_prev, training=False):
        gamma, beta = self.params["gamma"], self.params["beta"]
        if len(A_prev) != len(gamma):
            places = " n_H n_W" if A_prev.ndim == 4 else ""
            check_shape("A_prev", A_prev, f"n{places} m", n=len(gamma))
        if training and A_prev.size == len(A_prev):
            raise ValueError(
                "in training batch norm needs m >= 2 examples, came m = 1. "
                "One number has no spread. Is the last mini-batch that small?"
            )
        out, self.cache = batch_norm_forward(
            A_prev,
            gamma,
            beta,
            training=training,
            epsilon=self.epsilon,
            **self.state,
        )
        if training:
            self._follow(*self.cache[-3:])
        return out

    def backward(self, dA):
        dA_prev, dgamma, dbeta = batch_norm_backward(dA, self.cache)
        self.keep(dgamma, dbeta)
        return dA_prev

    def _follow(self, mean, variance, count):
        if self.unbiased:
            variance = variance * (count / (count - 1))
        batch = {"mean": mean, "variance": variance}
        for name, running in self.state.items():
            running[...] = running_statistics(
                running, batch[name], momentum=self.momentum
            )


class _Recurrent(Layer):
    """What RNN, LSTM and GRU share: weights, first states, what goes out."""

    gates, states = 1, 1

    def __init__(self, n_x, n_a, *, rng, last_only=False, biases=None):
        blocks = range(self.gates)
        kept = [initialize_orthogonal((n_a, n_a), rng=rng) for _ in blocks]
        seen = [initialize_xavier((n_a, n_x), rng=rng) for _ in blocks]
        super().__init__(
            W_ax=np.concatenate(seen),
            W_aa=np.concatenate(kept),
            b_a=np.zeros(((biases or self.gates) * n_a, 1)),
        )
        self.last_only = last_only
        self.start = self.end = self.d_start = None

    def forward(self, A_prev, training=False):
        W_ax, W_aa, b_a = self.params.values()
        _check_sequences(A_prev, W_ax.shape[1])
        n_a, T, m = W_aa.shape[1], A_prev.shape[1], A_prev.shape[2]
        start = self.start
        if start is None:
            start = [np.zeros((n_a, m), W_aa.dtype)] * self.states
        for a0 in start:
            check_shape("a first state", a0, "n_a m", n_a=n_a, m=m)
        self.cache = None  # lets this pass use the memory of the last one
        A, self.cache = self._forward(A_prev, *start, W_ax, W_aa, b_a)
        self.end = (A[:, -1], *self._memory())
        self.T = T
        return A[:, -1].copy() if self.last_only else A

    def backward(self, dA):
        dX, *rest = self._backward(dA)
        self.d_start = tuple(rest[: self.states])
        self.keep(*rest[self.states :])
        return dX

    def _at_every_step(self, dA):
        """Put zeros before the gradient of the last state."""
        if not self.last_only:
            return dA
        whole = np.zeros((len(dA), self.T, dA.shape[1]), dA.dtype)
        whole[:, -1] = dA
        return whole

    def _memory(self):
        return ()


class RNN(_Recurrent):
    """Mix what is seen with what was kept, at every step.

    Parameters
    ----------
    n_x, n_a : int
        Features of a step, and of the state.
    rng : numpy.random.Generator
    activation : {"tanh", "relu"}
    last_only : bool
        Return the state after the last step, (n_a, m), not (n_a, T, m).

    Attributes
    ----------
    start : tuple of ndarray, shape (n_a, m), or None
        The states before the first step, for you to set; None means zeros.
    end : tuple of ndarray, shape (n_a, m)
        The states after the last step.
    d_start : tuple of ndarray, shape (n_a, m)
        The gradients of ``start``, after `backward`.
    """

    def __init__(self, n_x, n_a, *, rng, activation="tanh", last_only=False):
        super().__init__(n_x, n_a, rng=rng, last_only=last_only)
        self.activation = activation

    def _forward(self, *inputs):
        return rnn_forward(*inputs, activation=self.activation)

    def _backward(self, dA):
        return rnn_backward(self._at_every_step(dA), self.cache)


class LSTM(_Recurrent):
    """Keep a memory that gates write to, wipe and show.

    Parameters and attributes are those of `RNN`; there are two states, a and
    c. The bias of the gate f starts at 1, so that a young memory keeps
    (Jozefowicz and others, 2015).
    """

    gates, states = 4, 2

    def __init__(self, n_x, n_a, *, rng, last_only=False):
        super().__init__(n_x, n_a, rng=rng, last_only=last_only)
        self.params["b_a"][n_a : 2 * n_a] = 1.0

    def _forward(self, *inputs):
        return lstm_fused_forward(*inputs)

    def _backward(self, dA):
        return lstm_fused_backward(dA, self.cache, needs_dX=self.needs_dA_prev)

    def _memory(self):
        return (self.cache[-1],)


class GRU(_Recurrent):
    """Let one gate choose between the old state and a new one.

    Parameters and attributes are those of `RNN`. With ``reset_after`` b_a has
    a fourth block, as in `gru_forward`.
    """

    gates = 3

    def __init__(self, n_x, n_a, *, rng, reset_after=False, last_only=False):
        super().__init__(
            n_x,
            n_a,
            rng=rng,
            last_only=last_only,
            biases=4 if reset_after else 3,
        )
        self.reset_after = reset_after

    def _forward(self, *inputs):
        return gru_forward(*inputs, reset_after=self.reset_after)

    def _backward(self, dA):
        return gru_backward(self._at_every_step(dA), self.cache)


def _check_images(A_prev, n_C_prev=None):
    """Raise a ShapeError unless these are images, with examples last."""
    if A_prev.ndim == 4 and n_C_prev in (None, A_prev.shape[0]):
        return
    wanted = "(n_C_prev, n_H_prev, n_W_prev, m)"
    if n_C_prev is not None:
        wanted += f" = ({n_C_prev}, n_H_prev, n_W_prev, m)"
    cause = "Channels stand first, examples last."
    if A_prev.ndim == 4 and A_prev.shape[1] == n_C_prev:
        cause = "Are the examples first? Then pass np.moveaxis(A_prev, 0, -1)."
    elif A_prev.ndim == 4 and A_prev.shape[3] == n_C_prev:
        cause = (
            "Are the channels last? Then pass A_prev.transpose(3, 1, 2, 0)."
        )
    elif A_prev.ndim == 3 and A_prev.shape[0] == n_C_prev:
        cause = "Is it one image? Then pass A_prev[..., np.newaxis]."
    elif A_prev.ndim == 3 and n_C_prev in (None, 1):
        cause = "Is it one channel? Then pass A_prev[np.newaxis]."
    raise ShapeError(
        f"A_prev has shape {A_prev.shape}, expected {wanted}. {cause}"
    )


def _check_steps(**sizes):
    """Raise a ValueError unless all of these are whole and at least 1."""
    for name, size in sizes.items():
        if size != int(size) or size < 1:
            raise ValueError(
                f"{name} is {size}, expected a whole number of cells, 1 or "
                f"more."
            )


def _check_window(what, size, A_prev, padding=0):
    """Raise a ShapeError when a filter or window is larger than the image."""
    _, n_H, n_W, _ = A_prev.shape
    if size <= min(n_H, n_W) + 2 * padding:
        return
    around = f" with padding {padding}" if padding else ""
    raise ShapeError(
        f"{what} of {size} x {size} does not fit on an image of n_H_prev = "
        f"{n_H} by n_W_prev = {n_W}{around}. Have earlier layers shrunk the "
        f"image too far?"
    )


def _check_sequences(X, n_x):
    """Raise a ShapeError unless these are sequences, with examples last."""
    if X.ndim == 3 and X.shape[0] == n_x and X.shape[1] > 0:
        return
    cause = "Features stand first, then time, then examples."
    if X.ndim == 3 and X.shape[0] == n_x:
        cause = "T = 0: a sequence needs at least one step. Was it cut off?"
    elif X.ndim == 3 and X.shape[2] == n_x:
        cause = (
            "Are the features last? Then pass X.transpose(2, 1, 0) if the "
            "examples are first, np.moveaxis(X, -1, 0) if time is."
        )
    elif X.ndim == 2 and X.shape[0] == n_x:
        cause = "Is it one sequence? Then pass X[:, :, np.newaxis]."
    raise ShapeError(
        f"X has shape {X.shape}, expected (n_x, T, m) = ({n_x}, T, m). {cause}"
    )
