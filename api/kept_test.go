package api

import (
	"fmt"
	"testing"
)

func TestKeptPages(t *testing.T) {
	var k keptPages
	if _, ok := k.get("a"); ok {
		t.Fatal("nothing was kept, something was found")
	}
	k.put(&keptPage{name: "large", body: make([]byte, keptBody+1)})
	if _, ok := k.get("large"); ok {
		t.Error("a body beyond the limit was kept")
	}
	const pages = 2 * keptBytes / keptBody
	for i := range pages {
		k.put(&keptPage{name: fmt.Sprint(i), body: make([]byte, keptBody)})
		if _, ok := k.get("0"); !ok { // asked for all the time
			t.Fatalf("the page asked for last was dropped at %d", i)
		}
	}
	if _, ok := k.get("1"); ok {
		t.Error("the page not asked for the longest time is still there")
	}
	if p, ok := k.get(fmt.Sprint(pages - 1)); !ok || len(p.body) != keptBody {
		t.Error("the newest page is not there")
	}
	if k.bytes > keptBytes || len(k.at) != k.order.Len() {
		t.Errorf("%d bytes, %d names, %d pages", k.bytes, len(k.at), k.order.Len())
	}
}
