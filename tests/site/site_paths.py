"""Where the built site and the book stand."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("SITE_DIR", ROOT / "_build/site/_build/html"))
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for pattern in ("*.html", "book/*.html", "chapters/*.html")
    for path in SITE.glob(pattern)
)

if str(ROOT / "book/_ext") not in sys.path:
    sys.path.insert(0, str(ROOT / "book/_ext"))
