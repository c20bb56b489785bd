#!/bin/bash
# Keeps containers from the credentials of the instance, which everybody who reaches the metadata address may take.
# Docker passes the packets of containers on through its chain DOCKER-USER; the instance's own take another way.
# A unit and not a bare rule, because Docker makes its chains anew when it, or the instance, starts again.
set -euo pipefail

cat > /etc/systemd/system/block-instance-metadata.service <<'UNIT'
[Unit]
Description=Keep containers from the instance metadata
Requires=docker.service
After=docker.service
PartOf=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'iptables -C DOCKER-USER -d 169.254.169.254/32 -j DROP || iptables -I DOCKER-USER -d 169.254.169.254/32 -j DROP'

[Install]
WantedBy=docker.service
UNIT
systemctl daemon-reload
systemctl enable block-instance-metadata.service
systemctl restart block-instance-metadata.service
# A deployment without the rule fails.
iptables -C DOCKER-USER -d 169.254.169.254/32 -j DROP
