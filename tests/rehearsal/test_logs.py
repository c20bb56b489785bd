"""What the logs of a run say since a moment."""

from pathlib import Path

from rehearsal.logs import LogWatch

MESSAGE = "User: arn:aws:sts::000000000000:assumed-role/slipway-AnnounceRole-1A2B/x is not authorized to perform: "


def test_only_denials_after_the_mark_count(tmp_path: Path) -> None:
    """What was denied while another model was uploaded explains nothing."""
    log = tmp_path / "cloud.log"
    log.write_text(f"{MESSAGE}sns:Publish\n")
    watch = LogWatch(tmp_path)
    watch.mark()
    assert watch.denials() == []
    with log.open("a") as file:
        file.write(f"{MESSAGE}sqs:SendMessage\n")
    (tmp_path / "build-1.log").write_text(f"{MESSAGE}s3:GetObject\n")
    assert {denial.action for denial in watch.denials()} == {"sqs:SendMessage", "s3:GetObject"}


def test_without_denials_in_the_logs_the_lambdas_are_asked(tmp_path: Path) -> None:
    """A Lambda's log is not a file of the run."""
    watch = LogWatch(tmp_path, more=lambda since: f"{MESSAGE}dynamodb:PutItem")
    assert [denial.action for denial in watch.denials()] == ["dynamodb:PutItem"]


def test_the_log_of_a_build_that_failed_since_the_mark_is_found(tmp_path: Path) -> None:
    """It says more about a failed release than any other log."""
    (tmp_path / "build-1.log").write_text("Phase complete: BUILD State: FAILED\n")
    watch = LogWatch(tmp_path)
    watch.mark()
    assert watch.failed_build() is None
    (tmp_path / "build-2.log").write_text("Phase complete: BUILD State: FAILED\n")
    assert watch.failed_build() == tmp_path / "build-2.log"
