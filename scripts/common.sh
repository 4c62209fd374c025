# Sourced by the scripts beside it: where things are, and how they speak.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

build=${CAIRN_BUILD:-build}           # build folder, relative to the root
cache=${CAIRN_CACHE:-$root/.cache}    # downloads and virtual environments, kept when build/ is removed
jobs=${CAIRN_JOBS:-$(nproc)}

say() { printf '%s\n' "$*"; }
step() { if [ -t 1 ]; then printf '\033[1m== %s\033[0m\n' "$*"; else printf '== %s\n' "$*"; fi; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
