"""How many answers are judged, safely: ``layerwise grade``.

`submission` finds what was handed in, `sandbox` and `worker` run it where no
answer is, `judge` forms the verdict where no learner's code ran, `records`,
`gradebook` and `pages` keep and show it, `run` does it for a class, `release`
makes what learners and other graders are given.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def points(id: str, names: Mapping[str, Any], student: str = "") -> float:
    """Return the points of one exercise for the functions in `names`.

    For the test cells of an nbgrader course, where a learner's functions are
    in the same process: a convenience, not a protection. Whose they are, for
    an exercise with numbers of one's own, says nbgrader's folder
    ``autograded/STUDENT/ASSIGNMENT`` if `student` does not.
    """
    import numpy as np

    from layerwise.exercises import chapter, examine
    from layerwise.exercises.calling import LocalCaller
    from layerwise.exercises.spec import for_student

    (exercise,) = (e for e in chapter(id[:2]) if e.id == id)
    if exercise.personal:
        student = student or _of_folder(Path.cwd())
        if not student:
            raise ValueError(f"{id}: whose is it? Say points(..., student=)")
        exercise = for_student(exercise, student)
    own = {name: names[name] for name in exercise.functions if name in names}
    caller = LocalCaller(own, exercise.may_use, exercise.budget_s)
    report = examine(exercise, caller, np.random.default_rng())
    return float(report.score)


def _of_folder(folder: Path) -> str:
    kinds = ("autograded", "submitted")
    parts = folder.parts
    return parts[-2] if len(parts) > 2 and parts[-3] in kinds else ""
