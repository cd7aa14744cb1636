"""The Pythons that run what one takes along."""

import os
from pathlib import Path

import pytest
from elsewhere import environment, pins

# Of scripts/proofs/versions.py: environments of other versions. Without, the one that the site is built with.
OTHERS = os.environ.get("TAKEN_WITH", "").split(os.pathsep)


@pytest.fixture(scope="session", params=OTHERS)
def python(request) -> Path:
    return Path(request.param) if request.param else environment(pins("numpy", "matplotlib"))
