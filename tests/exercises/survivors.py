"""Mutants that pass because they are right: each by name, with the reason.

The key is the exercise and the function; then the changed line as the
mutation test prints it.
"""

_KINK = "there is no derivative at 0; either side's value is accepted"
_AWAY = "no activation drawn is exactly 0, where there is no derivative"
_ASARRAY = "a > 0 is the same for arrays and numbers; asarray is for lists"
_TWO_AXES = "the prompt promises dA of two axes; the library takes more"
_STRETCHED = "numpy stretches (m,) along the rows of (n, m) by itself"
_MEAN = "(A * dA).sum(axis="
_WON = "won = winner == np.arange(pieces).reshape"
_ELU = "return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0)))"

SURVIVORS = {
    "sample-03.5-longest-safe-step longest_safe_step": {
        "return 2.0 / np.linalg.eigvalsh(H)[-1] -> "
        "return (2.0 / np.linalg.eigvalsh(H)[-1]).T": "a number has no side",
    },
    "sample-06.1-tanh-slope elu_slope": {
        f"{_ELU} -> {_ELU.replace('z > 0', 'z >= 0')}": "exp(0) is 1",
        f"{_ELU} -> {_ELU.replace('z > 0', 'z > 1')}": "exp(min(z, 0)) is 1",
        f"{_ELU} -> {_ELU.replace('(z, 0.0)', '(z, 1.0)')}": (
            "the minimum is only read where z is not positive"
        ),
    },
    "06.1-slopes elu_slope": {
        "return np.where(np.asarray(a) > 0, 1.0, a + alpha) -> "
        "return np.where(np.asarray(a) >= 0, 1.0, a + alpha)": _AWAY,
        "return np.where(np.asarray(a) > 0, 1.0, a + alpha) -> "
        "return np.where(a > 0, 1.0, a + alpha)": _ASARRAY,
    },
    "06.2-relu relu_backward": {
        "return dA * (Z > 0) -> return dA * (Z >= 0)": _KINK,
    },
    "06.2-relu leaky_relu_backward": {
        "return np.where(Z > 0, dA, slope * dA) -> "
        "return np.where(Z >= 0, dA, slope * dA)": _KINK,
    },
    "06.2-relu elu_backward": {
        "below = np.minimum(Z, 0.0) -> below = np.minimum(Z, 1.0)": (
            "the minimum is only read where Z is not positive; it is there "
            "so that nothing overflows"
        ),
        "return np.where(Z > 0, dA, dA * alpha * np.exp(below)) -> "
        "return np.where(Z >= 0, dA, dA * alpha * np.exp(below))": _KINK,
    },
    "06.4-crossing slopes_cross_at": {
        "return 2 * np.arccosh(u) -> return (2 * np.arccosh(u)).T": (
            "a number has no side"
        ),
    },
    "06.8-sideways softmax_backward": {
        f"mean = {_MEAN}0, keepdims=True) -> mean = {_MEAN}0)": _STRETCHED,
        f"mean = {_MEAN}0, keepdims=True) -> "
        f"mean = {_MEAN}0, keepdims=False)": _STRETCHED,
    },
    "06.8-sideways maxout_backward": {
        "return dZ.reshape(-1, *dA.shape[1:]) -> "
        "return dZ.reshape(-2, *dA.shape[1:])": (
            "numpy takes any negative number for the size left open"
        ),
        f"{_WON}(1, -1, *[1] * (dA.ndim - 1)) -> "
        f"{_WON}(1, -2, *[1] * (dA.ndim - 1))": (
            "numpy takes any negative number for the size left open"
        ),
        f"{_WON}(1, -1, *[1] * (dA.ndim - 1)) -> "
        f"{_WON}(1, -1, *[1])": _TWO_AXES,
        f"{_WON}(1, -1, *[1] * (dA.ndim - 1)) -> "
        f"{_WON}(1, -1, *[1] * 1)": _TWO_AXES,
    },
}
