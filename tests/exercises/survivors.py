"""Mutants that pass because they are right: each by name, with the reason.

The key is the exercise and the function; then the changed line as the
mutation test prints it.
"""

_KINK = "there is no derivative at 0; either side's value is accepted"
_AWAY = "no activation drawn is exactly 0, where there is no derivative"
_SHARES_KEPT = "the cache of softmax is what it returns: the shares"
_ASARRAY = "a > 0 is the same for arrays and numbers; asarray is for lists"
_TWO_AXES = "the prompt promises dA of two axes; the library takes more"
_STRETCHED = "numpy stretches (m,) along the rows of (n, m) by itself"
_MEAN = "(A * dA).sum(axis="
_WON = "won = winner == np.arange(pieces).reshape"
_ONE_OUTPUT = "the exercise has one output unit: dZ2 is a single row"
_ANY_BIAS = "once the weights differ, the units part from any bias"
_SQUARE = "a filter is square: f rows and f columns"
_LEFT_OPEN = "numpy takes any negative number for the size left open"
_ODD = "f is odd, so rounding down forgives the 1"
_PATCHES = "Z = W.reshape(n_C, -1) @ P + b"
_DP = "dP = W.reshape(n_C, -1).T @ dZ"
_ELU = "return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0)))"
_NO_SIDE = "a number has no side"

_PARTED = "return {'hundredth': 60, 'tiny': 450}"
_READ = "a figure is read to ten steps, so a neighbor is right too"

