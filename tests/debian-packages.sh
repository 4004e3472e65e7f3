#!/bin/sh
# Install the Debian packages of the tests (debian-packages.txt, or the list named) when run as root;
# otherwise name what is missing and go on: what needs it skips and says so. Called by `make test`
# and `make bench`.
set -eu
list="${1:-$(dirname "$0")/debian-packages.txt}"
policy=/usr/sbin/policy-rc.d

command -v dpkg-query >/dev/null || exit 0
missing=''
for package in $(sed 's/#.*//' "$list"); do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null |
        grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "make: some will skip; for all of them: sudo apt-get install$missing"
    exit 0
fi

# Tests start what they need themselves: no daemon may start because its package arrived. 101 is
# Debian's way to say "not allowed"; whatever policy was here before is put back.
kept="$(mktemp -d)"
restore() {
    rm -f "$policy"
    [ ! -e "$kept/policy-rc.d" ] || mv "$kept/policy-rc.d" "$policy"
    rm -rf "$kept"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM
[ ! -e "$policy" ] || mv "$policy" "$kept/"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "make: installing Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Install-Recommends=false "$@" >/dev/null; }
# shellcheck disable=SC2086  # one word per package
apt update && apt install $missing ||
    echo "make: apt-get could not install all of them; some will skip"
