#!/bin/bash
# Brings what the service sampled of its requests to the model bucket, every five minutes. Whoever the container runs as
# may add files. What brings them runs as a user without any rights, who reads what everybody on the instance may read,
# and has the instance's credentials, which the container has not. Where nothing is sampled, as on staging, nothing
# is brought.
set -euo pipefail

# Compose fails without the file, into which Beanstalk has written the environment's properties by now, if there are any.
touch .env
echo 'd /var/opt/slipway-samples 1777 root root 2d' > /etc/tmpfiles.d/slipway-samples.conf
systemd-tmpfiles --create slipway-samples.conf
percent=$(/opt/elasticbeanstalk/bin/get-config environment -k SAMPLE_PERCENT || true)
if [ "${percent:-0}" = 0 ]; then
  systemctl disable --now slipway-samples.timer 2> /dev/null || true # there may be none
  exit 0
fi

registry=$(sed -n 's#^ *image: *\([^/]*\)/.*#\1#p' docker-compose.yml)
install -m 755 .platform/upload_samples.sh /usr/local/bin/upload-slipway-samples
cat > /etc/systemd/system/slipway-samples.service <<UNIT
[Unit]
Description=Bring sampled requests to the model bucket

[Service]
Type=oneshot
DynamicUser=yes
PrivateDevices=yes
CacheDirectory=slipway-samples
TimeoutStartSec=120
Environment=AWS_DEFAULT_REGION=$(cut -d. -f4 <<< "$registry") SAMPLES_FOLDER=/var/opt/slipway-samples
Environment=SAMPLES_BUCKET=$(cat .platform/samples_bucket)
ExecStart=/usr/local/bin/upload-slipway-samples
UNIT
cat > /etc/systemd/system/slipway-samples.timer <<'UNIT'
[Unit]
Description=Bring sampled requests to the model bucket every five minutes

[Timer]
OnActiveSec=1min
OnUnitActiveSec=5min

[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable slipway-samples.timer
systemctl restart slipway-samples.timer
