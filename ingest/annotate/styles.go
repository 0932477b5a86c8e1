package annotate

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// styles is the part of cell styles with what marks add: for each style that a
// marked cell had, the same with another fill.
type styles struct {
	xml          []byte
	prefix       string
	xfs          []string // of cellXfs, as written
	fonts, fills int      // how many there were
	marks        map[markedStyle]int
	front        frontStyles
	newXfs       []string
}

type markedStyle struct {
	style    int
	severity catalog.Severity
}

// frontStyles are the styles of the first sheet.
type frontStyles struct {
	title, head, text, link int
	severity                [3]int // by gravity
}

// mostStyles is what spreadsheet programs take, with room for ours.
const mostStyles = 64_000

// The fills, in the order in which they are added: error, warning, header.
var fillColours = [...]string{"FFFFC7CE", "FFFFE0A3", "FFD9E2F3"}

const emptyStyles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<styleSheet xmlns="` + transitional + `"><fonts count="1"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`

func newStyles(xml []byte) (*styles, error) {
	s := &styles{xml: xml, marks: map[markedStyle]int{}}
	part, from := "", 0
	err := eachTag(xml, func(t tag) bool {
		switch {
		case t.depth == 0 && !t.close:
			s.prefix = t.prefix
		case t.depth == 1 && !t.close:
			part = t.name
		case t.depth == 2 && part == "fonts" && t.name == "font" && !t.close:
			s.fonts++
		case t.depth == 2 && part == "fills" && t.name == "fill" && !t.close:
			s.fills++
		case t.depth == 2 && part == "cellXfs" && t.name == "xf":
			if !t.close {
				from = t.from
			}
			if t.close || t.self {
				s.xfs = append(s.xfs, string(xml[from:t.to]))
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	if len(s.xfs) == 0 || s.fonts == 0 || s.fills == 0 {
		return nil, odd("the styles lack fonts, fills or cell styles")
	}
	s.makeFront()
	return s, nil
}

// add gives the number of a new cell style.
func (s *styles) add(xf string) int {
	s.newXfs = append(s.newXfs, xf)
	return len(s.xfs) + len(s.newXfs) - 1
}

func (s *styles) makeFront() {
	style := func(font, fill int) int {
		return s.add(prefixed(`<xf numFmtId="0" fontId="`+strconv.Itoa(font)+`" fillId="`+strconv.Itoa(fill)+`" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">`+
			`<alignment vertical="top" wrapText="1"/></xf>`, s.prefix))
	}
	title, bold, link := s.fonts, s.fonts+1, s.fonts+2
	s.front.title = s.add(prefixed(`<xf numFmtId="0" fontId="`+strconv.Itoa(title)+`" fillId="0" borderId="0" xfId="0" applyFont="1"/>`, s.prefix))
	s.front.head = style(bold, s.fills+2)
	s.front.text = style(0, 0)
	s.front.link = style(link, 0)
	s.front.severity = [3]int{style(0, s.fills), style(0, s.fills+1), s.front.text}
}

// marked gives the style of a cell that had style old and is filled now.
func (s *styles) marked(old int, severity catalog.Severity) int {
	if old < 0 || old >= len(s.xfs) {
		old = 0
	}
	key := markedStyle{old, severity}
	if n, ok := s.marks[key]; ok {
		return n
	}
	if len(s.xfs)+len(s.newXfs) >= mostStyles {
		return old // the comment still says it
	}
	xf := []byte(s.xfs[old])
	end := tagEnd(xf, 0)
	open := withAttr(xf[:end], "fillId", strconv.Itoa(s.fills+gravity(severity)))
	open = withAttr(open, "applyFill", "1")
	n := s.add(string(open) + string(xf[end:]))
	s.marks[key] = n
	return n
}

// finish gives the part with all that was added.
func (s *styles) finish() ([]byte, error) {
	var fonts, fills strings.Builder
	for _, f := range []string{
		`<font><b/><sz val="14"/><name val="宋体"/><charset val="134"/></font>`,
		`<font><b/><sz val="11"/><name val="宋体"/><charset val="134"/></font>`,
		`<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="宋体"/><charset val="134"/></font>`,
	} {
		fonts.WriteString(f)
	}
	for _, c := range fillColours {
		fills.WriteString(`<fill><patternFill patternType="solid"><fgColor rgb="` + c + `"/><bgColor indexed="64"/></patternFill></fill>`)
	}
	b := s.xml
	for _, add := range []struct {
		part, markup string
		count        int
	}{
		{"fonts", prefixed(fonts.String(), s.prefix), s.fonts + 3},
		{"fills", prefixed(fills.String(), s.prefix), s.fills + len(fillColours)},
		{"cellXfs", strings.Join(s.newXfs, ""), len(s.xfs) + len(s.newXfs)},
	} {
		e, ok, err := find(b, add.part, 1)
		if err != nil || !ok {
			return nil, odd("the styles lack %s", add.part)
		}
		b = counted(insert(b, e, add.markup, true), e, add.count)
	}
	return b, nil
}
