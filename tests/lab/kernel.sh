# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The VM's kernel: User-Mode Linux from Debian's linux-source packages,
# compiled inside the Debian root.

# What sources to keep: nothing of other hardware but its Kconfig files.
KERNEL_LEAVE_OUT=(
	'*/Documentation/*/*' '*/tools/perf/*' '*/tools/testing/*' '*.dts' '*.dtsi'
	'linux-source-*/arch/[a-t]*/*.[chS]' 'linux-source-*/sound/*.[ch]'
	'*/drivers/gpu/drm/amd/*.[ch]' '*/drivers/gpu/drm/nouveau/*.[ch]'
	'*/drivers/gpu/drm/i915/*.[ch]' '*/drivers/gpu/drm/xe/*.[ch]'
	'*/drivers/gpu/drm/msm/*.[ch]' '*/drivers/gpu/drm/radeon/*.[ch]'
	'*/drivers/net/ethernet/*.[ch]' '*/drivers/net/wireless/*.[ch]'
	'*/drivers/scsi/*.[ch]' '*/drivers/infiniband/*.[ch]' '*/drivers/staging/*.[ch]'
)

# kernel_dir VERSION: where that kernel is, or will be. VERSION is like 6.12,
# or "newest" for the newest that the archive has.
kernel_dir() {
	printf '%s/kernel-%s-%s\n' "$LAB_CACHE" "$1" "$(key "$LAB_DIR"/kernel/* "$LAB_DIR/kernel.sh" </dev/null)"
}

# kernel_make VERSION DIR ROOT
kernel_make() {
	local tmp=$2.tmp log=$LAB_CACHE/log/kernel-$1.log version=$1 dir=$2
	need_space 2000 "$LAB_CACHE"
	rm -rf "$tmp"
	mkdir -p "$tmp/src" "$tmp/apt/lists/partial" "$tmp/apt/cache/archives/partial"
	: >"$log"
	kernel_lists "$3" "$tmp" >>"$log" 2>&1 ||
		# An archive without backports: fine, the suite has sources too.
		grep -q 'trixie-backports.* does not have a Release file' "$log" ||
		die "the list of kernel sources could not be fetched: $(explain_log "$log")"
	if [ "$version" = newest ]; then
		version=$(kernel_newest "$3" "$tmp")
		dir=$(kernel_dir "$version")
	fi
	if [ ! -e "$dir" ]; then
		kernel_fetch "$version" "$3" "$tmp" "$log"
		kernel_compile "$version" "$3" "$tmp" "$log"
		mkdir "$tmp/done"
		mv "$tmp/out/linux" "$tmp/out/.config" "$tmp/done/"
		mv "$tmp/done" "$dir"
	fi
	[ "$dir" = "$2" ] || ln -sfn "$(basename "$dir")" "$2"
	rm -rf "$tmp"
}

# kernel_box ROOT TMP COMMAND...: in the root, with the root's own apt looking
# at lists of ours; the network is the host's.
kernel_box() {
	local root=$1 tmp=$2
	shift 2
	box "$root" --bind "$tmp" /k --chdir /k --ro-bind-try /etc/resolv.conf /etc/resolv.conf \
		--setenv APT_CONFIG /k/apt.conf -- "$@"
}

# kernel_lists ROOT TMP: fetches the package lists of the suite and its backports.
kernel_lists() {
	local mirror
	mirror=$(sed -n 's|^deb \(\[[^]]*\] \)*\([^ ]*\) .*|\2|p' "$1/etc/apt/sources.list" | head -n 1)
	printf 'deb %s %s main\n' "$mirror" trixie "$mirror" trixie-backports >"$2/apt/sources.list"
	{
		host_apt_settings
		cat <<-'EOF'
			Dir::State "/k/apt";
			Dir::State::status "/dev/null";
			Dir::Cache "/k/apt/cache";
			Dir::Etc::sourcelist "/k/apt/sources.list";
			Dir::Etc::sourceparts "/dev/null";
			APT::Sandbox::User "root";
			Acquire::Languages "none";
			APT::Update::Error-Mode "any";
		EOF
	} >"$2/apt.conf"
	kernel_box "$1" "$2" apt-get update
}

# kernel_newest ROOT TMP
kernel_newest() {
	local newest
	newest=$(kernel_box "$1" "$2" apt-cache pkgnames linux-source- |
		sed -n 's/^linux-source-\([0-9]*\.[0-9]*\)$/\1/p' | sort -V | tail -n 1)
	case $newest in
	'') die "the archive has no linux-source package" ;;
	6.12) say "the archive's backports have no newer kernel: falling back to linux-source-6.12" ;;
	esac
	echo "$newest"
}

# kernel_fetch VERSION ROOT TMP LOG
kernel_fetch() {
	say "fetching the sources of kernel $1 (about 150 MB)"
	# shellcheck disable=SC2016 # for the inner shell
	kernel_box "$2" "$3" sh -ec '
		version=$1
		shift
		apt-get download "linux-source-$version"
		dpkg-deb --fsys-tarfile linux-source-*.deb |
			tar -xO --wildcards "./usr/src/linux-source-*.tar.xz" |
			tar -xJ -C src --strip-components=1 "$@"
		rm linux-source-*.deb' \
		fetch "$1" "${KERNEL_LEAVE_OUT[@]/#/--exclude=}" >>"$4" 2>&1 ||
		die "the sources of kernel $1 could not be fetched: $(explain_log "$4")"
}

# kernel_compile VERSION ROOT TMP LOG
kernel_compile() {
	say "compiling kernel $1 (about three minutes on two cores)"
	mkdir "$3/out"
	box "$2" --bind "$3" /k --ro-bind "$LAB_DIR/kernel" /lab --chdir /k/src \
		-- sh /lab/build "$(nproc)" >>"$4" 2>&1 ||
		die "kernel $1 could not be built: $(kernel_complaint "$4"); full log: $4"
}

# kernel_complaint LOG: the line that says why.
kernel_complaint() {
	grep -E 'tests/lab/kernel/|error:|Error [0-9]|No space left' "$1" | head -n 1 || true
}
