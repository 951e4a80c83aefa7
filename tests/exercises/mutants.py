"""Wrong answers made from a solution: one small slip each.

What learners type when they almost know: the other sign, a factor left out,
the other axis, no keepdims, >= for >, one place off. A mutant is a whole cell
text in which one expression of one function is changed.
"""

import ast
import copy

SWAPS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Div],
    ast.Div: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
CALLS = {
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "sum": ["mean", "max"],
    "mean": ["sum"],
    "max": ["min"],
    "min": ["max"],
    "argmax": ["argmin"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "exp": ["expm1"],
    "cosh": ["sinh"],
    "arccosh": ["arcsinh"],
    "zeros_like": ["ones_like"],
}


def mutants(text, name):
    """Yield (what was changed, the cell's text) for one function."""
    tree = ast.parse(text)
    where = next(
        i
        for i, node in enumerate(tree.body)
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    function = tree.body[where]
    whole = ast.unparse(tree)
    seen = {whole}
    for place, node in enumerate(ast.walk(function)):
        for changed in _changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied.body[where]))[place]
            if not _replace(copied.body[where], target, changed):
                continue
            ast.fix_missing_locations(copied)
            mutated = ast.unparse(copied)
            if mutated not in seen:
                seen.add(mutated)
                yield _first_difference(whole, mutated), mutated


def _first_difference(before, after):
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    old, new = next((a, b) for a, b in pairs if a != b)
    return f"{old.strip()} -> {new.strip()}"


def _replace(function, target, changed):
    for parent in ast.walk(function):
        if isinstance(parent, ast.arguments):
            continue
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, changed)
                return True
            if isinstance(value, list) and any(v is target for v in value):
                value[[v is target for v in value].index(True)] = changed
                return True
    return False


def _changes(node):
    """Return the slips at one place of the tree."""
    if isinstance(node, ast.BinOp):
        for operator in SWAPS.get(type(node.op), []):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left  # a factor or a term is left out
        yield node.right
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
            yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in SWAPS.get(type(node.ops[0]), []):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        value = node.value
        if isinstance(value, ast.Tuple) and len(value.elts) > 1:
            first, second, *rest = value.elts
            yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))
        elif not isinstance(value, ast.Dict):
            yield ast.Return(ast.Attribute(value, "T", ast.Load()))


def _constants(value):
    if type(value) is int:
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif type(value) is float:
        yield ast.Constant(value + 1.0)
        yield ast.Constant(value / 2)
    elif type(value) is bool:
        yield ast.Constant(not value)


def _calls(node):
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in CALLS:
        for other in CALLS[function.attr]:
            changed = ast.Attribute(function.value, other, ast.Load())
            yield ast.Call(changed, node.args, node.keywords)
    for i, keyword in enumerate(node.keywords):
        others = node.keywords[:i] + node.keywords[i + 1 :]
        yield ast.Call(function, node.args, others)
        if keyword.arg == "axis":
            for axis in ("0", "1", "None"):
                other = ast.keyword("axis", ast.parse(axis).body[0].value)
                yield ast.Call(function, node.args, [other, *others])
    if len(node.args) == 1 and not node.keywords:
        yield node.args[0]  # the call is left out
    if len(node.args) == 3:  # np.where(condition, this, that)
        condition, this, that = node.args
        yield ast.Call(function, [condition, that, this], node.keywords)
