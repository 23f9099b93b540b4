from tests.e2e.conftest import nursery as nursery
from tests.e2e.conftest import stage as stage
