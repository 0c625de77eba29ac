#!/bin/bash
# roots.sh - real Siril 1.2.6 and 1.4.x for the tests, next to the host's own Siril.
#
# What it is for: this project writes, lints, runs and verifies Siril calibration scripts, and
# Siril changed its commands and headers between 1.0, 1.2 and 1.4.  Tests that only look at text
# prove little, so the "real Siril" tests run each supported series.  Debian bookworm packages
# 1.0.6; trixie packages 1.2.6 and forky a 1.4.x.  This script makes one small Debian root folder
# for each of the latter two and puts two ordinary commands in front of them:
#
#     DIR/bin/siril-cli-1.2      DIR/bin/siril-cli-1.4
#
# They take the same arguments as siril-cli, keep its exit status, see the caller's files under
# the same absolute paths, and start in the caller's working directory with LC_ALL=C.
# Tests that need a real Siril look for these commands and skip where they are absent:
# nothing in the package needs them, and nothing downloads them by itself.
#
#     roots.sh [DIR] [--only 1.2|1.4] [--rebuild] [--no-python]
#
# DIR defaults to .siril-roots (about 2 GB, three minutes; keep it out of git).  Safe to run again:
# a finished root is kept, an unfinished one redone.  Safe to run twice at once: the second waits.
# The 1.4 root also gets what scripts inside Siril need: PyQt6 and this project's dependencies, from PyPI.
# Needs root, Debian (written for bookworm), python3 and the package debootstrap.  No Docker, no daemon.
# All mounts are made in private mount namespaces: they end with the process that made them.
#
# Environment: SIRIL_ROOTS_MIRROR  Debian mirror to use instead of the one apt is configured with.
# For the wrappers: SIRIL_ROOTS_BIND  further host folders (a:b:c) to show inside; the folders at
#   the top level of the host other than the system's own, and the working directory, are shown
#   already.  SIRIL_LC_ALL  a locale other than C.  HOME is private to each root unless the caller
#   set it to something other than the user's home; XDG_* and TMPDIR are honoured where set.
#   SIRIL_ROOTS_EXEC=1  run the first argument inside the root in place of siril-cli.
set -euo pipefail
umask 022

RECIPE=1            # raise when a finished root has to be made anew
only='' rebuild='' python=1 dir=''
while [ $# -gt 0 ]; do
  case $1 in
    --only) only=${2:?--only needs 1.2 or 1.4}; shift ;;
    --only=*) only=${1#*=} ;;
    --rebuild) rebuild=1 ;;
    --no-python) python= ;;
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    -*) echo "roots: unknown option $1" >&2; exit 2 ;;
    *) [ -z "$dir" ] || { echo "roots: one folder only" >&2; exit 2; }; dir=$1 ;;
  esac
  shift
