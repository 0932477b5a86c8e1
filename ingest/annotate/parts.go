package annotate

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// parts is the zip of a workbook on its way into another: parts that are not
// written are copied at the end as they lie there, still deflated.
type parts struct {
	ctx   context.Context
	files map[string]*zip.File // by name in lower case
	order []*zip.File
	out   *zip.Writer
	done  map[string]bool // written
	taken map[string]bool // names of parts to come
}

func newPackage(ctx context.Context, zr *zip.Reader, w io.Writer) (*parts, error) {
	p := &parts{ctx: ctx, files: map[string]*zip.File{}, out: zip.NewWriter(w), done: map[string]bool{}, taken: map[string]bool{}}
	p.out.RegisterCompressor(zip.Deflate, deflate)
	for _, f := range zr.File {
		name := partKey(f.Name)
		if p.files[name] != nil || strings.HasSuffix(f.Name, "/") {
			continue // of two with one name the first counts, as for readers
		}
		p.files[name] = f
		p.order = append(p.order, f)
	}
	return p, nil
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p *parts) has(name string) bool { return p.files[partKey(name)] != nil }

// read gives a part that is changed as a whole.
func (p *parts) read(name string) ([]byte, error) {
	r, err := p.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, mostPart+1))
	switch {
	case err != nil:
		return nil, odd("part %s: %v", name, err)
	case len(b) > mostPart:
		return nil, odd("part %s is too large to be changed", name)
	}
	return b, plainXML(name, b)
}

// plainXML wants UTF-8 without declarations of types, which texts can be added to.
func plainXML(name string, head []byte) error {
	if m := declared.FindSubmatch(head[:min(len(head), 256)]); m != nil && !strings.EqualFold(string(m[1]), "utf-8") && !strings.EqualFold(string(m[1]), "us-ascii") {
		return odd("part %s is encoded as %q", name, m[1])
	}
	if bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0 || bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return odd("part %s is no UTF-8", name)
	}
	if bytes.Contains(head, []byte("<!DOCTYPE")) || bytes.Contains(head, []byte("<!ENTITY")) {
		return odd("part %s declares types", name)
	}
	return nil
}

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']`)

func (p *parts) open(name string) (io.ReadCloser, error) {
	f := p.files[partKey(name)]
	if f == nil {
		return nil, odd("part %s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, odd("part %s: %v", name, err)
	}
	return r, nil
}

// create begins a part of the new workbook, under its old name where it had one.
func (p *parts) create(name string) (io.Writer, error) {
	key := partKey(name)
	if f := p.files[key]; f != nil {
		name = f.Name
	}
	if p.done[key] {
		return nil, odd("part %s belongs to several sheets", name)
	}
	p.done[key] = true
	w, err := p.out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return nil, fmt.Errorf("write part %s: %w", name, err)
	}
	return w, nil
}

func (p *parts) write(name string, b []byte) error {
	w, err := p.create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write part %s: %w", name, err)
	}
	return nil
}

