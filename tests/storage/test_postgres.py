"""The server that the tests start: when there is none, they fail and say what to do."""

import pytest

from tests import postgres
from tests.postgres import NoPostgres, Postgres


def test_without_the_binaries_the_tests_fail_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)

    with (
        pytest.raises(NoPostgres, match=r"not installed.\n.*make setup.*TEST_POSTGRES_URL"),
        Postgres.running(),
    ):
        pass


def test_a_server_that_does_not_answer_fails_with_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgresql://nobody@127.0.0.1:1/postgres")

    with pytest.raises(NoPostgres, match="could not be started"), Postgres.running():
        pass
