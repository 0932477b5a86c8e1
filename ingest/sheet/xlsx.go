package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// xlsx reads a workbook of the Office Open XML family; its parts may be binary
// (xlsb).
func (rd *reading) xlsx(a *archive) (*Workbook, error) {
	book, err := rd.bookPart(a)
	if err != nil {
		return nil, err
	}
	rd.noteExternal(a)
	st := &store{texts: []uint32{0}}
	wb := &Workbook{Format: XLSX, Date1904: book.date1904}
	x := &xlsxReading{reading: rd, a: a, store: st, total: 1}
	styles, texts, sheet := rd.styles, x.sharedStrings, x.sheet
	if book.binary {
		wb.Format = XLSB
		styles, texts, sheet = rd.stylesBin, x.sharedBin, x.sheetBin
	}
	if wb.Formats, st.styles, err = styles(a, book.styles); err != nil {
		return nil, err
	}
	for _, name := range append(book.partNames(), book.strings) {
		if f := a.has(name); f != nil {
			x.total += int64(f.CompressedSize64)
		}
	}
	a.deflated.Store(0)
	if err := texts(book.strings); err != nil {
		return nil, err
	}
	for _, entry := range book.sheets {
		s, err := sheet(entry)
		if err != nil {
			return nil, inSheet(err, entry.name)
		}
		wb.Sheets = append(wb.Sheets, s)
	}
	if err := rd.remarksXLSX(a, book.sheets, book.persons); err != nil {
		return nil, err
	}
	if st.data, st.release, err = rd.spool.finish(); err != nil {
		return nil, err
	}
	wb.close = st.close
	wb.Problems = rd.problems.all()
	x.progress(true)
	return wb, nil
}

// inSheet adds the sheet's name to a refusal.
func inSheet(err error, name string) error {
	var r *Rejected
	if errors.As(err, &r) && r.Sheet == "" {
		r.Sheet = name
	}
	return err
}

// noteExternal reports links to other workbooks; they are never followed.
func (rd *reading) noteExternal(a *archive) {
	n := 0
	for name := range a.files {
		if strings.HasPrefix(name, "xl/externallinks/") && (strings.HasSuffix(name, ".xml") || isBin(name)) {
			n++
		}
	}
	if n > 0 {
		rd.problems.of(ExternalLink, "", "count", strconv.Itoa(n))
	}
}

// book is what workbook.xml and its relationships say.
type book struct {
	binary   bool
	date1904 bool
	sheets   []sheetEntry
	strings  string // part names, "" where absent
	styles   string
	persons  string
}

type sheetEntry struct {
	name   string
	hidden bool
	part   string
}

func (b book) partNames() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.part
	}
	return names
}

type relation struct{ kind, target string }

// bookPart finds and reads the workbook part.
func (rd *reading) bookPart(a *archive) (book, error) {
	name := ""
	if a.has("_rels/.rels") != nil {
		root, err := rd.relations(a, "_rels/.rels", "")
		if err != nil {
			return book{}, err
		}
		for _, r := range root {
			if r.kind == "officeDocument" {
				name = r.target
			}
		}
	}
	if a.has(name) == nil {
		name = "xl/workbook.xml"
	}
	if a.has(name) == nil {
		name = "xl/workbook.bin"
	}
	if a.has(name) == nil || !strings.HasPrefix(strings.ToLower(path.Base(name)), "workbook") && sniffOther(a) != nil {
		return book{}, sniffZip(a.files)
	}
	rels := map[string]relation{}
	relsName := path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")
	if a.has(relsName) != nil {
		var err error
		if rels, err = rd.relations(a, relsName, path.Dir(name)); err != nil {
			return book{}, err
		}
	}
	read := rd.bookXML
	if isBin(name) {
		read = rd.bookBin
	}
	b, err := read(a, name, rels)
	if err != nil {
		return b, err
	}
	for _, r := range rels {
		switch r.kind {
		case "sharedStrings":
			b.strings = r.target
		case "styles":
			b.styles = r.target
		case "person":
			b.persons = r.target
		}
	}
	return b, nil
}

// sniffOther tells whether the main document is one of another program.
func sniffOther(a *archive) error {
	if a.has("word/document.xml") != nil || a.has("ppt/presentation.xml") != nil {
		return sniffZip(a.files)
	}
	return nil
}

