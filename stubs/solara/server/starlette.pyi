from collections.abc import Callable
from typing import Any

app: Callable[..., Any]
