package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// freshness says how an answer may be kept and how it is named.
type freshness struct {
	tag      string    // names the content in all encodings; "" gives no ETag
	pinned   bool      // the URL names a version, so that its content never changes while it is there
	private  bool      // made for one department
	hosted   bool      // has URLs that begin as the request's Host says, which no shared cache may keep
	modified time.Time // zero gives no Last-Modified
}

// nameOf makes a tag of all that decides an answer's bytes.
func nameOf(parts ...any) string {
	sum := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(sum, "%v\x00", p)
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:18])
}

// etag names the bytes of one encoding. It is strong where the URL pins a
// version, or where the bytes are those of a file; else weak: the same URL
// means something else tomorrow.
func (f freshness) etag(encoding string, strong bool) string {
	tag := `"` + f.tag + `"`
	if encoding != identity {
		tag = `"` + f.tag + "-" + encoding + `"`
	}
	if !strong {
		tag = "W/" + tag
	}
	return tag
}

// set writes the headers of caching.
func (f freshness) set(h http.Header, encoding string, strong bool) {
	if f.tag != "" {
		h.Set("ETag", f.etag(encoding, strong))
	}
	if !f.modified.IsZero() {
		h.Set("Last-Modified", f.modified.UTC().Format(http.TimeFormat))
	}
	whose := "public"
	if f.hosted {
		whose = "private"
	}
	switch {
	case f.private:
		h.Set("Cache-Control", "private, no-cache")
	case f.tag == "":
		h.Set("Cache-Control", "no-store")
	case f.pinned: // short, for a version can be withdrawn
		h.Set("Cache-Control", whose+", max-age=300")
	default:
		h.Set("Cache-Control", whose+", max-age=30, must-revalidate")
	}
}

// unchanged reports whether the client already has what the headers name.
func unchanged(r *http.Request, h http.Header) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if have := r.Header.Values("If-None-Match"); len(have) > 0 {
		want := strings.TrimPrefix(h.Get("ETag"), "W/")
		for _, tag := range strings.Split(strings.Join(have, ","), ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if want != "" && (tag == want || tag == "*") {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return false
	}
	modified, err := http.ParseTime(h.Get("Last-Modified"))
	return err == nil && !modified.After(since)
}

// prepare negotiates and answers 304 where it can; done reports that it did.
// It comes before the work: what the client has costs no query.
func (s *Server) prepare(w http.ResponseWriter, r *http.Request, mediaType string, f freshness) (encoding string, done bool, err error) {
	if err := mustAccept(r, mediaType); err != nil {
		return "", false, err
	}
	if encoding, err = encodingFor(r, true); err != nil {
		return "", false, err
	}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	f.set(h, encoding, f.pinned)
	if unchanged(r, h) {
		w.WriteHeader(http.StatusNotModified)
		return encoding, true, nil
	}
	h.Set("Content-Type", mediaType)
	if encoding != identity {
		h.Set("Content-Encoding", encoding)
	}
	return encoding, false, nil
}

const jsonType = "application/json"

// reply answers with v as JSON, named by its own bytes.
func (s *Server) reply(w http.ResponseWriter, r *request, status int, v any, f freshness) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		f.tag = nameOf(buf.String())
	}
	f.private = f.private || r.who != (catalog.Actor{})
	f.hosted = s.cfg.BaseURL == ""
	encoding, done, err := s.prepare(w, r.Request, jsonType, f)
	if err != nil || done {
		return err
	}
	return s.send(w, r.Request, status, encoding, buf.Bytes())
}

// Bodies that are at hand wait in memory for their readers. Readers who take
// large ones slowly must not fill it: beyond maxHeld the next is asked to wait.
const (
	largeBody = 1 << 20
	maxHeld   = 256 << 20
)

// send writes a body that is at hand in an encoding that was negotiated.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, encoding string, body []byte) error {
	body, err := s.pack(encoding, body)
	if err != nil {
		return err
	}
	return s.deliver(w, r, status, body)
}

// pack encodes a body as negotiated.
func (s *Server) pack(encoding string, body []byte) ([]byte, error) {
	if encoding == identity {
		return body, nil
	}
	var packed bytes.Buffer
	enc, back := s.encoders.open(encoding, &packed)
	defer back()
	if _, err := enc.Write(body); err != nil {
		return nil, fmt.Errorf("compress the answer: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("compress the answer: %w", err)
	}
	return packed.Bytes(), nil
}

// deliver writes a body that is encoded already.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	if n := int64(len(body)); n > largeBody {
		defer s.held.Add(-n)
		if s.held.Add(n) > maxHeld {
			return catalog.Errorf(catalog.Busy, "try again later, ask for smaller pages, or download the table with export",
				"too many large pages are waiting for their readers")
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}

// stream runs write with a writer that encodes as negotiated. An error after
// the first byte ends the connection, so that nobody takes a part for the whole.
func (s *Server) stream(w http.ResponseWriter, encoding string, write func(io.Writer) error) error {
	if encoding == identity {
		return write(w)
	}
	enc, back := s.encoders.open(encoding, w)
	defer back()
	if err := write(&eager{enc: enc, out: w}); err != nil {
		return err
	}
	return enc.Close()
}

// eager pushes the first bytes of a stream through its compressor, which
// would keep them back until it has enough: somebody waits for a sign of life.
type eager struct {
	enc  encoder
	out  http.ResponseWriter
	sent bool
}

// Flush pushes out what the compressor holds.
func (e *eager) Flush() error {
	if err := e.enc.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(e.out).Flush()
}

func (e *eager) Write(p []byte) (int, error) {
	n, err := e.enc.Write(p)
	if err != nil || e.sent {
		return n, err
	}
	e.sent = true
	return n, e.Flush()
}
