"""Give the demo's tests one whole town, one small one, and a hash that is fast and the same."""

import hashlib
from collections.abc import Callable

import pytest

from appliance.demo.town import Town, make_town


@pytest.fixture(scope="session")
def town() -> Town:
    """Make the town as it is shown."""
    return make_town()


@pytest.fixture(scope="session")
def small_town() -> Town:
    """Make the smallest town that has its whole cast."""
    return make_town(citizens_per_centre=8)


@pytest.fixture(scope="session")
def hash_code() -> Callable[[str], str]:
    """Stand in for Argon2id, whose salt would make every run different."""
    return lambda code: f"$demo${hashlib.sha256(code.encode()).hexdigest()}"