// finish copies what was not written and ends the zip.
func (p *parts) finish() error {
	for _, f := range p.order {
		if p.done[partKey(f.Name)] {
			continue
		}
		if err := p.ctx.Err(); err != nil {
			return err
		}
		if err := p.out.Copy(f); err != nil {
			return odd("part %s cannot be copied: %v", f.Name, err)
		}
	}
	if err := p.out.Close(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// free gives a part name that is not taken: base, a number, ext.
func (p *parts) free(base, ext string) string {
	for i := 1; ; i++ {
		name := base + strconv.Itoa(i) + ext
		if key := partKey(name); p.files[key] == nil && !p.taken[key] {
			p.taken[key] = true
			return name
		}
	}
}

// relation is an entry of a .rels part.
type relation struct{ id, kind, target string } // kind is the last step of the type

// relations are those of one part, with what is to be added.
type relations struct {
	name string // of the .rels part
	xml  []byte
	all  []relation
}

func relsOf(part string) string { return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels") }

const relationshipsXML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`

// relations reads the relationships of a part; there may be none.
func (p *parts) relations(part string) (*relations, error) {
	r := &relations{name: relsOf(part), xml: []byte(relationshipsXML)}
	if part == "" {
		r.name = "_rels/.rels"
	}
	if !p.has(r.name) {
		return r, nil
	}
	var err error
	if r.xml, err = p.read(r.name); err != nil {
		return nil, err
	}
	folder := path.Dir(part)
	err = eachTag(r.xml, func(t tag) bool {
		text := r.xml[t.from:t.to]
		if t.close || t.name != "Relationship" {
			return true
		}
		target := strings.ReplaceAll(attrText(text, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = folder + "/" + target
		}
		kind := path.Base(attrText(text, "Type"))
		if attrText(text, "TargetMode") == "External" {
			kind = "external"
		}
		r.all = append(r.all, relation{attrText(text, "Id"), kind, strings.TrimPrefix(path.Clean("/"+target), "/")})
		return true
	})
	return r, err
}

func (r *relations) target(kind string) string {
	for _, x := range r.all {
		if x.kind == kind {
			return x.target
		}
	}
	return ""
}

// byID gives the relationship of an id, an empty one where there is none.
func (r *relations) byID(id string) relation {
	for _, x := range r.all {
		if x.id == id {
			return x
		}
	}
	return relation{}
}

// add makes a relationship to a part and gives its id.
func (r *relations) add(kind, target string) (string, error) {
	id := ""
	for i := 1; id == "" || r.byID(id).id != ""; i++ {
		id = "rIdGongkai" + strconv.Itoa(i)
	}
	return id, r.addAs(id, kind, target)
}

// addAs makes a relationship of an id that is free.
func (r *relations) addAs(id, kind, target string) error {
	e, ok, err := find(r.xml, "Relationships", 0)
	if err != nil || !ok {
		return odd("%s has no relationships", r.name)
	}
	// Relative, as spreadsheet programs write them: some readers know no other.
	relative, err := filepath.Rel(path.Dir(path.Dir(r.name)), target)
	if err != nil {
		return odd("%s cannot name %s", r.name, target)
	}
	r.xml = insert(r.xml, e, prefixed(`<Relationship Id="`+id+`" Type="`+kind+`" Target="`+escape(filepath.ToSlash(relative))+`"/>`, e.open.prefix), true)
	r.all = append(r.all, relation{id, path.Base(kind), target})
	return nil
}

// prefixed gives markup with a prefix before each name; the texts in it are
// escaped, so that every < begins a tag.
func prefixed(markup, prefix string) string {
	if prefix == "" {
		return markup
	}
	return strings.NewReplacer("</", "</"+prefix, "<", "<"+prefix).Replace(markup)
}

// contentTypes are the types of the parts.
type contentTypes struct{ xml []byte }

const contentTypesPart = "[Content_Types].xml"

// override names the type of a new part.
func (c *contentTypes) override(part, mediaType string) error {
	return c.add(`<Override PartName="/` + escape(part) + `" ContentType="` + mediaType + `"/>`)
}

// vml lets parts end in .vml.
func (c *contentTypes) vml() error {
	have := false
	err := eachTag(c.xml, func(t tag) bool {
		have = t.name == "Default" && strings.EqualFold(attrText(c.xml[t.from:t.to], "Extension"), "vml")
		return !have
	})
	if err != nil || have {
		return err
	}
	return c.add(`<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>`)
}

func (c *contentTypes) add(markup string) error {
	e, ok, err := find(c.xml, "Types", 0)
	if err != nil || !ok {
		return odd("%s lists no types", contentTypesPart)
	}
	c.xml = insert(c.xml, e, prefixed(markup, e.open.prefix), !strings.HasPrefix(markup, "<Default"))
	return nil
}

// bufferedPart is the size of the buffers that sheets stream through.
const bufferedPart = 256 << 10

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, bufferedPart) }
