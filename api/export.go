package api

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// namesVersion reports whether a form says inside which version it is of, or
// what its columns are called there.
func namesVersion(f export.Form) bool { return !f.Format.Compressible() || f.Labels }

// export answers a download: of the whole table a file that was made once, of
// a part of it a stream.
func (s *Server) export(w http.ResponseWriter, r *request) error {
	format, err := export.ParseFormat(r.params.Text("format"))
	if err != nil {
		return err
	}
	form, err := formOf(r, format)
	if err != nil {
		return err
	}
	if err := mustAccept(r.Request, format.MediaType(), "application/octet-stream"); err != nil {
		return err
	}
	ref, err := s.table(r)
	if err != nil {
		return err
	}
	q, bound, err := exported(r, ref)
	if err != nil {
		return err
	}
	if err := s.deprecated(w, r, ref, bound); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Disposition", disposition(ref, format, bound.WholeTable()))
	h.Add("Link", describedBy(r, ref))
	if bound.WholeTable() && form.Plain() {
		file, err := s.cfg.Library.Export(r.Context(), ref, format)
		if err == nil {
			return s.exportFile(w, r, ref, file, format)
		}
		if catalog.KindOf(err) != catalog.Full {
			return err
		}
		// No room to keep the file: reading goes on, without ranges.
		s.log.WarnContext(r.Context(), "stream what cannot be stored", "request_id", requestID(r.Context()), "error", err)
	}
	return s.exportRows(w, r, ref, q, bound, form)
}

// exported is what a download asks for: all rows of its query or, by the name of
// rows, the first ones of them, with their places in the source where these
// are asked for.
func exported(r *request, ref *datasets.Ref) (query.Request, *query.Bound, error) {
	q := queryOf(r)
	q.Limit, q.Most = query.Unlimited, r.params.Int("limit")
	bound, err := query.Bind(q, ref.Table, ref.Version.ContentHash)
	if err != nil || !r.params.Bool("source") {
		return q, bound, err
	}
	if err := rowsOnly(r, bound); err != nil {
		return q, nil, err
	}
	given, all := map[string]bool{}, len(q.Select) == 0
	for _, c := range bound.Columns() {
		given[c.Name] = true
		if all {
			q.Select = append(q.Select, query.Name(c.Name))
		}
	}
	for _, name := range []string{catalog.ColumnRow, catalog.ColumnKind} {
		if !given[name] {
			q.Select = append(q.Select, name)
		}
	}
	bound, err = query.Bind(q, ref.Table, ref.Version.ContentHash)
	return q, bound, err
}

// exportPackage answers with a whole version as a Frictionless data package.
func (s *Server) exportPackage(w http.ResponseWriter, r *request) error {
	if err := mustAccept(r.Request, "application/zip", "application/octet-stream"); err != nil {
		return err
	}
	d, v, err := s.cfg.Library.Version(r.Context(), r.who, r.params.Text("dataset"), r.params.Text("version"))
	if err != nil {
		return err
	}
	file, err := s.cfg.Library.Package(r.Context(), d, v, datasets.PackageInfo{Homepage: pageURL(r.base, d)})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Disposition", `attachment; filename="`+d.Slug+"-v"+strconv.Itoa(v.Number)+`.zip"`)
	f := s.freshness(r, &datasets.Ref{Dataset: d, Version: v})
	f.tag = file.SHA256
	if f.modified.IsZero() {
		f.modified = file.ModTime
	}
	f.set(h, identity, true)
	h.Set("Content-Type", "application/zip")
	in, err := os.Open(file.Path)
	if err != nil {
		return fmt.Errorf("open the data package: %w", err)
	}
	defer in.Close()
	return serveContent(w, r.Request, f.modified, in)
}

// formOf reads what is wished for beside the format.
func formOf(r *request, format export.Format) (export.Form, error) {
	delimiter, err := export.ParseDelimiter(r.params.Text("delimiter"))
	if err != nil {
		return export.Form{}, err
	}
	if delimiter == ',' {
		delimiter = 0 // the usual one
	}
	form := export.Form{Format: format, Labels: r.params.Bool("labels"), BOM: r.params.Bool("bom"), Delimiter: delimiter}
	if r.params.Bool("excel") {
		safe := export.ForExcel()
		form.Labels, form.BOM, form.Guarded = safe.Labels, safe.BOM, safe.Guarded
	}
	return form, form.Check()
}

