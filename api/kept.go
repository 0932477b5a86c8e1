package api

import (
	linked "container/list"
	"sync"
)

// keptBytes is how much memory pages of rows are kept in, and keptBody how
// large one of them may be.
const (
	keptBytes = 32 << 20
	keptBody  = 256 << 10
)

// keptPages keeps the pages of rows, facets and statistics that were asked for
// last, encoded. What a
// page says follows from its tag alone, and whether the reader may see it was
// settled before; a version that is withdrawn is not asked for here.
type keptPages struct {
	mu    sync.Mutex
	at    map[string]*linked.Element
	order *linked.List // the one asked for last in front
	bytes int
}

// keptPage is an answer as it was sent.
type keptPage struct {
	name  string // tag and encoding
	links []string
	body  []byte
}

// size is about what a page takes up.
func (p *keptPage) size() int {
	const overhead = 512
	return len(p.body) + overhead
}

func (k *keptPages) get(name string) (*keptPage, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.at[name]
	if !ok {
		return nil, false
	}
	k.order.MoveToFront(e)
	return e.Value.(*keptPage), true
}

func (k *keptPages) put(p *keptPage) {
	if len(p.body) > keptBody {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == nil {
		k.at, k.order = map[string]*linked.Element{}, linked.New()
	}
	if _, ok := k.at[p.name]; ok {
		return
	}
	k.at[p.name] = k.order.PushFront(p)
	for k.bytes += p.size(); k.bytes > keptBytes; {
		old := k.order.Remove(k.order.Back()).(*keptPage)
		delete(k.at, old.name)
		k.bytes -= old.size()
	}
}
