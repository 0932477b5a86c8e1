package annotate

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"gongkai/ingest/sheet"
)

// author is who comments.
const author = "Gongkai"

// mostComment is how many UTF-16 units of a comment are kept: a box with more
// is read by nobody.
const mostComment = 2_000

// comments gives a part of comments with those of the marks: a cell that has a
// comment keeps it, ours below.
func comments(part []byte, marks []*mark) ([]byte, error) {
	number, part, err := addAuthor(part)
	if err != nil {
		return nil, err
	}
	ours := map[string]string{}
	for _, m := range marks {
		ours[sheet.Address(m.row, m.col)] = cellText(cut(m.text, mostComment))
	}
	if part, err = appendToComments(part, ours); err != nil {
		return nil, err
	}
	e, ok, err := find(part, "commentList", 1)
	if err != nil || !ok {
		return nil, odd("comments without a list")
	}
	var b strings.Builder
	for _, m := range marks {
		ref := sheet.Address(m.row, m.col)
		if text, ok := ours[ref]; ok {
			b.WriteString(`<comment ref="` + ref + `" authorId="` + strconv.Itoa(number) + `"><text><r><rPr><sz val="9"/><rFont val="宋体"/><charset val="134"/></rPr><t xml:space="preserve">` + text + `</t></r></text></comment>`)
		}
	}
	return insert(part, e, prefixed(b.String(), e.open.prefix), true), nil
}

const emptyComments = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<comments xmlns="NS"><authors></authors><commentList></commentList></comments>`

func addAuthor(part []byte) (number int, out []byte, err error) {
	e, ok, err := find(part, "authors", 1)
	if err != nil || !ok {
		return 0, nil, odd("comments without authors")
	}
	err = eachTag(part[:e.innerTo], func(t tag) bool {
		if t.depth == 2 && t.name == "author" && !t.close {
			number++
		}
		return true
	})
	return number, insert(part, e, prefixed("<author>"+author+"</author>", e.open.prefix), true), err
}

// appendToComments adds to the comments that marked cells have already, and
// takes those from ours.
func appendToComments(part []byte, ours map[string]string) ([]byte, error) {
	type addition struct {
		at     int
		prefix string
		text   string
	}
	var found []addition
	text, in, from := "", false, 0
	err := eachTag(part, func(t tag) bool {
		switch {
		case t.depth == 2 && t.name == "comment" && !t.close:
			from = t.from
			ref := attrText(part[t.from:t.to], "ref")
			if text, in = ours[ref]; in && !t.self {
				delete(ours, ref)
			} else {
				in = false
			}
		case t.depth == 3 && t.name == "text" && t.close && in:
			if !bytes.Contains(part[from:t.from], []byte(text)) { // annotated before, and still so
				found = append(found, addition{t.from, t.prefix, text})
			}
			in = false
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	last := 0
	for _, a := range found {
		b.Write(part[last:a.at])
		b.WriteString(prefixed(`<r><t xml:space="preserve">`+"\n\n"+author+": "+a.text+`</t></r>`, a.prefix))
		last = a.at
	}
	b.Write(part[last:])
	return b.Bytes(), nil
}

const emptyShapes = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>`

// shapes gives a drawing part with a box for each comment that has none.
func shapes(part []byte, marks []*mark) ([]byte, error) {
	end := bytes.LastIndex(part, []byte("</xml>"))
	if end < 0 {
		return nil, odd("a drawing of comments without an end")
	}
	for _, ns := range []string{"xmlns:v=", "xmlns:o=", "xmlns:x="} {
		if !bytes.Contains(part, []byte(ns)) {
			return nil, odd("a drawing of comments with other prefixes")
		}
	}
	have := map[string]bool{}
	for _, m := range boxAt.FindAllSubmatch(part, -1) {
		have[string(m[1])+","+string(m[2])] = true
	}
	id := 1025
	for _, m := range shapeID.FindAllSubmatch(part, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n < 1<<30 {
			id = max(id, n+1)
		}
	}
	var b bytes.Buffer
	b.Write(part[:end])
	if !bytes.Contains(part, []byte(`id="_x0000_t202"`)) {
		b.WriteString(`<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`)
	}
	for _, m := range marks {
		row, col := strconv.Itoa(m.row-1), strconv.Itoa(m.col-1)
		if have[row+","+col] {
			continue
		}
		box(&b, m, id)
		id++
	}
	b.Write(part[end:])
	return b.Bytes(), nil
}

var (
	shapeID = regexp.MustCompile(`_x0000_s(\d{1,10})`)
	boxAt   = regexp.MustCompile(`<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>`)
)

// box draws one comment beside its cell, tall enough for its text.
func box(b *bytes.Buffer, m *mark, id int) {
	lines := 2 + strings.Count(m.text, "\n") + len([]rune(m.text))/28
	top, left := max(m.row-2, 0), min(m.col, 16_379)
	bottom := min(top+min(max(lines, 4), 24), 1_048_575)
	anchor := make([]string, 0, 8)
	for _, n := range []int{left, 15, top, 4, left + 4, 15, bottom, 4} {
		anchor = append(anchor, strconv.Itoa(n))
	}
	b.WriteString(`<v:shape id="_x0000_s` + strconv.Itoa(id) + `" type="#_x0000_t202" style="position:absolute;visibility:hidden;z-index:` + strconv.Itoa(id-1024) +
		`" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>` +
		`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>` +
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>` + strings.Join(anchor, ", ") + `</x:Anchor><x:AutoFill>False</x:AutoFill>` +
		`<x:Row>` + strconv.Itoa(m.row-1) + `</x:Row><x:Column>` + strconv.Itoa(m.col-1) + `</x:Column></x:ClientData></v:shape>`)
}
