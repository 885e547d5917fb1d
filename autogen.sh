#!/bin/sh
# Makes ./configure and the build-aux files. Needed once after a clone and after a change of
# configure.ac or a Makefile.inc (make does the latter by itself).
set -eu
cd "$(dirname "$0")"
for pair in autoreconf:autoconf automake:automake pkg-config:pkg-config; do
    if ! command -v "${pair%%:*}" >/dev/null 2>&1; then
        echo "autogen.sh: ${pair%%:*} is missing: install the Debian package ${pair##*:}" \
            "(tools/install-deps installs everything)" >&2
        exit 1
    fi
done
exec autoreconf -fi
