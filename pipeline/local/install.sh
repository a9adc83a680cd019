#!/bin/sh
# Installs what is missing: Debian packages, the Python environment, the jars.
# Each step leaves a stamp with a hash of what it was made from, as its last act, so that a whole
# one is skipped without network and a half-finished one is done again.
set -eu
cd "$(dirname "$0")/../.."
home=${DAPING_HOME:-$HOME/.daping}
packages=""

say() { printf '==> %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
want() { have "$1" || packages="$packages $2"; }
fresh() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

python_works() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
        >/dev/null 2>&1
}

find_python() {
    for name in python3.11 python3.12 python3; do
        if python_works "$name"; then echo "$name"; return; fi
    done
}

# Debian 12 has Java 17, Debian 13 has 21.
first_package() {
    for name in "$@"; do
        if apt-cache show "$name" 2>/dev/null | grep -q '^Version'; then echo "$name"; return; fi
    done
    echo "$1"
}

list_packages() {
    want redis-server redis-server
    want setpriv util-linux
    if ! fc-list :lang=zh 2>/dev/null | grep -q .; then packages="$packages fonts-noto-cjk"; fi
    have fc-list || packages="$packages fontconfig"
    if ! fresh "$home/jars/.installed" "$jars_key"; then want mvn maven; fi
    if ! fresh .venv/.installed "$python_key"; then
        want cc gcc # crcmod, which Flink's Python needs, comes as source only
        have uv || [ -n "$(find_python)" ] || packages="$packages python3 python3-venv python3-dev"
    fi
    if [ "${1:-}" = --tests ]; then
        want chromium chromium
        want chromedriver chromium-driver
    fi
    if ! have java && [ -z "${JAVA_HOME:-}" ]; then
        packages="$packages $(first_package openjdk-17-jre-headless openjdk-21-jre-headless)"
    fi
}

install_packages() {
    [ -n "$packages" ] || return 0
    if ! have apt-get; then
        echo "error: please install the equivalents of:$packages" >&2
        exit 1
    fi
    line="apt-get install -y --no-install-recommends$packages"
    if [ "$(id -u)" = 0 ]; then
        say "installing Debian packages:$packages"
        as=""
    elif [ -t 0 ] && have sudo; then
        printf 'Missing:%s\nRun: sudo %s ? [y/N] ' "$packages" "$line"
        read -r answer
        [ "$answer" = y ] || exit 1
        as=sudo
    else
        printf 'error: missing:%s\n  run: sudo %s\n' "$packages" "$line" >&2
        exit 1
    fi
    $as apt-get update
    # shellcheck disable=SC2086  # a list of words is meant
    DEBIAN_FRONTEND=noninteractive $as $line
}

install_python() {
    fresh .venv/.installed "$python_key" && .venv/bin/python -c '' 2>/dev/null && return
    say "Python environment in .venv (about 1.6 GB; some minutes the first time)"
    if ! python_works .venv/bin/python; then
        rm -rf .venv
        if have uv; then
            uv venv --seed --python "$(find_python | grep . || echo 3.11)" .venv
        else
            python=$(find_python)
            [ -n "$python" ] || { echo "error: Python 3.11 or 3.12 is needed" >&2; exit 1; }
            "$python" -m venv .venv
        fi
    fi
    rm -f .venv/.installed
    # Everything is pinned, and two pins override what a package asks for: no resolving again.
    if have uv; then
        uv pip install --python .venv/bin/python --no-deps -r requirements.txt
    else
        .venv/bin/python -m pip install --no-deps --disable-pip-version-check -r requirements.txt
    fi
    echo "$python_key" >.venv/.installed
}

install_jars() {
    fresh "$home/jars/.installed" "$jars_key" && return
    say "jars of the Kafka broker and of Flink's connector in $home/jars (55 MB)"
    for profile in broker flink; do
        rm -rf "$home/jars/$profile.new"
        mvn -B -ntp -f pom.xml -P "$profile" dependency:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$home/jars/$profile.new"
        rm -rf "${home:?}/jars/$profile"
        mv "$home/jars/$profile.new" "$home/jars/$profile"
    done
    echo "$jars_key" >"$home/jars/.installed"
}

# What the JVMs load, kept as an archive: a start then takes a third less of the processor.
install_class_archives() {
    made_by=$(cat pipeline/local/flink*.py pipeline/local/broker.py pipeline/local/class_archive*.py pipeline/sql/*.py \
        pipeline/jobs/*.py pipeline/catalogue/*.toml | sha256sum)
    key="$jars_key $python_key $made_by $(pwd)"
    ls "$home"/jars/archives/kafka-*.jsa >/dev/null 2>&1 &&
        grep -qxF "$key" "$home/jars/archives/.made" 2>/dev/null && return
    say "archives of Java classes in $home/jars/archives, so that starts are quick (half a minute)"
    mkdir -p "$home/jars/archives"
    if .venv/bin/python -m pipeline.local.class_archive_making "$home"; then
        echo "$key" >>"$home/jars/archives/.made"
    else
        say "no archives could be made; everything works without them, starts take longer"
    fi
}

python_key=$(sha256sum <requirements.txt)
jars_key=$(sha256sum <pom.xml)
list_packages "$@"
install_packages
install_python
install_jars
install_class_archives
