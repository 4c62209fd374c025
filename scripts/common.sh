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

# node_packages FOLDER : installs what the folder's package-lock.json lists, unless just that is there.
node_packages() {
  local wanted
  wanted=$(cat "$1/package-lock.json" "$1/.npmrc" | sha256sum)
  [ "$wanted" = "$(cat "$1/node_modules/.packages" 2>/dev/null)" ] && return
  step "preparing Node packages: $1"
  (cd "$1" && "$root/scripts/node" npm ci --prefer-offline --no-audit --no-fund --no-progress --ignore-scripts --loglevel=error)
  printf '%s' "$wanted" >"$1/node_modules/.packages"
}
