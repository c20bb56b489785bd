"""Making, changing and showing pipelines."""

from dataclasses import dataclass

from standins.aws.codepipeline import state
from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.operations import Account, Answer, page
from standins.aws.codepipeline.records import Trigger
from standins.aws.wire import AwsError, Operation, Request


@dataclass(frozen=True)
class Declarations:
    """The operations on pipelines themselves."""

    account: Account

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreatePipeline": self.create,
            "GetPipeline": self.get,
            "UpdatePipeline": self.update,
            "DeletePipeline": self.delete,
            "ListPipelines": self.list,
        }

    def create(self, request: Request) -> Answer:
        """Create a pipeline; like AWS it runs at once."""
        pipeline = self.account.pipelines.create(request["pipeline"], self.account.region())
        self._start(pipeline)
        return {"pipeline": pipeline.definition.declaration, "tags": request.get("tags", [])}

    def update(self, request: Request) -> Answer:
        """Give a pipeline a new structure and version."""
        pipeline = self.account.pipelines.update(request["pipeline"], self.account.region())
        return {"pipeline": pipeline.definition.declaration}

    def get(self, request: Request) -> Answer:
        """Show a pipeline's structure; only the current version is kept."""
        pipeline = self.account.pipelines.find(request["name"])
        version = pipeline.definition.version
        if request.get("version", version) != version:
            raise AwsError("PipelineVersionNotFoundException", f"{request['name']} has no version {request['version']}")
        return {
            "pipeline": pipeline.definition.declaration,
            "metadata": {
                "pipelineArn": self.account.arn(request["name"]),
                "created": pipeline.created,
                "updated": pipeline.updated,
            },
        }

    def delete(self, request: Request) -> None:
        """Delete a pipeline and its history."""
        self.account.pipelines.delete(request["name"])

    def list(self, request: Request) -> Answer:
        """List the account's pipelines."""
        found = [state.pipeline_summary(pipeline) for pipeline in self.account.pipelines.all()]
        return page(found, request, "pipelines")

    def _start(self, pipeline: Executions) -> None:
        # A pipeline variable without a default has no value at the creation.
        if None not in pipeline.definition.variables.values():
            pipeline.start({}, Trigger("CreatePipeline", self.account.caller()))
