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


def existing_pipeline(config: settings.Delivery) -> ExistingPipeline | None:
    """Return the existing pipeline, as the stack's deployment found it; None for a pipeline of the stack's own."""
    return decode(ExistingPipeline, json.loads(config.existing_pipeline)) if config.existing_pipeline else None


def pipeline(config: settings.Delivery) -> Pipeline:
    """Return the pipeline that carries releases: the stack's own, or the existing one."""
    existing = existing_pipeline(config)
    if existing is None:
        return ReleasePipeline(config.pipeline_name)
    from slipway.adapters.codepipeline.existing import AttachedPipeline

    return AttachedPipeline(existing)


def environments(config: settings.Delivery) -> BeanstalkEnvironments:
    """Return the environments staging and production: the stack's own, or those of the existing pipeline."""
    existing = existing_pipeline(config)
    if existing is None:
        return BeanstalkEnvironments(of_own_stack(config.pipeline_name))
    return BeanstalkEnvironments({"staging": existing.staging, "production": existing.production})


def bucket(existing: ExistingPipeline | None, name: str) -> Bucket:
    """Return the model bucket.

    With an existing pipeline, uploads are read from its bucket, and records kept in ours.
    """
    own = ModelBucket(name)
    if existing is None:
        return own
    from slipway.adapters.split_bucket import SplitBucket

    return SplitBucket(ModelBucket(existing.bucket), own)