_DELTA = "delta = (lw.softmax_forward(answers[top])[0] - Y) / Y.shape[1]"
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
    "04.1-sigmoid sigmoid": {
        "return np.where(np.asarray(z) >= 0, 1, e) / (1 + e) -> "
        "return np.where(np.asarray(z) > 0, 1, e) / (1 + e)": (
            "both branches give one half at 0"
        ),
        "return np.where(np.asarray(z) >= 0, 1, e) / (1 + e) -> "
        "return np.where(z >= 0, 1, e) / (1 + e)": _ASARRAY,
    },
    "04.2-cost bce_cost": {
        "return -np.mean(np.log(np.maximum(truth, 1e-300))) -> "
        "return (-np.mean(np.log(np.maximum(truth, 1e-300)))).T": (
            "a number has no side"
        ),
        "return -np.mean(np.log(np.maximum(truth, 1e-300))) -> "
        "return -np.mean(np.log(np.maximum(truth, 5e-301)))": (
            "the floor is far below every share, the one as the other"
        ),
    },
    "04.6-climbs mended_04_6": {
        "return (w, b, (A > 0.5).astype(float)) -> "
        "return (w, b, (A >= 0.5).astype(float))": (
            "no share is exactly one half"
        ),
    },
    "04.7-softmax softmax_columns": {
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=True)) -> "
        "powers = np.exp(Z - np.max(Z, axis=0))": _STRETCHED,
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=True)) -> "
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=False))": _STRETCHED,
        "return powers / np.sum(powers, axis=0, keepdims=True) -> "
        "return powers / np.sum(powers, axis=0)": _STRETCHED,
        "return powers / np.sum(powers, axis=0, keepdims=True) -> "
        "return powers / np.sum(powers, axis=0, keepdims=False)": _STRETCHED,
    },
    "04.7-softmax softmax_gradient": {
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=True)) -> "
        "powers = np.exp(Z - np.max(Z, axis=0))": _STRETCHED,
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=True)) -> "
        "powers = np.exp(Z - np.max(Z, axis=0, keepdims=False))": _STRETCHED,
        "shares = powers / np.sum(powers, axis=0, keepdims=True) -> "
        "shares = powers / np.sum(powers, axis=0)": _STRETCHED,
        "shares = powers / np.sum(powers, axis=0, keepdims=True) -> "
        "shares = powers / np.sum(powers, axis=0, keepdims=False)": _STRETCHED,
    },
    "05.4-grads two_layer_grads": {
        "db2 = dZ2.sum(axis=1, keepdims=True) -> "
        "db2 = dZ2.sum(keepdims=True)": _ONE_OUTPUT,
        "db2 = dZ2.sum(axis=1, keepdims=True) -> "
        "db2 = dZ2.sum(axis=None, keepdims=True)": _ONE_OUTPUT,
        "dZ1 = W2.T @ dZ2 * (1 - A1 ** 2) -> "
        "dZ1 = W2.T * dZ2 * (1 - A1 ** 2)": _ONE_OUTPUT,
    },
    "05.5-frozen mended_05_5": {
        "return (W1, np.zeros((n_1, 1)), W2, np.zeros((1, 1))) -> "
        "return (W1, np.ones((n_1, 1)), W2, np.zeros((1, 1)))": _ANY_BIAS,
        "return (W1, np.zeros((n_1, 1)), W2, np.zeros((1, 1))) -> "
        "return (W1, np.zeros((n_1, 1)), W2, np.ones((1, 1)))": _ANY_BIAS,
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
    "07.5-entries dW_entry": {
        "return sum((dZ[i, c] * A_prev[j, c] for c in range(m))) -> "
        "return sum((dZ[i, c] * A_prev[j, c] for c in range(m))).T": _NO_SIDE,
    },
    "07.5-entries dA_entry": {
        "return sum((dZ[i, c] * W[i, j] for i in range(n))) -> "
        "return sum((dZ[i, c] * W[i, j] for i in range(n))).T": _NO_SIDE,
    },
    "07.5-entries dV_entry": {
        "return sum((A_prev[c, j] * dZ[c, i] for c in range(m))) -> "
        "return sum((A_prev[c, j] * dZ[c, i] for c in range(m))).T": _NO_SIDE,
    },
    "08.3-three-slopes dz1_relu": {
        "return W2.T @ dz2 * (z1 > 0) -> return W2.T @ dz2 * (z1 >= 0)": _KINK,
    },
    "08.7-judge grad_check": {
        "gap = abs(grads[name] - measured) -> "
        "gap = abs(measured - grads[name])": "a gap has no sign",
        "moved, measured = (values.copy(), np.zeros(values.shape)) -> "
        "moved, measured = (values.copy(), np.ones(values.shape))": (
            "every entry is written before it is read"
        ),
    },
    "14.2-correlate correlate_one": {
        "Z = np.zeros((n_H, n_W)) -> Z = np.ones((n_H, n_W))": (
            "every entry is written before it is read"
        ),
        "f = kernel.shape[0] -> f = kernel.shape[1]": _SQUARE,
        "f = kernel.shape[0] -> f = kernel.shape[-1]": _SQUARE,
    },
    "14.4-conv-forward conv_forward": {
        f"{_PATCHES} -> {_PATCHES.replace('-1', '-2')}": _LEFT_OPEN,
    },
    "14.5-conv-backward conv_backward": {
        f"{_DP} -> {_DP.replace('-1', '-2')}": _LEFT_OPEN,
        "f = W.shape[2] -> f = W.shape[3]": _SQUARE,
        "dZ = dZ.reshape(n_C, -1) -> dZ = dZ.reshape(n_C, -2)": _LEFT_OPEN,
    },
    "14.3-reach same_padding": {
        "return (f - 1) // 2 -> return (f - 0) // 2": _ODD,
        "return (f - 1) // 2 -> return f // 2": _ODD,
    },
    "09.1-forward-block forward_block": {
        "A = np.where(Z > 0, Z, 0.0) -> A = np.where(Z >= 0, Z, 0.0)": (
            "at a sum of 0 both sides give 0"
        ),
        "A = 1.0 * Z -> A = Z": "without a bend the answer is the sum",
    },
    "09.2-model-forward model_forward": {
        "A_prev = np.where(Z > 0, Z, 0.0) -> "
        "A_prev = np.where(Z >= 0, Z, 0.0)": "at a sum of 0 both give 0",
        "return (lw.softmax_forward(Z)[0], caches) -> "
        "return (lw.softmax_forward(Z)[1], caches)": _SHARES_KEPT,
        "return (lw.softmax_forward(Z)[0], caches) -> "
        "return (lw.softmax_forward(Z)[-1], caches)": _SHARES_KEPT,
    },
    "09.3-model-backward model_backward": {
        "dZ = np.where(Z > 0, dA, 0.0) -> dZ = np.where(Z >= 0, dA, 0.0)": (
            _KINK
        ),
    },
    "09.6-deep-on-paper mended_09_6": {
        f"{_DELTA} -> {_DELTA.replace('[0]', '[1]')}": _SHARES_KEPT,
        f"{_DELTA} -> {_DELTA.replace('[0]', '[-1]')}": _SHARES_KEPT,
        "delta = params[f'W{k}'].T @ delta * (sums[k - 1] > 0) -> "
        "delta = params[f'W{k}'].T @ delta * (sums[k - 1] >= 0)": _KINK,
    },
    "10.2-twins parting_10_2": {
        f"{_PARTED} -> {_PARTED.replace(old, new)}": _READ
        for old, new in (
            ("60", "61"),
            ("60", "59"),
            ("450", "451"),
            ("450", "449"),
        )
    },
}
