"""How many answers are judged, safely."""
