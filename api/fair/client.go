package fair

import (
	"fmt"
	"net/netip"
	"strings"
)

// Client is who shares: an address or a key. It is small and has no pointers,
// for there may be hundreds of thousands.
type Client struct {
	of   [16]byte
	kind byte // '4', '6' or 'k'
}

// Address is a client without a key: its address, of IPv6 the network of 64
// bits, for that is what one household has.
func Address(ip netip.Addr) Client {
	ip = ip.Unmap()
	c := Client{kind: '6', of: ip.As16()}
	if ip.Is4() {
		c.kind = '4'
		return c
	}
	clear(c.of[8:])
	return c
}

// String tells clients apart; it is nothing to be read.
func (c Client) String() string { return string(append(c.of[:], c.kind)) }

// Key is a client with the key of a number.
func Key(number int64) Client {
	c := Client{kind: 'k'}
	for i := range 8 {
		c.of[i] = byte(number >> (8 * i))
	}
	return c
}

// Loopback are the addresses of the machine itself.
func Loopback() []netip.Prefix {
	return []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), 8), netip.PrefixFrom(netip.IPv6Loopback(), 128)}
}

// Sender finds out who sends a request that came from peer with the values of
// X-Forwarded-For. Each proxy writes there, on the right, who it was asked by:
// what a trusted one wrote is believed, and the first from the right who is
// not trusted is the client, whatever stands left of it.
func Sender(peer netip.Addr, forwarded []string, trusted []netip.Prefix) netip.Addr {
	client := peer.Unmap().WithZone("")
	rest := strings.Join(forwarded, ",")
	for rest != "" && contains(trusted, client) {
		i := strings.LastIndexByte(rest, ',')
		next, ok := parse(strings.TrimSpace(rest[i+1:]))
		if !ok {
			return client
		}
		client = next
		rest = rest[:max(i, 0)]
	}
	return client
}

func contains(list []netip.Prefix, ip netip.Addr) bool {
	for _, p := range list {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// parse reads an address as proxies write it, perhaps with a port.
func parse(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		ip = with.Addr()
	}
	return ip.Unmap().WithZone(""), true
}

// ParseProxies reads a list of networks and addresses, separated by commas.
func ParseProxies(text string) ([]netip.Prefix, error) {
	list := []netip.Prefix{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if ip, err := netip.ParseAddr(part); err == nil {
			ip = ip.Unmap().WithZone("")
			list = append(list, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, err
		}
		if p.Bits() == 0 {
			return nil, fmt.Errorf("%s trusts everybody, and anybody could say to be anybody", p)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}
