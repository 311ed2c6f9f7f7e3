# Shared by the scripts of this folder (POSIX sh). Sourced from the top of the repository.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Where downloads and machine-specific files of this checkout go (git-ignored).
LOCAL=$PWD/.local
SYSTEM_ENV=$LOCAL/system.env
