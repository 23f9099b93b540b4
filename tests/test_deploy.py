"""The examples to run Tidemark are as careful as they say, and go with the code and each other."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.render import compile_templates

UNIT = Path("deploy/tidemark.service").read_text(encoding="utf-8")
IMAGE = Path("deploy/Containerfile").read_text(encoding="utf-8")
CLUSTER: dict[str, Any] = {
    part["kind"]: part
    for part in yaml.safe_load_all(Path("deploy/kubernetes.yaml").read_text(encoding="utf-8"))
}
POD = CLUSTER["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]


def test_the_unit_runs_as_a_user_without_rights_and_gives_up_on_a_wrong_setting() -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(UNIT)
    service = dict(read["Service"])

    assert {
        name: service[name] for name in ("User", "ProtectSystem", "NoNewPrivileges", "CapabilityBoundingSet")
    } == {
        "User": "tidemark",
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
    }
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert service["SystemCallErrorNumber"] == "EPERM"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def test_the_pod_has_no_rights_and_a_root_that_is_read_only() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    assert not POD["automountServiceAccountToken"]
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == ["/tmp"]


def test_image_and_unit_have_the_templates_compiled_because_no_process_may_keep_them() -> None:
    compiled = f'-c "from {compile_templates.__module__} import {compile_templates.__name__}; '

    for text in (UNIT, IMAGE):
        assert compiled in text
        assert "PYTHONDONTWRITEBYTECODE=1" in text


def test_image_and_pod_mean_the_same_user_and_folder() -> None:
    user = POD["securityContext"]["runAsUser"]

    assert f"--uid {user} " in IMAGE
    assert f"\nUSER {user}:{user}\n" in IMAGE
    assert "TIDEMARK_DATABASE_URL=sqlite:////var/lib/tidemark/tidemark.db" in IMAGE
    assert "--require-hashes -r requirements/runtime.txt" in IMAGE


def test_nothing_gets_into_the_image_that_is_not_pinned_by_its_hash() -> None:
    """Also what builds the wheel: pip would fetch the newest."""
    installs = re.findall(r"pip (?:install|wheel) (.*?)(?: \\)?$", IMAGE, re.MULTILINE)

    assert len(installs) == 4
    for each in installs:
        assert "--require-hashes" in each or "--no-deps" in each
        assert "--require-hashes" in each or "--no-build-isolation" in each or "--no-index" in each


def test_the_image_has_every_package_and_nothing_else_of_a_checkout_reaches_it() -> None:
    project = Path("pyproject.toml").read_text(encoding="utf-8")
    (line,) = re.findall(r"^include = \[(.*)\]$", project, re.MULTILINE)
    packages = {name.strip('"* ') for name in line.split(",")}
    ignored = Path(".containerignore").read_text(encoding="utf-8")

    assert set(re.findall(r"^COPY (\w+) \1$", IMAGE, re.MULTILINE)) == packages
    assert {line[1:] for line in ignored.splitlines() if line.startswith("!")} >= packages
    assert "\n*\n" in ignored
    assert Path(".dockerignore").read_text(encoding="utf-8") == ignored


def test_the_pod_listens_where_it_is_asked_and_selectors_find_it() -> None:
    port = next(each["value"] for each in CONTAINER["env"] if each["name"] == "TIDEMARK_PORT")
    labels = CLUSTER["Deployment"]["spec"]["template"]["metadata"]["labels"]

    assert [each["containerPort"] for each in CONTAINER["ports"]] == [int(port)]
    assert CLUSTER["Service"]["spec"]["selector"] == labels
    assert CLUSTER["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert CLUSTER["Deployment"]["spec"]["selector"]["matchLabels"] == labels


@pytest.mark.parametrize("value", CLUSTER["Secret"]["stringData"].values())
def test_the_example_holds_no_secret(value: str) -> None:
    assert value == "change me"
