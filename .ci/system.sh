#!/bin/sh
# Makes sure of the system libraries: `system.sh pdf` (Pango and a font, for the PDF reports), `system.sh browser`
# (Chromium as well, for the browser tests). Already there: nothing to do. Debian as root: apt-get. Debian as an
# ordinary user: the packages are unpacked under .local/system. Elsewhere: one sentence says what to install.
# CIAS_FORCE_LOCAL_SYSTEM=1 takes the third way whatever is installed.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

PDF_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core"
# Chromium without its desktop: the tests ask nothing else of it, and pages cost it a third less to open.
LIGHT=chromium-headless-shell
BROWSER_PACKAGES="$LIGHT fonts-dejavu-core"
ROOT=$LOCAL/system/root
FORCED=${CIAS_FORCE_LOCAL_SYSTEM:-}
want=${1:-pdf}

# Written from scratch each time, so that it never names something removed since.
write_env() {
    mkdir -p "$LOCAL"
    {
        if [ -d "$ROOT" ]; then
            libraries=$(find "$ROOT/lib" "$ROOT/usr/lib" -maxdepth 3 -name 'lib*.so*' -not -path '*/chromium/*' 2>/dev/null | sed 's|/[^/]*$||' | sort -u | paste -sd: -)
            printf 'export LD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n' "$libraries"
            printf 'export FONTCONFIG_FILE="%s"\n' "$LOCAL/system/fonts.conf"
        fi
        [ -z "$browser" ] || printf 'export CHROMIUM="%s"\n' "$browser"
    } >"$SYSTEM_ENV.new"
    mv "$SYSTEM_ENV.new" "$SYSTEM_ENV"
}

has_pdf() {
    .ci/with-system .venv/bin/python -I - 2>/dev/null <<'PYTHON'
import ctypes, ctypes.util, os, pathlib, sys
for name in ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig"):
    try:
        ctypes.CDLL(f"lib{name}.so.{1 if name == 'fontconfig' else 0}")
    except OSError:
        ctypes.CDLL(ctypes.util.find_library(name) or sys.exit(1))
places = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", os.path.expanduser("~/.fonts"), ".local/system/root/usr/share/fonts"]
sys.exit(not any(next(pathlib.Path(p).glob(f"**/*.{end}"), None) for p in places for end in ("ttf", "otf")))
PYTHON
}

browser=
find_browser() {
    browser=
    for name in "${CHROMIUM:-}" "$LOCAL/system/chromium" "$LIGHT" chromium chromium-browser google-chrome google-chrome-stable; do
        [ -n "$name" ] || continue
        [ -z "$FORCED" ] || [ "$name" = "$LOCAL/system/chromium" ] || continue
        path=$(command -v "$name" 2>/dev/null) || continue
        # Ubuntu's chromium-browser only says to install a snap.
        if "$path" --version >/dev/null 2>&1; then browser=$path; return 0; fi
    done
    return 1
}

satisfied() {
    if [ -n "$FORCED" ]; then [ -d "$ROOT/usr/share/fonts" ] || return 1; fi
    has_pdf || return 1
    [ "$want" != browser ] || find_browser
}

apt_install() {
    say "Installing with apt-get: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "$@" >"$LOCAL/apt.log" 2>&1 && return
    apt-get update -q >>"$LOCAL/apt.log" 2>&1 || true
    apt-get install -y -q --no-install-recommends "$@" >>"$LOCAL/apt.log" 2>&1
}

with_apt() {
    # shellcheck disable=SC2086
    apt_install $packages || die "apt-get could not install $packages: see $LOCAL/apt.log."
}

# Debian's Chromium is there already: its light form spares minutes of tests, which do without when it does not come.
lighten() {
    [ "$want" = browser ] && [ -z "$FORCED" ] && [ -z "${CHROMIUM:-}" ] && [ "${browser##*/}" = chromium ] || return 0
    [ "$(id -u)" = 0 ] && dpkg-query -W -f '${Status}' chromium 2>/dev/null | grep -q ' installed$' || return 0
    apt_install "$LIGHT" || say "Going on with $browser: see $LOCAL/apt.log."
    find_browser
}

# An ordinary user cannot install Debian packages, but may download and unpack them.
unpacked() {
    say "Unpacking the Debian packages $packages and what they need under .local/system"
    apt=$LOCAL/system/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$ROOT"
    installed=/var/lib/dpkg/status
    if [ -n "$FORCED" ]; then installed=$apt/nothing-installed; : >"$installed"; fi
    set -- -q -y -o Dir::State="$apt" -o Dir::State::status="$installed" -o Dir::Cache="$apt/cache" \
        -o Dir::Log="$apt" -o Debug::NoLocking=true -o APT::Sandbox::User= --no-install-recommends
    apt-get "$@" update >"$LOCAL/apt.log" 2>&1 || true
    # shellcheck disable=SC2086
    apt-get "$@" --download-only install $packages >>"$LOCAL/apt.log" 2>&1 \
        || die "the Debian packages $packages could not be downloaded: see $LOCAL/apt.log, or ask an administrator to install them."
    for package in "$apt"/cache/archives/*.deb; do
        # The C library must stay the machine's own, the one its loader goes with.
        case ${package##*/} in libc6_* | libgcc-s1_* | libstdc++6_* | gcc-*-base_* | libcrypt1_*) continue ;; esac
        dpkg -x "$package" "$ROOT" || die "$package could not be unpacked in $ROOT."
    done
    rm -rf "$apt"
    write_fonts
    [ ! -x "$ROOT/usr/lib/chromium/$LIGHT" ] || write_wrapper
}

write_fonts() {
    cat >"$LOCAL/system/fonts.conf" <<XML
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>$ROOT/usr/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir>$LOCAL/system/font-cache</cachedir>
  <include ignore_missing="yes">$ROOT/usr/share/fontconfig/conf.avail/30-metric-aliases.conf</include>
  <include ignore_missing="yes">$ROOT/usr/share/fontconfig/conf.avail/45-latin.conf</include>
  <include ignore_missing="yes">$ROOT/usr/share/fontconfig/conf.avail/60-latin.conf</include>
</fontconfig>
XML
}

# Debian's own script in /usr/bin names its program by an absolute path.
write_wrapper() {
    cat >"$LOCAL/system/chromium" <<'SH'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../system.env"
exec "$here/root/usr/lib/chromium/chromium-headless-shell" "$@"
SH
    chmod +x "$LOCAL/system/chromium"
    write_env
}

find_browser || true
write_env
if ! satisfied; then
    packages=$PDF_PACKAGES
    [ "$want" != browser ] || packages="$packages $BROWSER_PACKAGES"
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg >/dev/null 2>&1; then
        die "Pango 1.44 or newer and a font are needed for the PDF reports, and Chromium for the browser tests: install them with your package manager (Fedora: dnf install pango chromium; macOS: brew install pango and Google Chrome), then run this again."
    fi
    if [ -z "$FORCED" ] && [ "$(id -u)" = 0 ]; then with_apt; else unpacked; fi
    write_env
    satisfied || die "Pango or Chromium still does not work after their installation: see $LOCAL/apt.log."
fi
lighten
write_env
