package sheet

import (
	"bytes"
	"strings"
)

// odsNote is the comment of a cell while it is read.
type odsNote struct {
	c     Comment
	depth int
	text  []byte
	most  int
	field string // whose text is taken
}

func (n *odsNote) start(name []byte) bool {
	n.depth++
	switch string(name) {
	case "dc:creator":
		n.field, n.text = "author", n.text[:0]
	case "text:p", "text:h":
		n.field, n.text = "text", n.text[:0]
	case "text:s", "text:tab":
		n.chars([]byte(" "))
	case "text:line-break":
		n.chars([]byte("\n"))
	}
	return true
}

// end reports whether the comment itself ended.
func (n *odsNote) end(name []byte) bool {
	if n.depth == 0 {
		return true
	}
	n.depth--
	switch string(name) {
	case "dc:creator":
		n.c.Author, n.field = string(n.text), ""
	case "text:p", "text:h":
		if n.c.Text != "" {
			n.c.Text += "\n"
		}
		if n.field = ""; len(n.c.Text) < n.most {
			n.c.Text += string(n.text)
		}
	}
	return false
}

func (n *odsNote) chars(text []byte) {
	if n.field != "" {
		n.text = append(n.text, text[:min(len(text), max(n.most-len(n.text), 0))]...)
	}
}

// odsMeta takes the elements of office:meta.
type odsMeta struct {
	name string // of a property that its writer named
	text []byte
}

func (p *odsMeta) start(e *elements, name []byte, m markup) {
	p.name, p.text = "", p.text[:0]
	if string(name) == "meta:user-defined" {
		e.each(m, func(name, value []byte) {
			if string(name) == "meta:name" {
				p.name = attrText(value)
			}
		})
	}
}

// end reports whether the properties ended.
func (p *odsMeta) end(rd *reading, name []byte) bool {
	known := ""
	switch string(name) {
	case "office:meta":
		return true
	case "meta:user-defined":
		known = p.name
	case "dc:title", "dc:subject", "dc:description":
		known = strings.TrimPrefix(string(name), "dc:")
	case "dc:creator":
		known = "last modified by"
	case "meta:initial-creator":
		known = "author"
	case "meta:keyword":
		known = "keywords"
	}
	if known != "" {
		rd.property(known, string(p.text))
	}
	p.text = p.text[:0]
	return false
}

func (p *odsMeta) chars(text []byte) {
	p.text = append(p.text, text[:min(len(text), max(propertyBytes-len(p.text), 0))]...)
}

// metaODS reads meta.xml.
func (rd *reading) metaODS(a *archive) error {
	const name = "meta.xml"
	if a.has(name) == nil {
		return nil
	}
	b, err := a.small(rd.ctx, name)
	if err == nil {
		o := newODS(rd, name)
		o.e = &elements{name: name, handler: o, known: odsNames}
		err = rd.readElements(bytes.NewReader(b), o.e, int64(len(b)))
	}
	return rd.unreadable(err)
}
