"""AWS's wire formats, read from and written by botocore's service models: JSON 1.1 and XML query alike."""

import asyncio
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.utils import parse_timestamp
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class

from standins.aws.constraints import unknown_members, violations

type Request = dict[str, Any]
type Operation = Callable[[Request], dict[str, Any] | None]
type Response = tuple[int, dict[str, str], bytes]


class AwsError(Exception):
    """What an operation refuses, by the code the service's model gives it; `status` where the model has none."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class ModelViolation(Exception):
    """An answer of ours that AWS could not have given: a fault of the local AWS itself."""


@dataclass(frozen=True)
class Call:
    """One request, read but not yet checked."""

    operation: OperationModel
    request: Request


class Service:
    """An AWS service as MiniStack calls it, answered by one function for each operation.

    `name` is botocore's service name. A function takes the request with the model's own keys and returns the
    answer, or nothing; it may block, because it runs in a thread.
    """

    def __init__(self, name: str, operations: Mapping[str, Operation]) -> None:
        self.name = name
        self.operations = operations

    @cached_property
    def model(self) -> ServiceModel:
        """The service as botocore describes it."""
        return ServiceModel(Loader().load_service_model(self.name, "service-2"), self.name)

    async def handle_request(
        self, _method: str, _path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
    ) -> Response:
        """Answer one HTTP request as AWS would: status, headers, body."""
        operation = self._operation_model(headers, body, query_params)
        if operation is None:
            return self._write(self._any_operation, AwsError("InvalidAction", "The action is not valid.", 400))
        try:
            call = self.read(headers, body, query_params)
            answer = await asyncio.to_thread(self.perform, call.operation.name, call.request)
        except AwsError as error:
            return self._write(operation, error)
        return self._write(operation, answer)

    def read(self, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]) -> Call:
        """Read an HTTP request without checking it against the model."""
        operation = self._operation_model(headers, body, query_params)
        if operation is None:
            raise AwsError("InvalidAction", f"{self.name} has no such operation.")
        parser = PROTOCOL_PARSERS[self.model.protocol](operation, timestamp_parser=parse_timestamp)
        try:
            request = parser.parse({"body": body, "values": _values(body, query_params), "headers": headers})
        except (ValueError, TypeError, AttributeError) as error:
            raise AwsError("SerializationException", f"The request cannot be read: {error}.") from error
        return Call(operation, dict(request))

    def perform(self, name: str, request: Request) -> dict[str, Any]:
        """Do one operation without HTTP, request and answer checked against the model."""
        operation = self.model.operation_model(name)
        if name not in self.operations:
            raise AwsError("NotImplementedException", f"{self.name} {name} is not emulated by the local AWS.", 501)
        self._check_request(operation, request)
        answer = self.operations[name](request) or {}
        self._check_answer(operation, answer)
        return answer

    def _check_request(self, operation: OperationModel, request: Request) -> None:
        if operation.input_shape is None:
            return
        found = list(violations(operation.input_shape, request))
        if found:
            code = "ValidationError" if self.model.protocol == "query" else "ValidationException"
            errors = "validation error" if len(found) == 1 else "validation errors"
            raise AwsError(code, f"{len(found)} {errors} detected: {'; '.join(found)}")

    def _check_answer(self, operation: OperationModel, answer: dict[str, Any]) -> None:
        shape = operation.output_shape
        if shape is None:
            return
        found = [*violations(shape, answer), *(f"unknown {name}" for name in unknown_members(shape, answer))]
        if found:
            raise ModelViolation(f"{self.name} {operation.name} answered what AWS cannot: {'; '.join(found)}")

    def _write(self, operation: OperationModel, result: dict[str, Any] | AwsError) -> Response:
        serializer = get_serializer_class(self.name, self.model.protocol)(
            operation, context=SerializationContext(str(uuid.uuid4()))
        )
        with warnings.catch_warnings():
            # Codes that every service has, AccessDeniedException for one, are in no service's model.
            warnings.simplefilter("ignore")
            written = serializer.serialize(result)
        body = written["body"]
        status = result.status if isinstance(result, AwsError) and result.status else written["status_code"]
        return status, dict(written["headers"]), body if isinstance(body, bytes) else body.encode()

    def _operation_model(
        self, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
    ) -> OperationModel | None:
        name = headers.get("x-amz-target", "").rpartition(".")[2] or _values(body, query_params).get("Action", "")
        return self.model.operation_model(name) if name in self.model.operation_names else None

    @property
    def _any_operation(self) -> OperationModel:
        return self.model.operation_model(self.model.operation_names[0])


def _values(body: bytes, query_params: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the parameters of the query protocol, from the address or the form alike."""
    given = {key: value[0] if isinstance(value, list) else value for key, value in query_params.items()}
    return {**given, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}
