package sheet

import (
	"bytes"
	"path"
	"strings"
)

// remarkPart takes the elements of a small part, by their local names.
type remarkPart struct {
	begin func(name string, m markup) bool // false skips what is in it. Default: true
	leaf  func(name string)                // ends an element; text holds what stood in it since its begin
	text  []byte
	most  int
}

func (p *remarkPart) start(name []byte, m markup) (bool, error) {
	p.text = p.text[:0]
	return p.begin == nil || p.begin(localName(name), m), nil
}

func (p *remarkPart) end(name []byte) error {
	p.leaf(localName(name))
	p.text = p.text[:0]
	return nil
}

func (p *remarkPart) wants() bool { return true }

func (p *remarkPart) chars(text []byte) error {
	p.text = append(p.text, text[:min(len(text), max(p.most-len(p.text), 0))]...)
	return nil
}

// localName is a name without its prefix.
func localName(name []byte) string { return string(name[bytes.IndexByte(name, ':')+1:]) }

// localAttr gives an attribute by its local name.
func localAttr(m markup, local string) string {
	for name, value, rest, ok := attribute(m.attrs); ok; name, value, rest, ok = attribute(rest) {
		if localName(name) == local && !bytes.HasPrefix(name, []byte("xmlns")) {
			return attrText(value)
		}
	}
	return ""
}

// remarkXML reads a part that holds remarks, if it is there. It is read as it
// comes, up to the bounds.
func (rd *reading) remarkXML(a *archive, name string, p *remarkPart) error {
	if name == "" || a.has(name) == nil || rd.remarks.full {
		return nil
	}
	part, err := a.open(name)
	if err == nil {
		p.most = rd.opt.Limits.CellBytes
		err = rd.readElements(part, &elements{name: name, handler: p}, int64(part.file.UncompressedSize64))
	}
	return rd.unreadable(err)
}

// remarksXLSX reads the properties of a workbook and the comments of its
// sheets. persons is the part that names the authors of threads.
func (rd *reading) remarksXLSX(a *archive, sheets []sheetEntry, persons string) error {
	for _, name := range []string{"docProps/core.xml", "docProps/app.xml"} {
		p := &remarkPart{}
		p.leaf = func(name string) {
			if known := officeProperty(strings.ToLower(name)); known != "" {
				rd.property(known, string(p.text))
			}
		}
		if err := rd.remarkXML(a, name, p); err != nil {
			return err
		}
	}
	if err := rd.customXLSX(a); err != nil {
		return err
	}
	people, err := rd.persons(a, persons)
	if err != nil {
		return err
	}
	for _, s := range sheets {
		if err := rd.commentsXLSX(a, s, people); err != nil {
			return inSheet(err, s.name)
		}
	}
	return nil
}

// customXLSX reads the properties that people named themselves.
func (rd *reading) customXLSX(a *archive) error {
	name, value := "", ""
	p := &remarkPart{}
	p.begin = func(element string, m markup) bool {
		if element == "property" {
			name, value = localAttr(m, "name"), ""
		}
		return true
	}
	p.leaf = func(element string) {
		if element == "property" {
			rd.property(name, value)
		} else if len(p.text) > 0 {
			value = string(p.text)
		}
	}
	return rd.remarkXML(a, "docProps/custom.xml", p)
}

// persons reads the names of those who wrote threads, by their number.
func (rd *reading) persons(a *archive, part string) (map[string]string, error) {
	people := map[string]string{}
	p := &remarkPart{leaf: func(string) {}}
	p.begin = func(element string, m markup) bool {
		if element == "person" && len(people) < rd.opt.Limits.Comments {
			people[localAttr(m, "id")] = localAttr(m, "displayName")
		}
		return true
	}
	return people, rd.remarkXML(a, part, p)
}

// commentsXLSX reads the comments of a sheet: notes, and threads. Excel keeps a
// copy of a thread as a note for older programs; its author is no person.
func (rd *reading) commentsXLSX(a *archive, s sheetEntry, people map[string]string) error {
	folder := path.Dir(s.part)
	name := path.Join(folder, "_rels", path.Base(s.part)+".rels")
	if a.has(name) == nil {
		return nil
	}
	rels, err := rd.relations(a, name, folder)
	if err != nil {
		return rd.unreadable(err)
	}
	var notes, threads []string
	for _, r := range rels {
		switch r.kind {
		case "comments":
			notes = append(notes, r.target)
		case "threadedComment":
			threads = append(threads, r.target)
		}
	}
	for _, part := range threads {
		if err := rd.threads(a, part, s.name, people); err != nil {
			return err
		}
	}
	for _, part := range notes {
		read := rd.notes
		if isBin(part) {
			read = rd.notesBin
		}
		if err := read(a, part, s.name, len(threads) > 0); err != nil {
			return err
		}
	}
	return nil
}

// threads reads comments that people answer each other in.
func (rd *reading) threads(a *archive, part, sheet string, people map[string]string) error {
	var c Comment
	p := &remarkPart{}
	p.begin = func(element string, m markup) bool {
		if element == "threadedComment" {
			c = Comment{Sheet: sheet, Author: people[localAttr(m, "personId")]}
			c.Col, c.Row, _ = parseAddress([]byte(localAttr(m, "ref")))
		}
		return true
	}
	p.leaf = func(element string) {
		switch element {
		case "text":
			c.Text = string(p.text)
		case "threadedComment":
			rd.comment(c)
		}
	}
	return rd.remarkXML(a, part, p)
}

// notes reads comments as Excel 2007 writes them. threaded says that threads
// were read already.
func (rd *reading) notes(a *archive, part, sheet string, threaded bool) error {
	var authors []string
	var c Comment
	var text []byte
	p := &remarkPart{}
	p.begin = func(element string, m markup) bool {
		if element == "comment" {
			c = Comment{Sheet: sheet}
			c.Col, c.Row, _ = parseAddress([]byte(localAttr(m, "ref")))
			if n := small([]byte(localAttr(m, "authorId"))); n < len(authors) {
				c.Author = authors[n]
			}
			text = text[:0]
		}
		return element != "rPh"
	}
	p.leaf = func(element string) {
		switch element {
		case "author":
			if len(authors) < rd.opt.Limits.Comments {
				authors = append(authors, string(p.text))
			}
		case "t":
			if len(text) < p.most {
				from := len(text)
				text = unescapeX(append(text, p.text...), from)
			}
		case "comment":
			if c.Text = string(text); !threaded || !strings.HasPrefix(c.Author, "tc=") {
				rd.comment(c)
			}
		}
	}
	return rd.remarkXML(a, part, p)
}
