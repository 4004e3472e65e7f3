#!/usr/bin/env bash
# Prove that a newcomer's two commands work on a bare Debian: python3, pip, make, git and no more.
#
#   make fresh-test                  `make demo` and `nodboks demo --once`, as an ordinary user
#   make fresh-test FULL=1           and `make test`, as root
#   make fresh-test SUITES=trixie    one release only
#
# Makes a throw-away Debian with mmdebstrap for each release, puts a clone of HEAD in it and works
# there. Needs root and the Debian packages mmdebstrap and git; passes on the caller's apt and pip
# configuration, so that a mirror, a proxy or a municipality's own certificate works here too.
set -eu -o pipefail

SUITES="${SUITES:-bookworm trixie}"
repository="$(git -C "$(dirname "$0")" rev-parse --show-toplevel)"

if [ "$(id -u)" -ne 0 ]; then
    echo 'fresh-test: run as root, it makes and enters a chroot' >&2
    exit 2
fi
if ! command -v mmdebstrap >/dev/null; then
    echo 'fresh-test: missing mmdebstrap; try: apt-get install mmdebstrap' >&2
    exit 2
fi

# The host's own Debian mirror, if it has one, for another release; else mmdebstrap's default.
sources() {
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sort -u | while IFS='|' read -r origin label uri; do
            case "$origin|$label" in
                'Debian|Debian') echo "deb $uri $1 main"; echo "deb $uri $1-updates main" ;;
                'Debian|Debian-Security') echo "deb $uri $1-security main" ;;
            esac
        done
}

make_root() {
    local suite="$1" root="$2" options="$3"
    apt-config dump | grep -iE '^Acquire::.*(proxy|cainfo)' >"$options" || true
    sources "$suite" | mmdebstrap --quiet --mode=root --variant=apt --aptopt="$options" \
        --include=python3,python3-pip,make,git,ca-certificates,passwd "$suite" "$root" -
}

# pip in the chroot is to find what pip out here finds: the same files, certificates and folders.
pass_on_pip() {
    local root="$1" path
    cp --dereference /etc/resolv.conf /etc/hosts "$root/etc/"
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    install -D --mode=644 --target-directory="$root/etc" /etc/pip.conf 2>/dev/null || true
    local own="${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf"
    # The user's file becomes the chroot's site-wide XDG one: every user in there reads it.
    [ ! -e "$own" ] || install -D --mode=644 "$own" "$root/etc/xdg/pip/pip.conf"
    python3 -m pip config list | grep -oE "(file://)?/[^ ']+" | sort -u | while read -r path; do
        case "$path" in
            file://*) path="$(dirname "${path#file://}")" ;;  # a simple index and its files
        esac
        [ -d "$path" ] || continue
        mkdir -p "$root$path"
        mount --bind "$path" "$root$path"
        mount -o remount,bind,ro "$root$path"
    done
}

mount_system() {
    local root="$1"
    # A root of its own, as on a machine: the keeper looks up which file system a folder lies on.
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mkdir -p "$root/dev/shm" "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
}

# Run a command in the chroot with a clean environment but the caller's proxies and pip settings.
enter() {
    local root="$1" user="$2"
    shift 2
    local passed=()
    while IFS= read -r -d '' pair; do
        passed+=("$pair")
    done < <(env -0 | grep -zE '^(PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE=|[a-z]*_proxy=|[A-Z]*_PROXY=)')
    env -i "${passed[@]}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LANG=C.UTF-8 HOME="$(awk -F: -v u="$user" '$1 == u {print $6}' "$root/etc/passwd")" \
        chroot --userspec="$user:$user" "$root" sh -euc "cd /home/agnes/nodboks; $*" </dev/null
}

# `make demo` on a fresh clone, downloads included, until a page answers; then it is asked to stop.
serve_a_page='
    make demo PORT=18080 </dev/null & demo=$!
    ask="import urllib.request as u; u.urlopen(\"http://127.0.0.1:18080/\", timeout=5)"
    for second in $(seq 180); do
        if python3 -c "$ask" 2>/dev/null; then kill "$demo"; wait "$demo" || true; exit 0; fi
        kill -0 "$demo" 2>/dev/null || exit 1
        sleep 1
    done
    echo "fresh-test: no page within 180 s"
    exit 1'

try_suite() {
    local suite="$1" work="$2" root="$2/root" started=$SECONDS
    make_root "$suite" "$root" "$work/apt.conf"
    mount_system "$root"
    pass_on_pip "$root"
    chroot "$root" useradd --create-home --shell /bin/sh agnes
    git clone --quiet --no-hardlinks "$repository" "$root/home/agnes/nodboks"
    chown -R --reference="$root/home/agnes" "$root/home/agnes/nodboks"
    echo "fresh-test: $suite is ready after $((SECONDS - started)) s; $(enter "$root" agnes \
        'python3 --version; python3 -m pip --version' | tr '\n' ' ')"

    started=$SECONDS
    enter "$root" agnes "$serve_a_page"
    echo "fresh-test: $suite: make demo served its first page after $((SECONDS - started)) s"
    started=$SECONDS
    enter "$root" agnes '.venv/bin/nodboks demo --once --out /tmp/demo; ls -l /tmp/demo/paper'
    echo "fresh-test: $suite: nodboks demo --once took $((SECONDS - started)) s"
    if [ -n "${FULL:-}" ]; then
        started=$SECONDS
        # git, which the wheel test asks for the list of files, wants the folder to be the user's own.
        chown -R root:root "$root/home/agnes/nodboks"
        enter "$root" root 'make test'
        echo "fresh-test: $suite: make test took $((SECONDS - started)) s"
    fi
    echo "fresh-test: $suite: good"
}

if [ "${1:-}" = --inside ]; then
    try_suite "$2" "$3"
    exit
fi

for suite in $SUITES; do
    work="$(mktemp -d "${TMPDIR:-/var/tmp}/nodboks-fresh.XXXXXX")"
    trap 'rm -rf --one-file-system "$work"' EXIT
    # Own mount and process namespaces: whatever happens, no mount and no process is left behind.
    unshare --mount --pid --fork --kill-child --propagation=private \
        "$0" --inside "$suite" "$work"
    rm -rf --one-file-system "$work"
done
