#!/usr/bin/env bash
# The browser and the spreadsheet that the tests marked `browser` look at pages and workbooks with.
#
#   programs.sh have       whether both are installed
#   programs.sh install    Debian's packages, if root and they can be had
set -eu

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null &&
    { command -v soffice || command -v libreoffice; } >/dev/null
}

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  local get="timeout 600 apt-get -qq -o Acquire::http::Timeout=15 -o Acquire::Retries=0"
  $get install -y --no-install-recommends chromium libreoffice-calc >&2 && return
  $get update >&2 || true
  $get install -y --no-install-recommends chromium libreoffice-calc >&2
}

case "${1-}" in
  have | install) "$1" ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
