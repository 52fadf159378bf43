# A network for the processes of a cluster: each in a network namespace of its own with its own address, so that what one
# sends to another can be lost. Linux, as root. To be sourced after cluster-layout.sh; uses say and fail of scripts/cluster.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by scripts/cluster

# Network N has the addresses 10.77.N.0/24, which exist in its namespaces and on its bridge only. Names of links may have
# 15 characters: rk-lab-254-m100.
network() { echo "rk-lab-$s_network"; }
namespace_of() { echo "rk-lab-$s_network-$1"; }

# Address of a member, or of `client`: this machine, as the members see it.
host_of() { # id
  [ -n "${s_network:-}" ] || { echo 127.0.0.1; return 0; }
  case "$1" in
    client) echo "10.77.$s_network.254" ;;
    s*) echo "10.77.$s_network.${1#s}" ;;
    m*) echo "10.77.$s_network.$((120 + ${1#m}))" ;;
  esac
}

# Says why this machine cannot have such a network, and fails.
networks_usable() {
  local space=rk-lab-try-$$ tool result=0
  [ "$(uname -s)" = Linux ] || { say "networks of their own are for Linux"; return 1; }
  [ "$(id -u)" = 0 ] || { say "networks of their own need root"; return 1; }
  for tool in ip tc iptables nsenter; do
    command -v "$tool" >/dev/null 2>&1 || { say "networks of their own need the program $tool (scripts/faults/install)"; return 1; }
  done
  ip netns add "$space" 2>/dev/null || { say "this system permits no network namespaces"; return 1; }
  nsenter --net="/run/netns/$space" iptables -A INPUT -m statistic --mode random --probability 0.5 -j DROP 2>/dev/null \
    || { say "iptables does not work in a network namespace here"; result=1; }
  ip netns delete "$space"
  return $result
}

# Sets s_network to a number that nobody uses, and takes it.
claim_network() {
  networks_usable || fail "--networks is not possible here"
  local number
  for ((number = 1; number < 255; number++)); do
    ! ip -4 address show | grep -q " 10\.77\.$number\." || continue
    [ -z "$(ip -4 route show "10.77.$number.0/24")" ] || continue
    if ip link add "rk-lab-$number" type bridge 2>/dev/null; then
      s_network=$number
      return 0
    fi
  done
  fail "there is no free network below 10.77.0.0/16"
}

# Makes the bridge, if it is missing, and gives it to this cluster.
make_network() {
  [ -n "$s_network" ] || return 0
  ip link show "$(network)" >/dev/null 2>&1 || ip link add "$(network)" type bridge
  ip link set "$(network)" alias "$dir" up
  ip address replace "$(host_of client)/24" dev "$(network)"
}

# Connects a process, unless it is.
connect() { # id
  [ -n "$s_network" ] || return 0
  local space
  space=$(namespace_of "$1")
  [ ! -e "/run/netns/$space" ] || return 0
  ip netns add "$space"
  ip link add "$space" type veth peer name eth0 netns "$space"
  ip link set "$space" master "$(network)" up
  ip -n "$space" address add "$(host_of "$1")/24" dev eth0
  ip -n "$space" link set eth0 up
  ip -n "$space" link set lo up
}

# Removes all of it, if it is this cluster's.
remove_network() {
  [ -n "${s_network:-}" ] || return 0
  local path
  ip link show "$(network)" 2>/dev/null | grep -qxF "    alias $dir" || return 0
  for path in /run/netns/"$(network)"-*; do
    [ -e "$path" ] || continue
    # Its cable first: with the namespace alone it would go a moment later.
    ip link delete "${path##*/}" || true
    ip netns delete "${path##*/}" || true
  done
  ip link delete "$(network)" || true
}

need_network() {
  [ -n "$s_network" ] || fail "$command is for a cluster that was made with --networks" 2
}

need_namespace() { # id
  [ -e "/run/netns/$(namespace_of "$1")" ] || fail "'$1' is no member that has been started" 2
}

# Nothing that FROM sends reaches TO any more.
cut_links() { # FROM:TO ...
  need_network
  local link to rules=''
  [ $# -gt 0 ] || fail "cut wants links, such as s1:s2 for what s1 sends to s2" 2
  for link in "$@"; do
    case "$link" in ?*:?*) ;; *) fail "'$link' is no link; one is s1:s2, for what s1 sends to s2" 2 ;; esac
    need_namespace "${link#*:}"
    [ -n "$(host_of "${link%%:*}")" ] || fail "'${link%%:*}' is no member, nor client" 2
  done
  for to in $(printf '%s\n' "$@" | sed 's/.*://' | sort -u); do
    rules=''
    for link in "$@"; do
      [ "${link#*:}" != "$to" ] || rules+="-A INPUT -s $(host_of "${link%%:*}") -j DROP"$'\n'
    done
    printf '*filter\n%sCOMMIT\n' "$rules" | in_namespace "$to" iptables-restore --noflush
  done
}

in_namespace() { # id, program, arguments
  local space
  space=$(namespace_of "$1")
  shift
  nsenter --net="/run/netns/$space" "$@"
}

# Links of members carry no more than this, both ways; what waits longer than a second is dropped.
slow_links() { # rate, ids
  need_network
  local rate=$1 id space
  shift
  for id in "$@"; do
    need_namespace "$id"
    space=$(namespace_of "$id")
    tc -n "$space" qdisc replace dev eth0 root tbf rate "$rate" burst 3200 latency 1s
    tc qdisc replace dev "$space" root tbf rate "$rate" burst 3200 latency 1s
  done
}

# So many of 100 packets are lost, both ways.
lossy_links() { # percent, ids
  need_network
  need_number lossy "$1"
  local percent=$1 id chain
  [ "$percent" -lt 100 ] || fail "lossy wants less than 100 percent, got $percent" 2
  shift
  for id in "$@"; do
    need_namespace "$id"
    for chain in INPUT OUTPUT; do
      in_namespace "$id" iptables -A "$chain" -m statistic --mode random --probability "0.$(printf '%02d' "$percent")" -j DROP
    done
  done
}

# All links are as they were made.
mend_links() {
  need_network
  local path space
  for path in /run/netns/"$(network)"-*; do
    [ -e "$path" ] || continue
    space=${path##*/}
    nsenter --net="$path" iptables -F
    tc -n "$space" qdisc delete dev eth0 root 2>/dev/null || true
    tc qdisc delete dev "$space" root 2>/dev/null || true
  done
}
