"""The stack's parameters."""

from pathlib import Path

import pytest
import yaml
from samcli.cli.types import CfnParameterOverridesType

from rehearsal.errors import RehearsalError
from rehearsal.parameters import local_parameters, write_parameters
from rehearsal.ports import Ports
from tests.support.paths import ROOT

SAMCONFIG = """
version = 0.1
[local.deploy.parameters]
parameter_overrides = {written}
"""
EXPECTED = {
    "Approvers": "U0ADA=ada@example.com,U0GRACE=grace@example.com",
    "Stack": "64bit Linux",
    "Mail": "http://localhost:5001/mail",
    "Other": "http://127.0.0.1:8080",
    "SlackApiUrl": "http://127.0.0.1:5001/api/",
    "Architecture": "arm64",
}
AS_LIST = """[
  "Approvers=U0ADA=ada@example.com,U0GRACE=grace@example.com", "Stack='64bit Linux'", "Architecture=x86_64",
  "Mail=http://localhost:4567/mail", "Other=http://127.0.0.1:8080", "SlackApiUrl=http://127.0.0.1:4567/api/"]"""
AS_STRING = """'Approvers="U0ADA=ada@example.com,U0GRACE=grace@example.com" Stack="64bit Linux" \
Mail=http://localhost:4567/mail Other=http://127.0.0.1:8080'"""
AS_TABLE = """{Approvers = "U0ADA=ada@example.com,U0GRACE=grace@example.com", Stack = "64bit Linux", \
Mail = "http://localhost:4567/mail", Other = "http://127.0.0.1:8080"}"""


@pytest.mark.parametrize("written", [AS_LIST, AS_STRING, AS_TABLE])
def test_local_parameters_get_the_chosen_ports_and_the_machines_architecture(tmp_path: Path, written: str) -> None:
    """Whichever way samconfig.toml writes them, local addresses move and all else stays."""
    samconfig = tmp_path / "samconfig.toml"
    samconfig.write_text(SAMCONFIG.replace("{written}", written))
    assert local_parameters(samconfig, Ports(5000), machine="aarch64") == EXPECTED


def test_the_repositorys_samconfig_is_understood() -> None:
    """The environment `local` names the channel that the stand-in has."""
    samconfig = ROOT / "samconfig.toml"
    assert local_parameters(samconfig, Ports(), machine="x86_64")["SlackChannel"] == "C0RELEASES"


def test_sam_reads_what_was_written(tmp_path: Path) -> None:
    """The file reaches `sam` with every value unchanged, spaces and equals signs included."""
    option = write_parameters(EXPECTED, tmp_path / "parameters.yaml")
    assert CfnParameterOverridesType().convert(option, None, None) == EXPECTED
    assert yaml.safe_load((tmp_path / "parameters.yaml").read_text()) == EXPECTED


def test_a_samconfig_without_the_environment_is_an_error_that_says_so(tmp_path: Path) -> None:
    """A repository without the local environment cannot be rehearsed."""
    (tmp_path / "samconfig.toml").write_text("version = 0.1\n")
    with pytest.raises(RehearsalError, match=r"has no parameter_overrides in \[local.deploy.parameters\]"):
        local_parameters(tmp_path / "samconfig.toml", Ports())
