"""The library's functions are what the book prints: whole, short, true.

Every doctest of the numeric modules is run here. Doctests show numbers as
numpy 2 writes them; on an older numpy the same values are tested elsewhere.
"""

import ast
import builtins
import doctest
import importlib
import inspect
import pkgutil
import textwrap

import numpy as np
import pytest

import layerwise as lw

NUMERIC = [
    "activations",
    "affine",
    "autoencoders",
    "convolution",
    "datasets",
    "gradients",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "network",
    "normalization",
    "optimizers",
    "recurrence",
    "recurrent_networks",
    "regularization",
    "search",
    "shapes",
    "training",
]
FOUND = {info.name for info in pkgutil.iter_modules(lw.__path__)}
MODULES = [
    importlib.import_module(f"layerwise.{name}")
    for name in NUMERIC
    if name in FOUND
]
PAIRS = [
    function
    for module in MODULES
    for name, function in vars(module).items()
    if name.endswith(("_forward", "_backward"))
    and function.__module__ == module.__name__
]

every_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda module: module.__name__
)
every_pair = pytest.mark.parametrize(
    "function", PAIRS, ids=lambda function: function.__name__
)


if np.lib.NumpyVersion(np.__version__) >= "2.0.0":

    @every_module
    def test_every_example_gives_what_it_shows(module):
        failed, _ = doctest.testmod(module)
        assert failed == 0


@every_module
def test_a_module_opens_with_a_sentence_and_lists_its_names(module):
    first = module.__doc__.splitlines()[0]
    assert first.endswith(".")
    for name in module.__all__:
        assert hasattr(module, name)
        assert inspect.getdoc(getattr(module, name)) or not callable(
            getattr(module, name)
        )


@every_module
def test_every_public_name_of_the_mathematics_is_flat(module):
    if module.__name__.rpartition(".")[2] in ("datasets", "search"):
        return
    for name in module.__all__:
        assert getattr(lw, name) is getattr(module, name)


@every_pair
def test_a_pair_says_what_it_takes_and_gives(function):
    doc = inspect.getdoc(function)
    assert doc.splitlines()[0].endswith(".")
    if "results are those of" in doc:  # a fast twin
        return
    for section in ("Parameters", "Returns"):
        assert f"{section}\n{'-' * len(section)}" in doc
    for name in inspect.signature(function).parameters:
        assert name in doc.split("Parameters")[1]


def body_of(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    statements = tree.body[0].body
    has_doc = ast.get_docstring(tree.body[0]) is not None
    return statements[1:] if has_doc else statements


def outside_names(function):
    """What a function's body uses beyond its arguments and locals."""
    code = function.__code__
    nested = [c for c in code.co_consts if inspect.iscode(c)]
    names = {
        node.id
        for statement in body_of(function)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    own = {*code.co_varnames, *code.co_cellvars}
    for inner in nested:
        own |= {*inner.co_varnames, *inner.co_cellvars}
    return names - own - set(vars(builtins))


MINE = ("activations", "affine", "losses", "initializers")


@pytest.mark.parametrize(
    "function",
    [
        getattr(lw, name)
        for module in MODULES
        if module.__name__.rpartition(".")[2] in MINE
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    ],
    ids=lambda function: function.__name__,
)
def test_a_function_can_be_cut_out_and_stays_whole(function):
    """The weaver prints it alone: it uses its arguments and numpy only."""
    assert outside_names(function) <= {"np"}
    lines = inspect.getsource(function).splitlines()
    first = body_of(function)[0].lineno
    assert len(lines) - first + 1 <= 15
