"""What every test of surveys needs, imported first: without it each says so and is skipped."""

from tests.extras import needed

pa = needed("pyarrow", "pyarrow")
