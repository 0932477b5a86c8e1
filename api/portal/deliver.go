package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"

	"gongkai/api/portal/page"
)

// packers are gzip writers to be used again: each holds a megabyte.
type packers struct{ pool sync.Pool }

func (p *packers) pack(to *bytes.Buffer, content []byte) error {
	w, ok := p.pool.Get().(*gzip.Writer)
	if !ok {
		w = gzip.NewWriter(nil)
	}
	defer p.pool.Put(w)
	w.Reset(to)
	if _, err := w.Write(content); err != nil {
		return err
	}
	return w.Close()
}

// write answers with a page: compressed where the client takes that, and with
// 304 alone where the client has this very page. A page whose template fails
// is answered with 500 and no more words, for its frame would fail again.
func (p *Portal) write(w http.ResponseWriter, r *http.Request, status int, content page.Page) {
	h := w.Header()
	secure(h)
	var body bytes.Buffer
	if err := p.pages.Render(&body, content); err != nil {
		p.cfg.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		http.Error(w, content.Head().W().FailInternal, http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(content.Head().Lang))
	h.Add("Vary", "Accept-Encoding")
	if status == http.StatusOK {
		sum := sha256.Sum256(body.Bytes())
		tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		h.Set("Cache-Control", "no-cache") // to be asked for each time; 304 is cheap
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if page.AcceptsGzip(r) {
		var packed bytes.Buffer
		if err := p.packers.pack(&packed, body.Bytes()); err == nil {
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	w.WriteHeader(status)
	body.WriteTo(w) //nolint:errcheck // a client that has gone hears nothing
}
