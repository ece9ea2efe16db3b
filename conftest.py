"""What every example in a docstring knows: the library, pandas, and the bundled evidence."""

import pandas as pd
import pytest

import kzcivil as kz


@pytest.fixture(scope="session", autouse=True)
def _known(doctest_namespace: dict[str, object]) -> None:
    doctest_namespace.update(kz=kz, pd=pd, ev=kz.load())
