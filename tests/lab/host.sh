# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the lab needs from the host: two or three Debian packages, and the
# address of a Debian archive.

host_check_cpu() {
	[ "$(uname -m)" = x86_64 ] ||
		die "the virtual machine is User-Mode Linux, which exists on x86-64 only;" \
			"on $(uname -m) use --native, with vivid and vkms loaded"
}

# Prints the names of the packages that are missing.
host_missing() {
	have mmdebstrap || echo mmdebstrap
	have bwrap || echo bubblewrap
	have newuidmap || [ "$(id -u)" -eq 0 ] || echo uidmap
	[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
}

host_packages() {
	local missing sudo=
	missing=$(host_missing | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	have apt-get || die "please install: $missing"
	if [ "$(id -u)" -ne 0 ]; then
		have sudo || die "please install these packages as root: apt-get install $missing"
		sudo=sudo
	fi
	say "installing packages on this machine: $missing"
	host_install "$sudo" "$missing" || {
		say "no luck; refreshing apt's lists and trying again"
		$sudo apt-get update >>"$LAB_CACHE/log/host.log" 2>&1 || true
		host_install "$sudo" "$missing" ||
			die "cannot install $missing: $(explain_log "$LAB_CACHE/log/host.log")"
	}
}

# host_install SUDO "PACKAGES"
host_install() {
	# shellcheck disable=SC2086 # a list of names
	$1 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $2 \
		>>"$LAB_CACHE/log/host.log" 2>&1
}

# The archive to take Debian from: LAB_MIRROR, or what the host itself uses
# for its own release. Empty: mmdebstrap's default.
host_mirror() {
	local codename
	if [ -n "${LAB_MIRROR:-}" ]; then
		printf '%s\n' "$LAB_MIRROR"
		return
	fi
	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || return 0
	have apt-get || return 0
	apt-get -o Debug::NoLocking=1 --print-uris update 2>/dev/null |
		sed -n "s|^'\(http[^']*\)/dists/$codename/InRelease'.*|\1|p" | head -n 1
}

# The host's own settings for reaching an archive, as apt configuration.
host_apt_settings() {
	# Frozen copies of the archive have expired Release files; they are
	# signed all the same.
	echo 'Acquire::Check-Valid-Until "false";'
	echo 'Acquire::Retries "3";'
	! have apt-config || apt-config dump | grep -E '^Acquire::https?::(Proxy|Timeout)' || true
}

# explain_log FILE: what went wrong and what to do, in one sentence.
explain_log() {
	local gone
	gone=$(sed -n "s/^E: Unable to locate package //p; s/^E: Package '\([^']*\)' has no installation candidate/\1/p" "$1" | tail -n 1)
	if [ -n "$gone" ]; then
		echo "the archive has no package '$gone'; name another archive in LAB_MIRROR, or another package in tests/lab/packages or with --kernel; full log: $1"
	elif grep -qE 'No space left on device|not have enough free space' "$1"; then
		echo "the disk is full; free some space or set XDG_CACHE_HOME to a roomier place; full log: $1"
	elif grep -qE 'Could not resolve|[Uu]nable to connect|[Cc]ould not connect|Connection (refused|timed out|failed)|Temporary failure|Network is unreachable|[Cc]onnection timed out' "$1"; then
		echo "the Debian archive cannot be reached; check the network and proxy, or set LAB_MIRROR to an archive that can; full log: $1"
	elif grep -qE '404 +Not Found|does not have a Release file' "$1"; then
		echo "the Debian archive lacks a file it should have; set LAB_MIRROR to another archive or try again later; full log: $1"
	else
		echo "full log: $1"
	fi
}
