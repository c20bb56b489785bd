"""`slipway approve` and `slipway reject`: a vote by the personal link of the mail, which proves whose it is."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import click

from slipway.cli.releases.personal_link import ask, split_link
from slipway.cli.terminal import say
from slipway.errors import AnswerRefused, SlipwayError
from slipway.models import Json
from slipway.models.text import one_line

_LINK = click.argument("link", required=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command()
@_LINK
@_JSON
@click.option("--reason", default="", help="What the others will read.")
@click.option("--seen", is_flag=True, help="You have seen what the uploader's suite loosens.")
@click.option("--yes", is_flag=True, help="Do not ask before the vote is given.")
def approve(link: str | None, reason: str, *, as_json: bool, seen: bool, yes: bool) -> None:
    """Approve the release of a LINK: the one in your mail, which is asked for without showing it if you leave it out.

    Exit code 0: your vote counts. 1: it does not, and why is told.
    """
    _vote(link, "approve", reason, as_json=as_json, seen=seen, yes=yes)


@click.command()
@_LINK
@_JSON
@click.option("--reason", required=True, help="Why, in a sentence: its author will read it.")
@click.option("--yes", is_flag=True, help="Do not ask before the vote is given.")
def reject(link: str | None, reason: str, *, as_json: bool, yes: bool) -> None:
    """Reject the release of a LINK: the one in your mail, which is asked for without showing it if you leave it out.

    Exit code 0: your vote counts. 1: it does not, and why is told.
    """
    _vote(link, "reject", reason, as_json=as_json, seen=False, yes=yes)


def _vote(link: str | None, answer: str, reason: str, *, as_json: bool, seen: bool, yes: bool) -> None:
    """Show the question of a link, send the vote, and show the outcome; exits with 1 if the vote does not count."""
    try:
        site, token = split_link(link or click.prompt("The link in your mail", hide_input=True), "review")
        before = ask("GET", f"{site}/review?{urlencode({'t': token})}")
        for line in _question_lines(before):
            say(line, err=True)
        if before["settled"]:
            raise AnswerRefused(str(before["settled"]))
        if not yes:
            click.confirm(f"{answer.capitalize()} {before['id']} as {before['person']}?", abort=True, err=True)
        form = {"t": token, "answer": answer, "reason": reason, **({"seen": "on"} if seen else {})}
        after = ask("POST", f"{site}/review", urlencode(form))
    except SlipwayError as error:
        say(error, err=True)
        raise SystemExit(1) from error
    say(json.dumps(after, indent=1) if as_json else _outcome_line(after))


def _question_lines(release: Json) -> list[str]:
    """Return the lines that tell what there is to vote on."""
    smoke = release["smoke"].get("staging") or {}
    tested = f"{smoke['verdict']}: {smoke['passed']} checks passed, {smoke['failed']} failed" if smoke else "not tested"
    accuracy = f", accuracy {smoke['accuracy']:.1%}" if smoke.get("accuracy") is not None else ""
    author = one_line(str(release["author"])) or "an unknown author"
    loosened = [f"Loosened: {sentence}" for sentence in release["loosened"]]
    return [f"{release['id']} by {author}, {tested}{accuracy}", *loosened, *filter(None, [release["ineligibility"]])]


def _outcome_line(release: Json) -> str:
    """Return the line that tells what became of the vote."""
    if release["settled"]:
        return f"{release['id']}: {release['settled']}"
    return f"{release['id']}: your vote counts; it takes {release['missing']} more."
