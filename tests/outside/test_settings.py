"""Settings of integrations: what is missing or malformed is said, and never a token."""

from pathlib import Path

import pytest

from bot.integrations import BY_WORKSPACE, IntegrationSettings
from bot.settings import BadSettings, HttpSettings, read_integration_settings
from conversation.trackers import Reference, TrackerHere, WriteBack, recognised
from storage.records import TrackerKind
from tests.outside.receiver import SECRET

GITHUB = {"TIDEMARK_GITHUB_TOKEN": "github_pat_1", "TIDEMARK_GITHUB_REPOSITORY": "acme/mlops"}
JIRA = {
    "TIDEMARK_JIRA_URL": "https://acme.atlassian.net/",
    "TIDEMARK_JIRA_TOKEN": "jira-token",
    "TIDEMARK_JIRA_PROJECT": "ML",
}
HOOK = {"TIDEMARK_WEBHOOK_URL": "https://hooks.example/x", "TIDEMARK_WEBHOOK_SECRET": SECRET}
HERE = (
    TrackerHere(TrackerKind.GITHUB, "https://github.com", "acme/mlops"),
    TrackerHere(TrackerKind.JIRA, "https://jira.example/tools", "ML"),
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_set_up_is_there() -> None:
    settings = IntegrationSettings.model_validate({**GITHUB, **JIRA, **HOOK})

    assert settings.trackers == (
        TrackerHere(TrackerKind.GITHUB, "https://github.com", "acme/mlops"),
        TrackerHere(TrackerKind.JIRA, "https://acme.atlassian.net", "ML"),
    )
    assert settings.github_api == "https://api.github.com"
    assert not any(secret in repr(settings) for secret in ("github_pat_1", "jira-token", SECRET))


def test_what_is_written_back_is_chosen_and_nothing_to_begin_with() -> None:
    chosen = IntegrationSettings.model_validate({**JIRA, "TIDEMARK_TRACKERS_WRITE_BACK": "close"})

    assert [each.writes for each in chosen.trackers] == [WriteBack.CLOSE]
    assert IntegrationSettings.model_validate(JIRA).trackers[0].writes is WriteBack.OFF


def test_a_variable_with_an_id_is_for_that_workspace_and_one_without_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in JIRA.items():
        monkeypatch.setenv(f"{name}_T0HARBOUR", value)
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in GITHUB.items()))

    settings = read_integration_settings()

    assert [each.kind for each in settings.of("T0HARBOUR").trackers] == [TrackerKind.JIRA]
    assert [each.kind for each in settings.of("T0RIDGE").trackers] == [TrackerKind.GITHUB]


def test_where_anybody_may_install_us_nothing_is_set_for_nobody_in_particular() -> None:
    many = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "secret",
        "TIDEMARK_TOKEN_KEYS": "A" * 43 + "=",
        "TIDEMARK_SIGNING_SECRET": "0" * 32,
        "TIDEMARK_PUBLIC_URL": "https://tidemark.example",
    }
    with pytest.raises(
        ValueError, match="write the id behind each of these, as TIDEMARK_WEBHOOK_URL_T0123ABCD"
    ):
        HttpSettings.model_validate({**many, **HOOK})

    settings = HttpSettings.model_validate({**many, BY_WORKSPACE: {"E0FLEET": HOOK}})
    assert settings.of("E0FLEET").webhook_url
    assert not settings.of("T0RIDGE").webhook_url


def test_an_enterprise_server_has_its_api_below_its_own_address() -> None:
    settings = IntegrationSettings.model_validate(
        {**GITHUB, "TIDEMARK_GITHUB_URL": "https://git.acme.example/"}
    )

    assert settings.github_api == "https://git.acme.example/api/v3"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"TIDEMARK_GITHUB_TOKEN": "secret-1"}, "TIDEMARK_GITHUB_REPOSITORY missing"),
        ({"TIDEMARK_GITHUB_REPOSITORY": "acme"}, "write it as owner/name"),
        ({"TIDEMARK_GITHUB_TOKEN": "secret 1"}, "has blanks"),
        ({**JIRA, "TIDEMARK_TRACKERS_WRITE_BACK": "all"}, "should be 'off', 'comment' or 'close'"),
        ({**JIRA, "TIDEMARK_JIRA_PROJECT": ""}, "TIDEMARK_JIRA_PROJECT missing"),
        ({**JIRA, "TIDEMARK_JIRA_PROJECT": "the project"}, "no key of a project"),
        ({**JIRA, "TIDEMARK_JIRA_URL": "http://jira.example"}, "has to begin with https://"),
        ({**HOOK, "TIDEMARK_WEBHOOK_URL": "http://10.0.0.1/x"}, "has to begin with https://"),
        ({**HOOK, "TIDEMARK_WEBHOOK_URL": "file:///etc/passwd"}, "is no URL"),
        ({**HOOK, "TIDEMARK_WEBHOOK_URL": "https://a:b@hooks.example"}, "without a name or password"),
        ({**HOOK, "TIDEMARK_WEBHOOK_SECRET": "secret"}, "openssl rand -base64 32"),
        ({"TIDEMARK_WEBHOOK_URL": "https://hooks.example"}, "TIDEMARK_WEBHOOK_SECRET missing"),
        ({"TIDEMARK_JIRA_URL_T0RIDGE": "ftp://jira.example"}, "TIDEMARK_JIRA_URL_T0RIDGE is no URL"),
        ({"TIDEMARK_GITHUB_TOKEN_E0FLEET": "secret-1"}, "For E0FLEET: TIDEMARK_GITHUB_REPOSITORY missing"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings) as bad:
        read_integration_settings()

    (problem,) = bad.value.problems
    assert words in problem
    assert "secret" not in problem.replace("TIDEMARK_WEBHOOK_SECRET", "")


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("https://github.com/acme/other/issues/12", "acme/other#12"),
        (" <https://github.com/acme/other/issues/12/?a=b#c|the issue> ", "acme/other#12"),
        ("https://jira.example/tools/browse/ml-7", "ML-7"),
        ("https://github.com/acme/other/pull/12", None),
        ("https://github.com/acme/../../issues/12", None),
        ("https://github.com.evil.example/acme/other/issues/12", None),
        ("https://github.com@evil.example/acme/other/issues/12", None),
        ("https://me@github.com/acme/other/issues/12", None),
        ("http://github.com/acme/other/issues/12", None),
        ("https://github.com:444/acme/other/issues/12", None),
        ("https://jira.example/browse/ML-7", None),
        ("https://jira.example/tools/browse/ML-0", None),
        ("https://[", None),
        ("ML-7", None),
        ("", None),
    ],
)
def test_only_links_to_issues_of_these_trackers_are_known(link: str, key: str | None) -> None:
    found = recognised(link, HERE)

    assert (found.key if found else None) == key
    if found and found.tracker is TrackerKind.GITHUB:
        assert found == Reference(TrackerKind.GITHUB, found.key, "https://github.com/acme/other/issues/12")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://tidemark.example/", "https://tidemark.example"),
        ("http://tidemark.example", None),
        ("https://me@tidemark.example", None),
        ("tidemark.example", None),
    ],
)
def test_others_reach_us_by_https_alone(given: str, taken: str | None) -> None:
    values = {
        "SLACK_BOT_TOKEN": f"xoxb-{'1' * 40}",
        "TIDEMARK_SIGNING_SECRET": "0" * 32,
        "TIDEMARK_PUBLIC_URL": given,
    }
    if taken is None:
        with pytest.raises(ValueError, match="begins with https://"):
            HttpSettings.model_validate(values)
    else:
        assert HttpSettings.model_validate(values).public_url == taken