done
case $only in ''|1.2|1.4) ;; *) echo "roots: --only takes 1.2 or 1.4" >&2; exit 2 ;; esac
say() { printf 'roots: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || die "must run as root (debootstrap, chroot and mount need it)"
for t in debootstrap unshare flock chroot setsid python3; do
  PATH=$PATH:/usr/sbin:/sbin command -v "$t" >/dev/null || die "missing command: $t"
done
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

mkdir -p "${dir:=.siril-roots}"
dir=$(cd "$dir" && pwd -P)
[ "$dir" != / ] || die "not in /"
self=$(readlink -f "$0")
project=$(cd "$(dirname "$self")/../.." && pwd -P)

# A private mount namespace for the whole run: whatever debootstrap or we mount is gone when the
# last process of this run ends, even after SIGKILL.
if [ "${SIRIL_ROOTS_NS-}" != "$$" ]; then
  args=("$dir"); [ -z "$only" ] || args+=(--only "$only")
  [ -z "$rebuild" ] || args+=(--rebuild); [ -n "$python" ] || args+=(--no-python)
  SIRIL_ROOTS_NS=$$ exec unshare --mount --propagation private -- /bin/bash "$self" "${args[@]}"
fi
unset SIRIL_ROOTS_NS

# ---------------------------------------------------------------- where packages come from
# The mirror this machine's apt already uses for Debian's main archive; never a name of our own.
find_mirror() {
  [ -z "${SIRIL_ROOTS_MIRROR-}" ] || { printf '%s\n' "$SIRIL_ROOTS_MIRROR"; return; }
  local id='' VERSION_CODENAME=''
  # shellcheck disable=SC1091
  id=$(. /etc/os-release; printf %s "${ID-}") VERSION_CODENAME=$(. /etc/os-release; printf %s "${VERSION_CODENAME-}")
  [ "$id" = debian ] || return 0
  { apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages'
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages'
  } 2>/dev/null | awk -v rel="$VERSION_CODENAME" '
      $3=="main" && $1 ~ /^(https?|ftp|file):/ && ($2==rel || $2=="stable" || $2=="testing" || $2=="unstable" || $2=="sid") {print $1; exit}' || true
}
mirror=$(find_mirror)
ca=
for f in "${SSL_CERT_FILE-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
  if [ -n "$f" ] && [ -r "$f" ]; then ca=$f; break; fi
done
keyring=
for f in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
  if [ -r "$f" ]; then keyring=$f; break; fi
done

# Long commands run as a session of their own, so that a signal to this script ends them at once.
job='' spot=''
run() { setsid --wait "$@" </dev/null & job=$!; local rc=0; wait "$job" || rc=$?; job=; return "$rc"; }
cleanup() {
  trap - EXIT INT TERM HUP
  if [ -n "$job" ]; then kill -TERM -- "-$job" 2>/dev/null || true; wait "$job" 2>/dev/null || true; fi
  if [ -n "$spot" ]; then umount -R -l "$spot" 2>/dev/null || true; rmdir "$spot" 2>/dev/null || true; fi
  rm -f "$dir"/bin/siril-cli-*.??????
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

bootstrap() {   # bootstrap SUITE TARGET LOG
  local suite=$1 target=$2 log=$3 scripts=/usr/share/debootstrap/scripts rc=0 check at
  for check in yes no; do
    rm -rf --one-file-system "$target"; mkdir "$target"
    at=$target
    if [[ $target == *[!A-Za-z0-9._/+-]* ]]; then   # debootstrap cannot work in a path with spaces:
      spot=$(mktemp -d /tmp/ampglow-roots.XXXXXX)      # it sees the target under a plain name
      mount --bind "$target" "$spot"; at=$spot
    fi
    local opts=(--variant=minbase) args=("$suite" "$at")
    if [ $check = no ]; then opts+=(--no-check-gpg); elif [ -n "$keyring" ]; then opts+=(--keyring="$keyring"); fi
    if [ -n "$mirror" ]; then args+=("$mirror"); fi
    if [ ! -e "$scripts/$suite" ]; then        # an older debootstrap does not know newer suites:
      [ -n "$mirror" ] || args+=("")           # all suites since bookworm are made as sid is
      args+=("$scripts/sid")
    fi
    rc=0; run debootstrap "${opts[@]}" "${args[@]}" >>"$log" 2>&1 || rc=$?
    if [ -n "$spot" ]; then umount -R "$spot" || umount -R -l "$spot"; rmdir "$spot"; spot=; fi
    [ $rc != 0 ] && [ $check = yes ] && grep -qiE 'unknown key|NO_PUBKEY' "$log" || break
    say "WARNING: the installed Debian keyring lacks the key of $suite; its base is taken UNCHECKED"
  done
  if [ -L "$target/proc" ]; then rm "$target/proc"; mkdir "$target/proc"; fi
  return $rc
}

inside() {      # inside ROOT COMMAND... : as a bare root shell would, no terminal, no prompts
  local r=$1; shift
  run chroot "$r" /usr/bin/env -i PATH="$PATH" HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
    "$@"
}

build() {       # build SERIES SUITE PACKAGES...
  local series=$1 suite=$2; shift 2
  local root=$dir/root-$series part=$dir/root-$series.part log=$dir/build-$series.log v
  if [ -z "$rebuild" ] && [ "$(sed -n 's/^recipe=//p' "$root/.siril-root" 2>/dev/null)" = "$RECIPE" ]; then
    say "$series: kept ($(sed -n 's/^version=//p' "$root/.siril-root"))"; return 0
  fi
  say "$series: building from Debian $suite (log: $log)"
  : >"$log"
  bootstrap "$suite" "$part" "$log" || { tail -n 20 "$log" >&2; die "$series: debootstrap of $suite failed"; }

  # apt and dpkg inside: mirrors and caches may be stale, this root is disposable and shows no docs
  cat >"$part/etc/apt/apt.conf.d/90siril-roots" <<-'CONF'
	Acquire::Check-Valid-Until "false";
	Acquire::Retries "3";
	Acquire::Languages "none";
	APT::Install-Recommends "false";
	CONF
  apt-config dump 2>/dev/null | grep -E '^Acquire::(https?|ftp)::Proxy|^Acquire::Check-Date' >>"$part/etc/apt/apt.conf.d/90siril-roots" || true
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' >"$part/etc/dpkg/dpkg.cfg.d/siril-roots"
  printf '#!/bin/sh\nexit 101\n' >"$part/usr/sbin/policy-rc.d"; chmod 755 "$part/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf "$part/etc/resolv.conf"
  put_ca() { [ -z "$ca" ] || { mkdir -p "$part/etc/ssl/certs"; cat "$ca" >"$part/etc/ssl/certs/ca-certificates.crt"; }; }
  put_ca
  mount -t proc proc "$part/proc"
  { inside "$part" apt-get -o Acquire::Check-Valid-Until=false update -q &&
    inside "$part" apt-get -o Acquire::Check-Valid-Until=false install -q -y --no-install-recommends ca-certificates "$@" &&
    inside "$part" apt-get clean
  } >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "$series: installing $* failed"; }
  put_ca                        # the host's trust, not only Debian's: Siril's own pip uses it
  rm -rf "$part"/var/lib/apt/lists/*
  umount "$part/proc"
  mkdir -p "$part/var/lib/siril-home"; chmod 1777 "$part/var/lib/siril-home"
  v=$(chroot "$part" dpkg-query -W -f '${Version}' siril)
  case $v in
    "$series".*) ;;
    *) die "$series: $suite now packages siril $v; adjust the suite in $0" ;;
  esac
  printf 'recipe=%s\nsuite=%s\nversion=%s\n' "$RECIPE" "$suite" "$v" >"$part/.siril-root"
  rm -rf --one-file-system "$root"
  mv "$part" "$root"
  say "$series: built, siril $v"
}

wrapper() {     # wrapper SERIES : (re)write DIR/bin/siril-cli-SERIES, atomically
  local series=$1 out=$dir/bin/siril-cli-$1 tmp
  mkdir -p "$dir/bin"; tmp=$(mktemp "$out.XXXXXX")
  { printf '#!/bin/bash\n# written by roots.sh; runs Siril %s of this folder on the files of this machine\nseries=%s\n' "$series" "$series"
    cat <<'WRAP'
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)/root-$series
[ -e "$root/.siril-root" ] || { echo "siril-cli-$series: $root is not there: run roots.sh" >&2; exit 127; }
uid=$(id -u)
if [[ "${SIRIL_ROOTS_STAGE-}" != "$$:"* ]]; then        # 1st stage: into a mount namespace of our own
  ns=(unshare --mount --propagation private)
  [ "$uid" = 0 ] || ns+=(--map-root-user)         # works where the kernel lets users do so
  SIRIL_ROOTS_STAGE=$$:$uid exec "${ns[@]}" -- /bin/bash "$(readlink -f "$0")" "$@"
fi
uid=${SIRIL_ROOTS_STAGE#*:}
unset SIRIL_ROOTS_STAGE
cwd=$PWD
show() {                                          # the host's folder at the same place inside
  [ -d "$1" ] || return 0
  { [ -d "$root$1" ] || mkdir -p "$root$1"; } 2>/dev/null && mount --rbind "$1" "$root$1" 2>/dev/null || return 0
}
for d in /*; do
  case $d in
    /bin|/boot|/dev|/etc|/lib|/lib32|/lib64|/libx32|/lost+found|/proc|/run|/sbin|/sys|/usr|/var) ;;
    *) show "$d" ;;
  esac
done
case $cwd in /usr/*|/var/*|/run/*|/etc/*|/boot/*) extra=$cwd ;; *) extra= ;; esac
IFS=: read -r -a more <<<"${SIRIL_ROOTS_BIND-}:/var/tmp:$extra"
for d in "${more[@]}"; do [ -z "$d" ] || show "$d"; done
for d in /proc /sys /dev; do mount --rbind "$d" "$root$d" 2>/dev/null || true; done
for f in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
  [ -r "$f" ] || continue
  { [ -e "$root$f" ] || : >"$root$f"; } 2>/dev/null && mount --bind "$f" "$root$f" 2>/dev/null || true
done
# A caller that set HOME on purpose keeps it; otherwise preferences and Siril's Python
# environment live in this root, never in the user's own configuration.
home=$(getent passwd "$uid" | cut -d: -f6) || home=
priv=/var/lib/siril-home
if [ -z "${HOME-}" ] || [ "$HOME" = "$home" ]; then
  HOME=$priv
  if [ "$uid" != 0 ]; then HOME=/tmp/siril-home-$uid-$series; mkdir -p "$HOME"; fi
fi
# Siril 1.4 keeps its Python environment under XDG_DATA_HOME; a new one needs a package index, and
# 1.4.2 aborts in mid-script when it cannot make one.  So the one made with the root serves.
export XDG_DATA_HOME="${XDG_DATA_HOME:-$priv/.local/share}"
export HOME LC_ALL="${SIRIL_LC_ALL:-C}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ca=/etc/ssl/certs/ca-certificates.crt
export PIP_CERT=$ca SSL_CERT_FILE=$ca REQUESTS_CA_BUNDLE=$ca
unset LANG PYTHONPATH PYTHONHOME VIRTUAL_ENV LD_PRELOAD LD_LIBRARY_PATH
prog=(siril-cli)
if [ "${SIRIL_ROOTS_EXEC-}" = 1 ]; then prog=(); fi
if [ "$series" = 1.2 ]; then
  # siril-cli 1.2.5 and 1.2.6 need an X display.  One server per call, which chooses its own
  # number (no race between parallel tests) and dies with Siril; we exec, so that the process the
  # caller started *is* siril-cli and gets its signals.
  exec {x}< <(exec chroot "$root" /usr/bin/setpriv --pdeathsig TERM /usr/bin/Xvfb -displayfd 1 -nolisten tcp -screen 0 640x480x24 </dev/null 2>/dev/null)
  n=; read -r -t 30 -u "$x" n || true
  exec {x}<&-
  [ -n "$n" ] || { echo "siril-cli-$series: Xvfb did not start" >&2; exit 126; }
  export DISPLAY=:$n; unset XAUTHORITY WAYLAND_DISPLAY
fi
exec chroot "$root" /usr/bin/env -C "$cwd" "${prog[@]}" "$@"
WRAP
  } >"$tmp"
  chmod 755 "$tmp"; mv -f "$tmp" "$out"
}

smoke() {       # smoke SERIES : the binary starts and names its version
  local series=$1 v
  v=$(cd / && "$dir/bin/siril-cli-$series" -v 2>/dev/null | sed -n 's/^siril v\{0,1\}//p' | tail -n 1) || true
  case $v in
    "$series".*) say "$series: $dir/bin/siril-cli-$series is Siril $v" ;;
    *) die "$series: siril-cli does not run (said '${v:-nothing}')" ;;
  esac
}

warm_python() { # make Siril 1.4's own Python environment once (it needs a package index), or say why not
  local root=$dir/root-1.4 t rc=0
  [ ! -e "$root/.siril-python" ] || return 0
  t=$(mktemp -d)
  printf 'import sirilpy, sys\nopen(sys.argv[1], "w").write(sirilpy.__version__)\n' >"$t/hello.py"
  printf 'requires 1.4.0\npyscript "%s" "%s"\n' "$t/hello.py" "$t/out" >"$t/s.ssf"
  (cd "$t" && timeout 300 "$dir/bin/siril-cli-1.4" -s s.ssf -d "$t") >"$dir/python-1.4.log" 2>&1 || rc=$?
  if [ -s "$t/out" ]; then
    cp "$t/out" "$root/.siril-python"; say "1.4: sirilpy $(cat "$t/out") ready"
  else
    say "1.4: NOTE: Siril's Python environment could not be made (status $rc, see $dir/python-1.4.log); pyscript will not work"
  fi
  rm -rf "$t"
}

window_python() { # what the scripts for Siril's own Python need: a Qt with its libraries, our dependencies
  local root=$dir/root-1.4 venv=/var/lib/siril-home/.local/share/siril/venv log=$dir/window-1.4.log wants
  [ -e "$root/.siril-python" ] || return 0
  wants=$(python3 -c 'import sys, tomllib
print("PyQt6", *tomllib.load(open(sys.argv[1], "rb"))["project"]["dependencies"], sep="\n")' "$project/pyproject.toml")
  [ "$(cat "$root/.siril-window" 2>/dev/null)" != "$wants" ] || return 0
  say "1.4: adding PyQt6 and the dependencies of this project to Siril's Python environment (log: $log)"
  mount -t proc proc "$root/proc"
  { inside "$root" apt-get -o Acquire::Check-Valid-Until=false update -q &&
    inside "$root" apt-get install -q -y --no-install-recommends fonts-dejavu-core libdbus-1-3 libegl1 libfontconfig1 \
      libgl1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxkbcommon-x11-0 &&
    inside "$root" apt-get clean
  } >"$log" 2>&1 || { umount "$root/proc"; tail -n 20 "$log" >&2; die "1.4: installing the libraries of Qt failed"; }
  umount "$root/proc"
  rm -rf "$root"/var/lib/apt/lists/*
  # as Siril's scripts do it, in the environment that Siril made; the wrapper brings pip's settings of this machine
  (cd / && SIRIL_ROOTS_EXEC=1 "$dir/bin/siril-cli-1.4" /bin/sh -c "exec $venv/bin/python -m pip install -q --disable-pip-version-check -r /dev/stdin") \
    <<<"$wants" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "1.4: pip could not install into Siril's environment"; }
  printf '%s\n' "$wants" >"$root/.siril-window"
  say "1.4: Siril's Python environment is complete"
}

exec 9>"$dir/.lock"
flock -n 9 || { say "another run is at work in $dir; waiting"; flock 9; }
one() {
  case $1 in
    1.2) build 1.2 trixie siril xvfb ;;
    1.4) build 1.4 forky siril python3 python3-venv python3-pip ;;
  esac
  wrapper "$1"; smoke "$1"
}
for s in 1.2 1.4; do
  [ -z "$only" ] || [ "$only" = "$s" ] || continue
  one "$s"
  [ "$s" = 1.2 ] || [ -z "$python" ] || { warm_python; window_python; }
done
