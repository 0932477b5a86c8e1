package api

import (
	"runtime/debug"
	"sync/atomic"
	"time"
)

// largePage is how many bytes of text make a page worth giving its memory back
// to the system, which the runtime would keep for minutes.
const largePage = 8 << 20

// tidier gives memory back some time after large pages, once for all that came
// until then.
type tidier struct{ due atomic.Bool }

const tidyPause = 500 * time.Millisecond

func (t *tidier) soon() {
	if t.due.Swap(true) {
		return
	}
	time.AfterFunc(tidyPause, func() {
		t.due.Store(false)
		debug.FreeOSMemory()
	})
}