// exportFile answers with a stored file: identity with ranges, or compressed
// where the client asks for that and not for a range.
func (s *Server) exportFile(w http.ResponseWriter, r *request, ref *datasets.Ref, file *datasets.File, format export.Format) error {
	if unit, _, _ := strings.Cut(r.Header.Get("Range"), "="); !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		r.Header.Del("Range") // a unit that is not known asks for nothing (RFC 9110, 14.2)
	}
	encoding, err := encodingFor(r.Request, format.Compressible() && r.Header.Get("Range") == "")
	if err != nil {
		return err
	}
	var packed *datasets.File // where it was made before
	if encoding != identity {
		if packed, err = s.cfg.Library.Packed(r.Context(), file, datasets.Encoding(encoding)); err != nil {
			return err
		}
	}
	f := s.freshness(r, ref)
	f.tag = file.SHA256
	if packed != nil {
		f.tag = packed.SHA256
	}
	if f.modified.IsZero() {
		f.modified = file.ModTime
	}
	h := w.Header()
	if format.Compressible() {
		h.Add("Vary", "Accept-Encoding")
	}
	f.set(h, encoding, encoding == identity || packed != nil) // what is packed on the way is no file
	h.Set("Content-Type", format.MediaType())
	if encoding != identity && unchanged(r.Request, h) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if packed != nil {
		file = packed
	}
	in, err := os.Open(file.Path)
	if err != nil {
		return fmt.Errorf("open the export: %w", err)
	}
	defer in.Close()
	if encoding == identity {
		return serveContent(w, r.Request, f.modified, in)
	}
	h.Set("Content-Encoding", encoding)
	if packed != nil {
		h.Set("Content-Length", strconv.FormatInt(packed.Bytes, 10))
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if packed != nil {
		_, err := io.Copy(w, in) // by the kernel
		return err
	}
	return s.stream(w, encoding, func(out io.Writer) error {
		_, err := io.Copy(struct{ io.Writer }{out}, in)
		return err
	})
}

// serveContent answers with a file or the range of it that is asked for.
func serveContent(w http.ResponseWriter, r *http.Request, modified time.Time, in *os.File) error {
	out, ok := w.(*responseWriter)
	if !ok {
		return fmt.Errorf("serve a file: the writer is a %T", w)
	}
	guard := &rangeGuard{responseWriter: out}
	http.ServeContent(guard, r, "", modified, in)
	if guard.refused {
		e := catalog.Errorf(badRange, "", "the file has no bytes %s", r.Header.Get("Range"))
		e.Field = "Range"
		return e
	}
	return nil
}

// rangeGuard keeps the standard library from answering a bad range in words
// of its own.
type rangeGuard struct {
	*responseWriter
	refused bool
}

func (g *rangeGuard) WriteHeader(status int) {
	if status == http.StatusRequestedRangeNotSatisfiable {
		g.refused = true
		return
	}
	g.responseWriter.WriteHeader(status)
}

func (g *rangeGuard) Write(p []byte) (int, error) {
	if g.refused {
		return len(p), nil
	}
	return g.responseWriter.Write(p)
}

// exportRows streams the rows of a query.
func (s *Server) exportRows(w http.ResponseWriter, r *request, ref *datasets.Ref, q query.Request, bound *query.Bound, form export.Form) error {
	format := form.Format
	encoding, err := encodingFor(r.Request, format.Compressible())
	if err != nil {
		return err
	}
	f := s.freshness(r, ref)
	f.tag = nameOf("export", ref.Version.ContentHash, bound.Normal(), form)
	if namesVersion(form) {
		f.tag = nameOf(f.tag, ref.Version.Number)
	}
	h := w.Header()
	if format.Compressible() {
		h.Add("Vary", "Accept-Encoding")
	}
	f.set(h, encoding, f.pinned)
	if unchanged(r.Request, h) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", format.MediaType())
	h.Set("Accept-Ranges", "none")
	if encoding != identity {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodHead { // nobody reads the rows
		w.WriteHeader(http.StatusOK)
		return nil
	}
	return s.stream(w, encoding, func(out io.Writer) error {
		return s.cfg.Library.Copy(r.Context(), ref, q, form, out)
	})
}

// disposition names a download so that it can be told from others in a folder
// of downloads: dataset, table, version, and whether it is a part.
func disposition(ref *datasets.Ref, format export.Format, whole bool) string {
	ascii, title := ref.Dataset.Slug, ref.Dataset.Title.ZH
	if title == "" {
		title = ref.Dataset.Title.EN
	}
	if len(ref.Version.Tables) > 1 {
		ascii += "-" + ref.Table.Name
		title += "-" + ref.Table.Label
	}
	end := "-v" + strconv.Itoa(ref.Version.Number)
	if !whole {
		end += "-part"
	}
	end += format.Ext()
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\/:*?<>|%`, c) {
			return '_'
		}
		return c
	}, ascii)
	header := `attachment; filename="` + plain + end + `"`
	if title = fileName(title); title != "" {
		header += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(title+end), "+", "%20")
	}
	return header
}

// fileName makes of any text something that may be a file's name.
func fileName(text string) string {
	text = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune(`"\/:*?<>|`, c) {
			return '_'
		}
		return c
	}, strings.TrimSpace(text))
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80])
	}
	return text
}
