package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// Assets are the style sheet, the script and the icon, each under a name that
// holds a hash of its content, so that browsers may keep it for ever.
type Assets struct {
	byName map[string]asset  // portal.3f2a….css -> content
	named  map[string]string // portal.css -> portal.3f2a….css
}

type asset struct {
	content   []byte
	packed    []byte // content in gzip
	mediaType string
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func loadAssets() (*Assets, error) {
	a := &Assets{byName: map[string]asset{}, named: map[string]string{}}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("list the assets: %w", err)
	}
	for _, e := range entries {
		content, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the asset %s: %w", e.Name(), err)
		}
		ext := path.Ext(e.Name())
		sum := sha256.Sum256(content)
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		packed, err := pack(content)
		if err != nil {
			return nil, fmt.Errorf("pack the asset %s: %w", e.Name(), err)
		}
		a.byName[name] = asset{content, packed, mediaTypes[ext]}
		a.named[e.Name()] = name
	}
	return a, nil
}

// URL gives the path of an asset by its plain name.
func (a *Assets) URL(name string) (string, error) {
	hashed, ok := a.named[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + hashed, nil
}

func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Serve answers a request for /assets/<name>; ok is false where there is none.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, name string) (ok bool) {
	file, ok := a.byName[name]
	if !ok {
		return false
	}
	h, content := w.Header(), file.content
	h.Set("Content-Type", file.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	if AcceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		content = file.packed
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return true
}

// AcceptsGzip reports whether the client takes gzip.
func AcceptsGzip(r *http.Request) bool {
	for entry := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, parameters, _ := strings.Cut(entry, ";")
		if coding = strings.TrimSpace(coding); !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		weight, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !ok || (err == nil && q > 0)
	}
	return false
}
