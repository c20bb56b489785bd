#!/bin/bash
# Lets the service write the log of its requests where the health agent reads it (docs/your-service.md): whoever the
# container runs as may add files, and remove its own.
set -euo pipefail

install -d -m 1777 /var/log/nginx/healthd
