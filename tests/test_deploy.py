"""The examples to run Tidemark are as careful as they say, and go with the code and each other."""

import configparser
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.console import MEND
from bot.render import compile_templates
from bot.watchdog import EVERY
from storage.store import Store

UNIT = Path("deploy/tidemark.service").read_text(encoding="utf-8")
BACKUP = Path("deploy/tidemark-backup.service").read_text(encoding="utf-8")
IMAGE = Path("deploy/Containerfile").read_text(encoding="utf-8")
CLUSTER: dict[str, Any] = {
    part["kind"]: part
    for part in yaml.safe_load_all(Path("deploy/kubernetes.yaml").read_text(encoding="utf-8"))
}
POD = CLUSTER["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
BACKUP_POD = CLUSTER["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
(BACKUP_CONTAINER,) = BACKUP_POD["containers"]


def sections(unit: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(unit)
    return read


def test_the_unit_runs_as_a_user_without_rights_and_gives_up_on_a_wrong_setting() -> None:
    read = sections(UNIT)
    service = dict(read["Service"])

    assert {
        name: service[name] for name in ("User", "ProtectSystem", "NoNewPrivileges", "CapabilityBoundingSet")
    } == {
        "User": "tidemark",
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
    }
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", str(MEND))
    assert (
        dict(read["Unit"])["StartLimitIntervalSec"] == "0"
    )  # where the database is away, for as long as it is
    assert service["SystemCallErrorNumber"] == "EPERM"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def test_the_unit_waits_for_signs_that_come_often_enough() -> None:
    service = dict(sections(UNIT)["Service"])

    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert int(service["WatchdogSec"]) > 10 * EVERY
    assert service["TimeoutStartSec"] == "infinity"  # bringing tables up to date takes as long as it takes
    assert "PYTHONFAULTHANDLER=1" in service["Environment"]


@pytest.mark.parametrize(("minutes", "alive"), [(None, False), (0, True), (2, True), (4, False)])
def test_the_probe_over_socket_mode_finds_a_file_that_is_too_old(
    minutes: int | None, alive: bool, tmp_path: Path
) -> None:
    told = Path("docs/operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", told, re.DOTALL)
    container = yaml.safe_load(block)
    (there,) = (each["value"] for each in container["env"] if each["name"] == "TIDEMARK_ALIVE_FILE")
    command = [
        part.replace(there, f"{tmp_path}/alive") for part in container["livenessProbe"]["exec"]["command"]
    ]
    if minutes is not None:
        (file := tmp_path / "alive").touch()
        at = file.stat().st_mtime - 60 * minutes
        os.utime(file, (at, at))

    assert (subprocess.run(command, check=False).returncode == 0) == alive
    assert Path(there).parent in {Path(mount["mountPath"]) for mount in CONTAINER["volumeMounts"]}


def test_a_backup_is_of_the_database_of_the_service_and_old_ones_go_only_after_a_good_one(
    tmp_path: Path,
) -> None:
    service, backup = dict(sections(UNIT)["Service"]), dict(sections(BACKUP)["Service"])
    same = ("User", "Group", "EnvironmentFile", "WorkingDirectory", "StateDirectory", "UMask")
    tidy, make, remove = re.findall(r"^ExecStart(?:Pre)?=(.*)$", BACKUP, re.MULTILINE)
    folder, old, half, program = a_place_for_backups(tmp_path)

    def ran(command: str, **settings: str) -> int:
        for written, meant in {
            "$$": "$",
            "%%": "%",
            "/var/backups/tidemark": str(folder),
            "/opt/tidemark/bin/tidemark": str(program),
        }.items():
            command = command.replace(written, meant)
        return subprocess.run(shlex.split(command), check=False, env={**os.environ, **settings}).returncode

    url = f"sqlite:///{tmp_path / 'tidemark.db'}"
    ran(tidy)
    failed, tidied = ran(make, TIDEMARK_DATABASE_URL=url), not half.exists()
    Store.open(url).close()
    made = ran(make, TIDEMARK_DATABASE_URL=url)
    there = len([*folder.iterdir()])
    ran(remove)

    assert {name: backup[name] for name in same} == {name: service[name] for name in same}
    assert (failed != 0, tidied, made, there) == (True, True, 0, 2)
    (kept,) = folder.iterdir()
    assert kept != old


def test_so_is_that_of_the_cluster(tmp_path: Path) -> None:
    folder, old, _, program = a_place_for_backups(tmp_path)
    (script,) = BACKUP_CONTAINER["args"]
    command = [*BACKUP_CONTAINER["command"], script.replace("/backups", str(folder))]
    url = f"sqlite:///{tmp_path / 'tidemark.db'}"
    here = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "TIDEMARK_DATABASE_URL": url,
    }

    failed = subprocess.run(command, check=False, env=here).returncode
    left = [*folder.iterdir()]
    Store.open(url).close()
    made = subprocess.run(command, check=False, env=here).returncode

    assert (failed != 0, left, made) == (True, [old], 0)
    (kept,) = folder.iterdir()
    assert kept != old


def a_place_for_backups(within: Path) -> tuple[Path, Path, Path, Path]:
    """A folder, an old backup in it, half of one, as it is left where the command is killed, and the
    program."""
    folder, database = within / "backups", f"sqlite:///{within / 'killed.db'}"
    folder.mkdir()
    (old := folder / "tidemark-old.jsonl.gz").touch()
    Store.open(database).close()
    half = _half_a_backup(database, folder)
    for file in (old, half):
        os.utime(file, (0, 0))
    (program := within / "tidemark").write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    return folder, old, half, program


def _half_a_backup(database: str, folder: Path) -> Path:
    """By a process that dies where the file would take its name."""
    dies = "import os; os.link = os.replace = os.rename = lambda *_, **__: os._exit(9)"
    words = ["db", "backup", str(folder / "tidemark-killed.jsonl.gz")]
    killed = subprocess.run(
        [sys.executable, "-c", f"{dies}; from bot.__main__ import main; main({words})"],
        check=False,
        env={**os.environ, "TIDEMARK_DATABASE_URL": database},
    )
    (half,) = (file for file in folder.iterdir() if "killed" in file.name)
    assert killed.returncode == 9
    return half


def test_the_clusters_backup_knows_the_database_and_no_token_and_has_a_volume_that_it_may_write_to() -> None:
    (known,) = BACKUP_CONTAINER["env"]
    claims = {each["name"]: each.get("persistentVolumeClaim") for each in BACKUP_POD["volumes"]}
    mounts = {each["mountPath"]: claims[each["name"]] for each in BACKUP_CONTAINER["volumeMounts"]}

    assert "envFrom" not in BACKUP_CONTAINER
    assert known["name"] == known["valueFrom"]["secretKeyRef"]["key"] == "TIDEMARK_DATABASE_URL"
    assert known["valueFrom"]["secretKeyRef"]["name"] == CLUSTER["Secret"]["metadata"]["name"]
    assert BACKUP_CONTAINER["image"] == CONTAINER["image"]
    assert mounts["/backups"] == {"claimName": CLUSTER["PersistentVolumeClaim"]["metadata"]["name"]}
    assert BACKUP_POD["securityContext"]["fsGroup"] == BACKUP_POD["securityContext"]["runAsGroup"]
    assert BACKUP_POD["restartPolicy"] == "Never"
    assert CLUSTER["CronJob"]["spec"]["concurrencyPolicy"] == "Forbid"


@pytest.mark.parametrize(
    ("pod", "written"), [(POD, ["/tmp"]), (BACKUP_POD, ["/tmp", "/backups"])], ids=["service", "backup"]
)
def test_a_pod_has_no_rights_and_a_root_that_is_read_only(pod: dict[str, Any], written: list[str]) -> None:
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not pod["automountServiceAccountToken"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == written


def test_image_and_unit_have_the_templates_compiled_because_no_process_may_keep_them() -> None:
    compiled = f'-c "from {compile_templates.__module__} import {compile_templates.__name__}; '

    for text in (UNIT, IMAGE):
        assert compiled in text
        assert "PYTHONDONTWRITEBYTECODE=1" in text


def test_image_and_pod_mean_the_same_user_and_folder() -> None:
    user = POD["securityContext"]["runAsUser"]

    assert user == BACKUP_POD["securityContext"]["runAsUser"]
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
