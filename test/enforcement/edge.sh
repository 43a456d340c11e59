#!/usr/bin/env bash
# Hosts outside of the test bed's cluster, in a network namespace of their own: somebody's server on the internet, and
# what answers at the metadata address of a cloud. Only pods are led to them. As root, while the node is up.
# usage: edge.sh up | down
set -euo pipefail
name=enforcement link=enf0 table=7312
hosts=(203.0.113.7 169.254.169.254) ports=(80 443)
bridge=tb0 pods=10.244.0.0/16
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

down() {
  local pid
  for pid in $(ip netns pids $name 2>/dev/null); do kill "$pid" || true; done
  ip rule del iif $bridge lookup $table 2>/dev/null || true
  ip link del $link 2>/dev/null || true
  ip netns del $name 2>/dev/null || true
}

up() {
  local host
  ip netns add $name
  ip link add $link type veth peer name eth0 netns $name
  sysctl -qw net.ipv4.conf.$link.rp_filter=2
  ip address add 198.51.100.1/32 dev $link
  ip link set $link up
  ip -n $name link set lo up
  ip -n $name link set eth0 up
  ip -n $name route add 198.51.100.1/32 dev eth0
  ip -n $name route add $pods via 198.51.100.1
  ip rule add iif $bridge lookup $table
  for host in "${hosts[@]}"; do
    ip -n $name address add "$host/32" dev eth0
    ip route add "$host/32" dev $link table $table
    ip netns exec $name setsid python3 "$here/pods/answer.py" "$host" "$host" "${ports[@]}" </dev/null >/dev/null 2>&1 &
  done
  # The test bed keeps pods on this machine; this is on it too.
  iptables -t mangle -I TESTBED-EDGE -i $bridge -o $link -j ACCEPT
  iptables -t mangle -I TESTBED-EDGE -i $link -o $bridge -j ACCEPT
}

case ${1:-} in
  up) down; up ;;
  down) down ;;
  *) echo "usage: $0 up | down" >&2; exit 2 ;;
esac
