package annotate

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// The namespaces of workbooks: what most programs write, and the strict form.
const (
	transitional     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	transitionalRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strict           = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	strictRels       = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// book is the workbook part on its way into the new one.
type book struct {
	*parts
	part      string // its name
	xml       []byte
	rels      *relations
	types     contentTypes
	styles    *styles
	stylePart string
	ns, relNS string
	sheets    []bookSheet
}

// bookSheet is a sheet as the workbook lists it.
type bookSheet struct {
	name, part string
	kind       string // of its relationship: worksheet, chartsheet, ...
	marks      []*mark
	rels       *relations
	comments   string // part of its comments
	fresh      bool   // that part is new
}

// patch adds everything to the workbook and ends the zip.
func (j *job) patch(p *parts, nameIn func(string) string) (*Result, error) {
	b := &book{parts: p}
	if err := b.load(); err != nil {
		return nil, err
	}
	marked := 0
	for name, m := range j.marks {
		i := slices.IndexFunc(b.sheets, func(s bookSheet) bool { return s.name == nameIn(name) })
		if i >= 0 {
			b.sheets[i].marks = m.inOrder()
			marked += len(b.sheets[i].marks)
		}
	}
	for i := range b.sheets {
		if err := b.planComments(&b.sheets[i]); err != nil {
			return nil, err
		}
	}
	frontPart, err := b.makeFront(j.words.sheet, j.oldFront(b.sheets, nameIn))
	if err != nil {
		return nil, err
	}
	exists := func(name string) string {
		name = nameIn(name)
		if slices.ContainsFunc(b.sheets, func(s bookSheet) bool { return s.name == name }) {
			return name
		}
		return ""
	}
	if err := b.write(frontPart, []byte(j.front(b.ns, b.styles.front, exists))); err != nil {
		return nil, err
	}
	for i := range b.sheets {
		if err := b.patchSheet(&b.sheets[i]); err != nil {
			return nil, err
		}
	}
	style, err := b.styles.finish()
	if err != nil {
		return nil, err
	}
	return &Result{Macros: strings.Contains(string(b.types.xml), "macroEnabled"), Marked: marked},
		errors.Join(b.write(b.stylePart, style), b.finish())
}

// load reads the parts that say what the workbook holds.
func (b *book) load() error {
	root, err := b.relations("")
	if err != nil {
		return err
	}
	if b.part = root.target("officeDocument"); !b.has(b.part) {
		b.part = "xl/workbook.xml"
	}
	if b.xml, err = b.read(b.part); err != nil {
		return err
	}
	if b.rels, err = b.relations(b.part); err != nil {
		return err
	}
	if b.types.xml, err = b.read(contentTypesPart); err != nil {
		return err
	}
	b.ns, b.relNS = transitional, transitionalRels
	if strings.Contains(string(b.xml[:min(len(b.xml), 4<<10)]), strict) {
		b.ns, b.relNS = strict, strictRels
	}
	if err := b.list(); err != nil {
		return err
	}
	if b.stylePart = b.rels.target("styles"); b.has(b.stylePart) {
		style, err := b.read(b.stylePart)
		if err != nil {
			return err
		}
		b.styles, err = newStyles(style)
		return err
	}
	b.stylePart = b.free("xl/gongkaiStyles", ".xml")
	if _, err := b.rels.add(b.relNS+"/styles", b.stylePart); err != nil {
		return err
	}
	if err := b.types.override(b.stylePart, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"); err != nil {
		return err
	}
	b.styles, err = newStyles([]byte(strings.Replace(emptyStyles, transitional, b.ns, 1)))
	return err
}

// list reads which sheets there are.
func (b *book) list() error {
	in := false
	err := eachTag(b.xml, func(t tag) bool {
		if t.depth == 1 {
			in = t.name == "sheets" && !t.close
		}
		if in && t.depth == 2 && t.name == "sheet" && !t.close {
			text := b.xml[t.from:t.to]
			r := b.rels.byID(relationID(text))
			b.sheets = append(b.sheets, bookSheet{name: attrText(text, "name"), part: r.target, kind: r.kind})
		}
		return true
	})
	if err == nil && len(b.sheets) == 0 {
		err = odd("the workbook lists no sheets")
	}
	return err
}

// oldFront finds the first sheet that an earlier annotation left in the
// workbook: a worksheet of ours that is not among those that hold data. It is
// -1 where there is none.
func (j *job) oldFront(sheets []bookSheet, nameIn func(string) string) int {
	return slices.IndexFunc(sheets, func(s bookSheet) bool {
		ours := strings.HasPrefix(s.name, wordsOf(catalog.ZH).sheet) || strings.HasPrefix(s.name, wordsOf(catalog.EN).sheet)
		data := slices.ContainsFunc(j.src.Workbook.Sheets, func(d *sheet.Sheet) bool { return nameIn(d.Name) == s.name })
		return ours && !data && s.kind == "worksheet" && len(s.marks) == 0
	})
}

// makeFront makes room for the first sheet, or gives it the place of an old
// one, and lets the workbook open there.
func (b *book) makeFront(wanted string, old int) (part string, err error) {
	shift := 0
	if old >= 0 {
		part = b.sheets[old].part
		b.sheets = slices.Delete(b.sheets, old, old+1)
	} else {
		shift = 1
		part = b.free("xl/worksheets/sheet", ".xml")
	}
	sheetID, err := b.openAt(max(old, 0), shift)
	if err != nil {
		return "", err
	}
	if shift > 0 {
		if err := b.listFront(part, wanted, sheetID); err != nil {
			return "", err
		}
	}
	return part, errors.Join(b.write(contentTypesPart, b.types.xml), b.write(b.part, b.xml), b.write(b.rels.name, b.rels.xml))
}

// openAt lets the workbook open at its sheet number first, moves what counts sheets on by
// shift, and gives an id that no sheet has.
func (b *book) openAt(first, shift int) (free int, err error) {
	free = 1
	var out []byte
	last := 0
	change := func(t tag, text []byte) {
		out = append(append(out, b.xml[last:t.from]...), text...)
		last = t.to
	}
	err = eachTag(b.xml, func(t tag) bool {
		text := b.xml[t.from:t.to]
		switch {
		case t.close || t.depth != 2:
		case t.name == "sheet":
			if n, err := strconv.Atoi(attrText(text, "sheetId")); err == nil {
				free = max(free, n+1)
			}
		case t.name == "workbookView":
			change(t, withAttr(withoutAttr(text, "firstSheet"), "activeTab", strconv.Itoa(first)))
		case t.name == "definedName":
			if n, err := strconv.Atoi(attrText(text, "localSheetId")); err == nil {
				change(t, withAttr(text, "localSheetId", strconv.Itoa(n+shift)))
			}
		}
		return true
	})
	b.xml = append(out, b.xml[last:]...)
	return free, err
}

// listFront puts a part first among the sheets.
func (b *book) listFront(part, wanted string, sheetID int) error {
	if err := b.types.override(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"); err != nil {
		return err
	}
	id, err := b.rels.add(b.relNS+"/worksheet", part)
	if err != nil {
		return err
	}
	e, ok, err := find(b.xml, "sheets", 1)
	if err != nil || !ok {
		return odd("the workbook lists no sheets")
	}
	entry := `<sheet xmlns:r="` + b.relNS + `" name="` + escape(b.freeName(wanted)) + `" sheetId="` + strconv.Itoa(sheetID) + `" r:id="` + id + `"/>`
	b.xml = insert(b.xml, e, prefixed(entry, e.open.prefix), false)
	return nil
}

// freeName is a name that no sheet has.
func (b *book) freeName(wanted string) string {
	name := wanted
	for i := 2; slices.ContainsFunc(b.sheets, func(s bookSheet) bool { return strings.EqualFold(s.name, name) }); i++ {
		name = fmt.Sprintf("%s %d", wanted, i)
	}
	return name
}

// planComments finds out which part the comments of a sheet go to.
func (b *book) planComments(s *bookSheet) error {
	if len(s.marks) == 0 {
		return nil
	}
	if !b.has(s.part) {
		return odd("sheet %q has no part", s.name)
	}
	var err error
	if s.rels, err = b.relations(s.part); err != nil {
		return err
	}
	if s.comments = s.rels.target("comments"); b.has(s.comments) {
		return nil
	}
	s.fresh, s.comments = true, b.free("xl/comments", ".xml")
	if _, err = s.rels.add(b.relNS+"/comments", s.comments); err != nil {
		return err
	}
	return errors.Join(b.types.vml(), b.types.override(s.comments, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"))
}

// lookAhead is how much of a sheet is looked at for its view.
const lookAhead = 64 << 10

// patchSheet streams one sheet through its marks. A sheet without any is only
// touched where it says that it is selected: two selected sheets would be
// edited together.
func (b *book) patchSheet(s *bookSheet) error {
	if !b.has(s.part) {
		return nil // it cannot be opened by anybody
	}
	in, err := b.open(s.part)
	if err != nil {
		return err
	}
	defer in.Close()
	r := newReader(in)
	head, _ := r.Peek(lookAhead)
	if len(s.marks) == 0 && !strings.Contains(string(head), "tabSelected") {
		return nil
	}
	if err := plainXML(s.part, head); err != nil {
		return err
	}
	w, err := b.create(s.part)
	if err != nil {
		return err
	}
	p := &sheetPatch{tags: tags{r: r, w: bufio.NewWriterSize(w, bufferedPart)}, ctx: b.ctx, styles: b.styles, marks: s.marks}
	drawing, id := "", ""
	if len(s.marks) > 0 {
		drawing = b.free("xl/drawings/vmlDrawing", ".vml")
		id = "rIdGongkaiNotes"
		for s.rels.byID(id).id != "" {
			id += "s"
		}
		p.note = `<legacyDrawing xmlns:r="` + b.relNS + `" r:id="` + id + `"/>`
	}
	if err := p.run(); err != nil {
		return err
	}
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("write sheet %q: %w", s.name, err)
	}
	if len(s.marks) == 0 {
		return nil
	}
	return b.writeComments(s, p.existing, drawing, id)
}

// writeComments writes the comments of a sheet, their shapes, and what relates
// them. existing is the relationship of the drawing that the sheet had.
func (b *book) writeComments(s *bookSheet, existing, drawing, id string) error {
	list := []byte(strings.Replace(emptyComments, "NS", b.ns, 1))
	var err error
	if !s.fresh {
		if list, err = b.read(s.comments); err != nil {
			return err
		}
	}
	if list, err = comments(list, s.marks); err != nil {
		return err
	}
	boxes := []byte(emptyShapes)
	if existing != "" {
		drawing = s.rels.byID(existing).target
		if boxes, err = b.read(drawing); err != nil {
			return err
		}
	} else if err := s.rels.addAs(id, b.relNS+"/vmlDrawing", drawing); err != nil {
		return err
	}
	if boxes, err = shapes(boxes, s.marks); err != nil {
		return err
	}
	return errors.Join(b.write(s.comments, list), b.write(drawing, boxes), b.write(s.rels.name, s.rels.xml))
}
