#!/bin/bash
# Lets docker-compose pull the image: the platform logs in to ECR by itself for Dockerrun.aws.json only. Elastic Beanstalk
# runs this as root, in the folder of the new version.
set -euo pipefail

registry=$(sed -n 's#^ *image: *\([^/]*\)/.*#\1#p' docker-compose.yml)
region=$(cut -d. -f4 <<< "$registry")
aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"
