"""Pillow's `show()` shows a picture where all others are shown: a viewer would open on another screen, or on none."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any

MODULE = "PIL.ImageShow"


class ShowsInline(MetaPathFinder):
    """Waits for Pillow to look for viewers, and puts the notebook's first."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        loader: Any = spec.loader if spec else None
        if loader is not None:
            load = loader.exec_module

            def load_and_sort(module: Any) -> None:
                load(module)
                viewers = getattr(module, "_viewers", [])
                viewers.sort(key=lambda viewer: type(viewer).__name__ != "IPythonViewer")

            loader.exec_module = load_and_sort
        return spec


def show_inline() -> None:
    """From now on."""
    if not any(type(finder).__name__ == "ShowsInline" for finder in sys.meta_path):
        sys.meta_path.insert(0, ShowsInline())