// relations reads a .rels part; targets are resolved from folder. External
// targets are left out.
func (rd *reading) relations(a *archive, name, folder string) (map[string]relation, error) {
	out := map[string]relation{}
	err := rd.elements(a, name, func(_ []string, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || xmlAttr(e, "TargetMode") == "External" {
			return nil
		}
		target := strings.ReplaceAll(xmlAttr(e, "Target"), `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(path.Clean(target), "/")
		} else {
			target = strings.TrimPrefix(path.Clean("/"+folder+"/"+target), "/")
		}
		out[xmlAttr(e, "Id")] = relation{path.Base(xmlAttr(e, "Type")), target}
		return nil
	})
	return out, err
}

// bookXML reads the sheets in their order.
func (rd *reading) bookXML(a *archive, name string, rels map[string]relation) (book, error) {
	b := book{}
	isBook := false
	err := rd.elements(a, name, func(parents []string, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbook":
			isBook = isBook || len(parents) == 0
		case "workbookPr":
			v := xmlAttr(e, "date1904")
			b.date1904 = v == "1" || v == "true"
		case "sheet":
			if len(parents) == 0 || parents[len(parents)-1] != "sheets" {
				return nil
			}
			return rd.bookEntry(&b, xmlAttr(e, "name"), xmlAttr(e, "state"), xmlAttr(e, "id"), rels)
		}
		return nil
	})
	if err == nil && !isBook {
		err = reject(FileDamaged, "entry", name, "offset", "0", "reason", "it is no workbook")
	}
	return b, err
}

// bookEntry takes a sheet that the workbook names; id is that of its relation.
func (rd *reading) bookEntry(b *book, name, state, id string, rels map[string]relation) error {
	entry := sheetEntry{name: name}
	switch state {
	case "hidden", "veryHidden":
		entry.hidden = true
		rd.problems.of(HiddenSheet, entry.name, "state", state)
	}
	rel, ok := rels[id]
	switch {
	case !ok && len(rels) > 0:
		return inSheet(reject(FileDamaged, "entry", "workbook.rels", "reason", "the sheet's part is not named"), entry.name)
	case !ok: // no relationships at all: the usual names
		rel = relation{"worksheet", b.usualPart()}
	case rel.kind != "worksheet":
		return nil // charts, dialogs and macro sheets hold no rows
	}
	entry.part = rel.target
	b.sheets = append(b.sheets, entry)
	if n, most := len(b.sheets), rd.opt.Limits.Sheets; n > most {
		return tooLarge("sheets", int64(n), int64(most))
	}
	return nil
}

// elements calls fn for every element of a small part. parents are the local
// names around it.
func (rd *reading) elements(a *archive, name string, fn func(parents []string, e xml.StartElement) error) error {
	b, err := a.small(rd.ctx, name)
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // recoded before
	var parents []string
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(parents) == 0 {
			return nil
		}
		if err != nil {
			return reject(FileDamaged, "entry", name, "offset", strconv.FormatInt(d.InputOffset(), 10), "reason", "bad xml: "+err.Error())
		}
		switch t := token.(type) {
		case xml.Directive:
			return reject(XMLDTD, "entry", name, "offset", strconv.FormatInt(d.InputOffset(), 10))
		case xml.StartElement:
			if err := fn(parents, t); err != nil {
				return err
			}
			if len(parents) >= xmlDepth {
				return reject(FileDamaged, "entry", name, "offset", strconv.FormatInt(d.InputOffset(), 10), "reason", "bad xml: nested too deep")
			}
			parents = append(parents, t.Name.Local)
		case xml.EndElement:
			if len(parents) == 0 || parents[len(parents)-1] != t.Name.Local {
				return reject(FileDamaged, "entry", name, "offset", strconv.FormatInt(d.InputOffset(), 10), "reason", "bad xml: </"+t.Name.Local+"> closes nothing")
			}
			parents = parents[:len(parents)-1]
		}
	}
}

const xmlDepth = 256

// xmlAttr gives an attribute by its local name.
func xmlAttr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// xlsxReading is the reading of one workbook's large parts.
type xlsxReading struct {
	*reading
	a     *archive
	store *store
	blank bits  // shared texts that are white space only
	total int64 // deflated bytes of all large parts
	ticks int
}

// progress tells how far the reading is, now and then.
func (x *xlsxReading) progress(done bool) {
	if x.ticks++; x.opt.Progress == nil || x.ticks%16 != 0 && !done {
		return
	}
	share := 1.0
	if !done {
		share = min(float64(x.a.deflated.Load())/float64(x.total), 1)
	}
	x.opt.Progress(share, x.rows)
}

// broken makes the refusal for what a scanner met in a part.
func broken(code int, name string, offset int64, reason string) *Rejected {
	at := strconv.FormatInt(offset, 10)
	if code == dtd {
		return reject(XMLDTD, "entry", name, "offset", at)
	}
	return reject(FileDamaged, "entry", name, "offset", at, "reason", "bad xml: "+reason)
}
