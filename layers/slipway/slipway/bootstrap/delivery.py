"""What carries releases: the stack's own pipeline, or an existing one that the stack is attached to."""

from __future__ import annotations

import json

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments, of_own_stack
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.s3 import ModelBucket
from slipway.models import ExistingPipeline
from slipway.models.codec import decode
from slipway.ports import Bucket, Pipeline


def existing_pipeline(read: settings.Workflow) -> ExistingPipeline | None:
    """Return the existing pipeline, as the stack's deployment found it; None for a pipeline of the stack's own."""
    return decode(ExistingPipeline, json.loads(read.existing_pipeline)) if read.existing_pipeline else None


def pipeline(read: settings.Workflow) -> Pipeline:
    """Make the pipeline that carries releases."""
    existing = existing_pipeline(read)
    if existing is None:
        return ReleasePipeline(read.pipeline_name)
    from slipway.adapters.codepipeline.existing import AttachedPipeline

    return AttachedPipeline(existing)


def environments(read: settings.Workflow) -> BeanstalkEnvironments:
    """Make staging and production."""
    existing = existing_pipeline(read)
    if existing is None:
        return BeanstalkEnvironments(of_own_stack(read.pipeline_name))
    return BeanstalkEnvironments({"staging": existing.staging, "production": existing.production})


def bucket(existing: ExistingPipeline | None, name: str) -> Bucket:
    """Make the model bucket; with an existing pipeline, uploads arrive in another one than what Slipway writes."""
    own = ModelBucket(name)
    if existing is None:
        return own
    from slipway.adapters.split_bucket import SplitBucket

    return SplitBucket(ModelBucket(existing.bucket), own)
