"""Where one looks: the environments, and the pages of the AWS console."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from slipway.models import Release


@dataclass(frozen=True, slots=True)
class Places:
    """Where the environments answer, and what addresses of the console are made of: without a `region` of none.

    Without `cards` there is no Slack.
    """

    staging: str
    production: str
    bucket: str = ""
    pipeline: str = ""
    region: str = ""
    console: str = "https://console.aws.amazon.com"
    cards: bool = True

    def evidence(self, key: str) -> str:
        """Give the console's page of the evidence that lies under a key: the readable form, beside the data."""
        if not (self.region and self.bucket and key):
            return ""
        page = key.removesuffix(".json") + ".html"
        return f"{self.console}/s3/object/{quote(self.bucket)}?region={self.region}&prefix={quote(page, safe='')}"

    def log(self, release: Release) -> str:
        """Give where one reads why a release failed: the log that failed, or all actions of its execution."""
        if release.log or not (self.region and self.pipeline and release.execution_id):
            return release.log
        execution = f"{quote(self.pipeline)}/executions/{quote(release.execution_id)}"
        return f"{self.console}/codesuite/codepipeline/pipelines/{execution}/timeline?region={self.region}"
