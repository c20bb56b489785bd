"""Addresses that messages link to: the environments, and pages of the AWS console."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from slipway.models import Release, SmokeSummary


@dataclass(frozen=True, slots=True)
class StackUrls:
    """The environments' addresses and the parts of console links; without a `region` there are no console links."""

    staging: str
    production: str
    bucket: str = ""
    pipeline: str = ""
    region: str = ""
    console: str = "https://console.aws.amazon.com"

    def evidence(self, smoke: SmokeSummary) -> str:
        """Return the URL of the HTML report in S3's console, in the version that was stored; empty without one."""
        if not (self.region and self.bucket and smoke.page_version):
            return ""
        page = quote(smoke.evidence.removesuffix(".json") + ".html", safe="")
        where = f"{self.console}/s3/object/{quote(self.bucket)}?region={self.region}&prefix={page}"
        return f"{where}&versionId={quote(smoke.page_version, safe='')}"

    def log(self, release: Release) -> str:
        """Return the URL of the failed action's log, or else of the execution in the console; empty without either."""
        if release.log_url or not (self.region and self.pipeline and release.execution_id):
            return release.log_url
        execution = f"{quote(self.pipeline)}/executions/{quote(release.execution_id)}"
        return f"{self.console}/codesuite/codepipeline/pipelines/{execution}/timeline?region={self.region}"
