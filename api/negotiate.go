package api

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"gongkai/catalog"
)

// preference is one entry of an Accept header.
type preference struct {
	name string
	q    float64
}

// preferences reads an Accept or Accept-Encoding header; what it cannot read
// it leaves out.
func preferences(values []string) []preference {
	var all []preference
	for _, part := range strings.Split(strings.Join(values, ","), ",") {
		name, params, _ := strings.Cut(part, ";")
		p := preference{strings.ToLower(strings.TrimSpace(name)), 1}
		if p.name == "" {
			continue
		}
		for _, param := range strings.Split(params, ";") {
			key, value, _ := strings.Cut(param, "=")
			if strings.EqualFold(strings.TrimSpace(key), "q") {
				q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				if err != nil || q < 0 || q > 1 {
					q = 0
				}
				p.q = q
			}
		}
		all = append(all, p)
	}
	return all
}

// accepts reports whether the Accept header of r allows the media type, also
// under one of its other names.
func accepts(r *http.Request, mediaType string, others ...string) bool {
	return quality(r, mediaType, others...) > 0
}

// quality is how much the Accept header of r likes the media type, from 0 to 1.
func quality(r *http.Request, mediaType string, others ...string) float64 {
	values := r.Header.Values("Accept")
	if strings.Trim(strings.Join(values, ""), " \t,") == "" { // an empty list excludes nothing
		return 1
	}
	kind, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return 0
	}
	group, _, _ := strings.Cut(kind, "/")
	best, q := 0, 0.0
	for _, p := range preferences(values) {
		rank := 0
		switch p.name {
		case kind:
			rank = 3
		case group + "/*":
			rank = 2
		case "*/*":
			rank = 1
		default:
			if slices.Contains(others, p.name) {
				rank = 2
			}
		}
		if rank > best {
			best, q = rank, p.q
		}
	}
	return q
}

// mustAccept is the error for an Accept header that excludes the media type.
func mustAccept(r *http.Request, mediaType string, others ...string) error {
	if accepts(r, mediaType, others...) {
		return nil
	}
	e := catalog.Errorf(notAcceptable, "ask for "+mediaType+", or leave out the header Accept",
		"this URL answers %s, which the header Accept excludes", mediaType)
	e.Field = "Accept"
	return e
}

// wanted chooses the language of a problem: the one of the parameter lang, else
// that which Accept-Language likes most, for readers of neither English. Who
// says nothing gets both, Chinese first. The tag is for Content-Language.
func wanted(r *http.Request) (in func(catalog.Text) string, tag string) {
	lang := catalog.Lang(r.URL.Query().Get("lang"))
	if lang != catalog.ZH && lang != catalog.EN {
		lang = ""
		best := 0.0
		for _, p := range preferences(r.Header.Values("Accept-Language")) {
			if p.name == "*" || p.q <= best {
				continue
			}
			best, lang = p.q, catalog.EN
			if p.name == "zh" || strings.HasPrefix(p.name, "zh-") {
				lang = catalog.ZH
			}
		}
	}
	if lang != "" {
		return func(t catalog.Text) string { return t.In(lang) }, string(lang)
	}
	return func(t catalog.Text) string {
		if t.ZH == t.EN {
			return t.EN
		}
		return t.ZH + " / " + t.EN
	}, string(catalog.ZH) + ", " + string(catalog.EN)
}

// The encodings that bodies are sent in.
const (
	identity = "identity"
	gzipped  = "gzip"
	zstdied  = "zstd"
)

// encodingFor picks the encoding of a body: the one with the highest q, of
// equals the smallest result. Where compress is false only identity is there.
func encodingFor(r *http.Request, compress bool) (string, error) {
	values := r.Header.Values("Accept-Encoding")
	if len(values) == 0 {
		return identity, nil
	}
	q := map[string]float64{}
	rest, star := 0.0, false
	for _, p := range preferences(values) {
		switch name := strings.TrimPrefix(p.name, "x-"); name {
		case "*":
			rest, star = p.q, true
		default:
			q[name] = p.q
		}
	}
	offered := []string{zstdied, gzipped, identity}
	if !compress {
		offered = offered[2:]
	}
	best, bestQ := "", 0.0
	for _, name := range offered {
		have, given := q[name]
		switch {
		case !given && star:
			have = rest
		case !given && name == identity:
			have = 0.001 // acceptable unless it is excluded, but never preferred
		}
		if have > bestQ {
			best, bestQ = name, have
		}
	}
	if best == "" {
		e := catalog.Errorf(notAcceptable, "leave out the header Accept-Encoding, or allow identity",
			"the header Accept-Encoding excludes every encoding that is served here")
		e.Field = "Accept-Encoding"
		return "", e
	}
	return best, nil
}

// encoders are kept, for each costs some hundred kilobytes to make.
type encoders struct{ gzip, zstd sync.Pool }

// encoder is a compressor between a handler and the connection.
type encoder interface {
	io.WriteCloser
	Reset(io.Writer)
	Flush() error
}

// open gives a compressor into w; back returns it after Close.
func (e *encoders) open(encoding string, w io.Writer) (enc encoder, back func()) {
	pool, fresh := &e.gzip, func() encoder { return gzip.NewWriter(io.Discard) }
	if encoding == zstdied {
		pool, fresh = &e.zstd, newZstd
	}
	enc, ok := pool.Get().(encoder)
	if !ok {
		enc = fresh()
	}
	enc.Reset(w)
	return enc, func() { enc.Reset(io.Discard); pool.Put(enc) }
}

func newZstd() encoder {
	enc, err := zstd.NewWriter(io.Discard, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20)) // browsers refuse windows over 8 MB
	if err != nil {
		panic(err) // the options are constants
	}
	return enc
}
