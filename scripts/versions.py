"""stub"""

from scripts.cache import ROOT

OLDEST = {"Python": "3.11", "NumPy": "1.26", "Matplotlib": "3.8"}
SETS = ROOT / "tests" / "versions"
# What the tests of snippets/ need, in the versions of tests/requirements.in.
TOOLS = ("pytest", "hypothesis", "scipy", "sympy", "autograd", "beautifulsoup4", "filelock")
