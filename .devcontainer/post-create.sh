#!/usr/bin/env bash
# A new container or codespace: build .venv from the lock. .ci/run begins with this very script.
set -euo pipefail
cd "$(dirname "$0")/.."
make .venv/.ready
