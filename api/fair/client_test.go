package fair_test

import (
	"net/netip"
	"testing"

	"gongkai/api/fair"
)

func TestAddress(t *testing.T) {
	of := func(text string) fair.Client { return fair.Address(netip.MustParseAddr(text)) }
	for _, same := range [][2]string{
		{"192.0.2.7", "::ffff:192.0.2.7"}, {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"}, {"fe80::1%eth0", "fe80::2"},
	} {
		if of(same[0]) != of(same[1]) {
			t.Errorf("%s and %s are two clients", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"192.0.2.7", "192.0.2.8"}, {"2001:db8:1:2::", "2001:db8:1:3::"}, {"::", "0.0.0.0"}} {
		if of(other[0]) == of(other[1]) {
			t.Errorf("%s and %s are one client", other[0], other[1])
		}
	}
	if fair.Key(1) == fair.Key(2) || fair.Key(1) == of("::") || fair.Key(1).String() == fair.Key(2).String() {
		t.Error("keys are not told apart")
	}
}

func TestSender(t *testing.T) {
	proxies, err := fair.ParseProxies("127.0.0.0/8, ::1, 10.0.0.0/8,2001:db8:ffff::/48")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"192.0.2.1", nil, "192.0.2.1"},
		{"192.0.2.1", []string{"198.51.100.9"}, "192.0.2.1"}, // nobody believes a stranger
		{"127.0.0.1", []string{"198.51.100.9"}, "198.51.100.9"},
		{"::ffff:127.0.0.1", []string{"198.51.100.9"}, "198.51.100.9"},
		{"127.0.0.1", []string{"203.0.113.5, 198.51.100.9"}, "198.51.100.9"},                       // what the client wrote itself stands left
		{"127.0.0.1", []string{"203.0.113.5", "198.51.100.9, 10.1.2.3"}, "198.51.100.9"},           // two proxies, two fields
		{"127.0.0.1", []string{"198.51.100.9, 192.168.1.1"}, "192.168.1.1"},                        // a private network is not trusted for being one
		{"127.0.0.1", []string{"10.0.0.9, 10.1.2.3"}, "10.0.0.9"},                                  // all trusted: who stands farthest
		{"127.0.0.1", []string{"198.51.100.9, unknown"}, "127.0.0.1"},                              // nobody knows who asked
		{"127.0.0.1", []string{"198.51.100.9, unknown, 10.1.2.3"}, "10.1.2.3"},                     //
		{"127.0.0.1", []string{""}, "127.0.0.1"},                                                   //
		{"127.0.0.1", []string{","}, "127.0.0.1"},                                                  //
		{"127.0.0.1", []string{"198.51.100.9:4711"}, "198.51.100.9"},                               //
		{"127.0.0.1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},                               //
		{"127.0.0.1", []string{"2001:db8::7, [2001:db8:ffff::1]"}, "2001:db8::7"},                  //
		{"2001:db8:ffff::2", []string{"2001:db8::7"}, "2001:db8::7"},                               //
		{"fe80::1%eth0", []string{"198.51.100.9"}, "fe80::1"},                                      //
		{"10.0.0.1", []string{"198.51.100.9, 127.0.0.1, 10.0.0.2, 127.0.0.1"}, "198.51.100.9"},     //
		{"10.0.0.1", []string{"1.2.3.4,5.6.7.8,9.9.9.9", "8.8.8.8", "::ffff:10.0.0.2"}, "8.8.8.8"}, //
	} {
		if got := fair.Sender(netip.MustParseAddr(c.peer), c.forwarded, proxies); got.String() != c.want {
			t.Errorf("%s with %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	nobody, err := fair.ParseProxies(" ")
	if err != nil || nobody == nil || fair.Sender(netip.MustParseAddr("127.0.0.1"), []string{"198.51.100.9"}, nobody).String() != "127.0.0.1" {
		t.Errorf("an empty list: %v, %v", nobody, err)
	}
	for _, bad := range []string{"10.0.0.0/40", "proxy.example", "10.0.0.0/8;::1", "0.0.0.0/0", "::/0"} {
		if _, err := fair.ParseProxies(bad); err == nil {
			t.Errorf("%q is taken for a list of networks", bad)
		}
	}
	for _, p := range fair.Loopback() {
		if !p.IsValid() || !p.Addr().IsLoopback() {
			t.Errorf("%s", p)
		}
	}
}

func FuzzSender(f *testing.F) {
	for _, seed := range []string{"198.51.100.9", "a, ::1, 10.0.0.1", "[::1]:80,", ",,,", "10.0.0.1%eth0"} {
		f.Add(seed)
	}
	proxies := fair.Loopback()
	f.Fuzz(func(t *testing.T, text string) {
		stranger := netip.MustParseAddr("192.0.2.1")
		if got := fair.Sender(stranger, []string{text}, proxies); got != stranger {
			t.Fatalf("a stranger passes for %s", got)
		}
		if got := fair.Sender(stranger, []string{text}, append(proxies, netip.MustParsePrefix("192.0.2.1/32"))); !got.IsValid() {
			t.Fatalf("%q gives no client", text)
		}
	})
}
