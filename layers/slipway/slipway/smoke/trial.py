"""A build on trial: its suite is run against a target, and the evidence kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from zipfile import ZipFile

from slipway import releases
from slipway.models import Evidence, Json
from slipway.ports import Bucket, Clock, Http, Ledger
from slipway.smoke import report, suite
from slipway.smoke.run import Run


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the evidence goes, and how the service is reached."""

    ledger: Ledger
    bucket: Bucket
    http: Http
    clock: Clock

    def hold(self, asked: Json, artifact: ZipFile, deadline: float) -> Evidence:
        """Run the suite of a build; `asked` names `release_id`, `target` and `url`, `deadline` is in seconds."""
        checks = suite.parse(artifact.read("suite.yaml"), artifact.read)
        passport = json.loads(artifact.read("passport.json"))
        run = Run(checks, asked["url"], passport, self.http, self.clock)
        evidence = run.evidence(asked["target"], deadline)
        summary = report.summary(evidence)
        if not releases.decided_on(self.ledger.release(asked["release_id"]), asked["target"]):
            body = json.dumps(report.document(evidence), indent=2).encode()
            self.bucket.write(summary.evidence, body, "application/json")
            releases.tested(self.ledger, asked["release_id"], asked["target"], summary)
        return evidence
