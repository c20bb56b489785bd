"""`slipway rollback`: production goes back to a release that was live, by the personal link to the history."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import click

from slipway.cli.releases.personal_link import ask, split_link
from slipway.cli.terminal import say
from slipway.errors import AnswerRefused, SlipwayError


@click.command()
@click.argument("release")
@click.argument("link", required=False)
@click.option("--reason", required=True, help="Why, in a sentence: the new release shows it.")
@click.option("--yes", is_flag=True, help="Do not ask before it is started.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rollback(release: str, link: str | None, reason: str, *, yes: bool, as_json: bool) -> None:
    """Start going back to a RELEASE that was live, by the LINK to the history that is yours.

    What it was is tested on staging and put to the approvers; until then nothing changes in production. The link is
    asked for without showing it if you leave it out. Exit code 0: it is started. 1: it is not, and why is told.
    """
    try:
        site, token = split_link(link or click.prompt("Your link to the history", hide_input=True), "history")
        target = ask("GET", f"{site}/history/{quote(release)}?{urlencode({'t': token})}")
        if not target["live"]:
            raise AnswerRefused(f"{target['id']} is {target['state']}: one goes back only to what was live before.")
        if not yes:
            click.confirm(f"Go back from {target['live']} to {target['id']}?", abort=True, err=True)
        form = {"t": token, "live": target["live"], "target": target["id"], "reason": reason}
        opened = ask("POST", f"{site}/back", urlencode(form))
    except SlipwayError as error:
        say(error, err=True)
        raise SystemExit(1) from error
    told = f"{opened['id']} goes back to {target['id']}: `slipway status {opened['id']}` tells how."
    click.echo(json.dumps(opened, indent=1) if as_json else told)
