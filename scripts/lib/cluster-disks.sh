# A disk for each process of a cluster: an ext4 image of its own, so that it can be full, and lose its power. Linux, as root.
# To be sourced after cluster-layout.sh; uses dir, say and fail of scripts/cluster.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by scripts/cluster

# Sparse: takes what is written to it.
DISK_SIZE=1G

# Where a process keeps its data: on its disk, if it has one. Beside it is room for what fills the disk.
data_of() { # process
  if [ "${s_disks:-}" = yes ]; then echo "$dir/$1/disk/data"; else echo "$dir/$1/data"; fi
}

# Says why this machine cannot have such disks, and fails.
disks_usable() {
  local tool place result=0
  [ "$(uname -s)" = Linux ] || { say "disks of their own are for Linux"; return 1; }
  [ "$(id -u)" = 0 ] || { say "disks of their own need root"; return 1; }
  for tool in mkfs.ext4 mount umount losetup perl fallocate truncate mountpoint df; do
    command -v "$tool" >/dev/null 2>&1 || { say "disks of their own need the program $tool (scripts/faults/install)"; return 1; }
  done
  place=$(mktemp -d)
  mkdir "$place/disk"
  if ! { truncate -s 16M "$place/image" && mkfs.ext4 -q -F "$place/image" && mount -o loop "$place/image" "$place/disk"; } 2>/dev/null; then
    say "this system permits no loop mounts"
    result=1
  else
    cut_power "$place/disk" 2>/dev/null || { say "this file system cannot be shut down"; result=1; }
    umount "$place/disk" || result=1
  fi
  rm -rf "$place"
  return $result
}

# Makes the disk of a process, if it is missing, and mounts it, unless it is.
attach_disk() { # process
  [ "$s_disks" = yes ] || return 0
  ! mountpoint -q "$dir/$1/disk" || return 0
  mkdir -p "$dir/$1/disk"
  if [ ! -f "$dir/$1/disk.image" ]; then
    truncate -s "$DISK_SIZE" "$dir/$1/disk.image.new"
    mkfs.ext4 -q -F -m 0 "$dir/$1/disk.image.new"
    mv "$dir/$1/disk.image.new" "$dir/$1/disk.image"
  fi
  mount -o loop,noatime "$dir/$1/disk.image" "$dir/$1/disk"
}

detach_disks() { # processes that have ended
  [ "${s_disks:-}" = yes ] || return 0
  local id tries
  for id in "$@"; do
    tries=0
    while mountpoint -q "$dir/$id/disk" && ! umount "$dir/$id/disk" 2>/dev/null; do
      tries=$((tries + 1))
      [ $tries -lt 50 ] || { say "the disk of $id is busy"; return 1; }
      sleep 0.1
    done
  done
}

need_disks() {
  [ "$s_disks" = yes ] || fail "$command is for a cluster that was made with --disks" 2
}

# Fills disks until so much of 100 is taken; 100 leaves nothing.
fill_disks() { # percent, processes
  need_disks
  need_number fill "$1"
  local percent=$1 id size free want
  shift
  for id in "$@"; do
    read -r size free < <(df --block-size=1 --output=size,avail "$dir/$id/disk" | tail -n 1)
    # The last bit is for what comes after: nothing could be reserved in one piece if it were counted too.
    want=$((free - size * (100 - percent) / 100 - 1048576))
    [ $want -le 0 ] || fallocate -l $want "$dir/$id/disk/full" 2>/dev/null \
      || dd if=/dev/zero of="$dir/$id/disk/full" bs=64K count=$((want / 65536)) 2>/dev/null || true
    # What is left over is taken too, whatever is written meanwhile.
    [ "$percent" -lt 100 ] || dd if=/dev/zero of="$dir/$id/disk/full.rest" bs=4K 2>/dev/null || true
  done
}

free_disks() { # processes
  need_disks
  local id
  for id in "$@"; do rm -f "$dir/$id/disk/full" "$dir/$id/disk/full.rest"; done
}

# What has not been written through to the disk is lost: the file system stops as it is, its own log included.
cut_power() { # directory of the mount
  # EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH
  perl -e 'open(my $disk, "<", $ARGV[0]) or die "$!\n"; my $how = pack("L", 2); ioctl($disk, 0x8004587D, $how) or die "$!\n"' "$1"
}

# The power of these processes fails, at the same time.
power_off() { # processes
  need_disks
  local id
  for id in "$@"; do ! is_running "$id" || kill -KILL "$found"; done
  for id in "$@"; do cut_power "$dir/$id/disk"; done
  for id in "$@"; do await_end "$id"; done
  detach_disks "$@"
}
