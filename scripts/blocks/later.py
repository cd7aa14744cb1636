"""What mkdocs-jupyter imports as it is loaded, and only a build that runs a lab needs: 0.7 of its CPU seconds."""

import sys
from importlib import import_module
from types import ModuleType


class Later(ModuleType):
    """Stands for a module until somebody asks something of it. (importlib's LazyLoader: at the next import of it.)"""

    def __getattr__(self, name: str):
        sys.modules.pop(self.__name__, None)
        return getattr(import_module(self.__name__), name)


for name in ("jupytext", "mkdocs_jupyter.convert"):
    sys.modules.setdefault(name, Later(name))
