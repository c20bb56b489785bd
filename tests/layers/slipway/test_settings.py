"""A function is told everything by its environment, or does not start."""

import pytest

from slipway import settings
from slipway.errors import SettingMissing


def test_values_get_the_types_that_the_settings_declare() -> None:
    """Numbers are numbers, and only `true` is true."""
    told = dict.fromkeys(("LEDGER_TABLE", "PIPELINE_NAME", "APPROVERS", "LINK_SECRET", "WEB_URL"), "")
    told["REQUIRED_APPROVALS"] = "2"
    read = settings.read(settings.TakeAnswer, {**told, "ALLOW_SELF_APPROVAL": "True"})
    assert (read.required_approvals, read.allow_self_approval) == (2, True)
    assert settings.read(settings.TakeAnswer, {**told, "ALLOW_SELF_APPROVAL": "yes"}).allow_self_approval is False


def test_a_missing_variable_is_named() -> None:
    """The message says which one, and where it belongs."""
    with pytest.raises(SettingMissing, match=r"LEDGER_TABLE is missing: set it in template\.yaml"):
        settings.read(settings.Sweep, {})
