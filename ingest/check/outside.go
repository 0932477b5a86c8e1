package check

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"path"
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// mostOutside bounds how many cells outside the tables are looked at.
const mostOutside = 200_000

// Outside looks for personal information in what is not part of a table:
// hidden sheets, titles, notes, headers and other cells beside the records,
// comments, document properties, the names of sheets and of the file. decided,
// which may be nil, is what the recipe says about it. What lies in the tables
// is a Checker's to judge. An error means that cells could not be read or ctx
// ended.
func Outside(ctx context.Context, wb *sheet.Workbook, filename string, tables []shape.Table, decided *catalog.PersonalDecision) ([]catalog.Finding, error) {
	o := &outside{decided: decided}
	o.file(wb, filename)
	for _, sh := range wb.Sheets {
		if err := o.sheet(ctx, sh, tables); err != nil {
			return nil, fmt.Errorf("look outside the tables of sheet %q: %w", sh.Name, err)
		}
	}
	return o.findings, nil
}

type outside struct {
	decided  *catalog.PersonalDecision
	looked   int
	findings []catalog.Finding
}

// place is one sort of place outside the tables, and what was found there.
type place struct {
	zh, en   string
	kinds    [allKinds]seen
	elevens  int64     // cells that are eleven digits and nothing else
	bare     seen      // of them, those that look like mobile numbers
	prefixes [2]uint64 // their beginnings, as bits
	beside   seen      // rows that head names beside personal details
}

// errFull says that the bound of cells was reached.
var errFull = errors.New("enough cells were looked at")

// file looks at what is no cell.
func (o *outside) file(wb *sheet.Workbook, filename string) {
	const direct = hits(1<<residentID | 1<<oldIDs | 1<<bankCard | 1<<mobile | 1<<email)
	file := place{zh: "文件名", en: "the name of the file"}
	file.text(strings.TrimSuffix(filename, path.Ext(filename)), direct, func() string { return "" })
	o.report(&file, "")
	sheets := place{zh: "工作表名称", en: "the names of sheets"}
	for _, sh := range wb.Sheets {
		sheets.text(sh.Name, direct, func() string { return "" })
	}
	o.report(&sheets, "")
	properties := place{zh: "文档属性", en: "the document properties"}
	for _, p := range wb.Properties {
		properties.text(p.Value, direct, func() string { return p.Name })
	}
	o.report(&properties, "")
	var comments place
	at := ""
	for i, c := range wb.Comments {
		if i == 0 || c.Sheet != at {
			o.report(&comments, at)
			at, comments = c.Sheet, place{zh: "工作表“" + c.Sheet + "”的批注", en: "comments of the sheet " + c.Sheet}
		}
		where := func() string { return shape.Where(c.Sheet, c.Row, c.Col) }
		comments.text(c.Text, personal, where)
		comments.text(c.Author, direct, where)
	}
	o.report(&comments, at)
}

// sheet looks at the cells of a sheet that no table covers.
func (o *outside) sheet(ctx context.Context, sh *sheet.Sheet, tables []shape.Table) error {
	p := place{zh: "工作表“" + sh.Name + "”的表外单元格", en: "cells of the sheet " + sh.Name + " outside its tables"}
	if sh.Hidden {
		p = place{zh: "隐藏的工作表“" + sh.Name + "”", en: "the hidden sheet " + sh.Name}
	}
	bodies := bodiesOf(sh, tables)
	rows := 0
	look := func(r int, cells []sheet.Cell) error {
		if rows++; rows%8192 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for i := range cells {
			if cells[i].Kind == sheet.Empty || covered(bodies, r, i+1) {
				continue
			}
			if o.looked++; o.looked > mostOutside {
				o.unscanned(shape.Where(sh.Name, r, i+1))
				return errFull
			}
			p.cell(&cells[i], func() string { return shape.Where(sh.Name, r, i+1) })
		}
		if sh.Hidden {
			p.header(cells, func() string { return shape.Where(sh.Name, r, 1) })
		}
		return nil
	}
	err := error(nil)
	if o.looked <= mostOutside {
		for _, span := range spans(sh, bodies) {
			if err = sh.Scan(span[0], span[1], look); err != nil {
				break
			}
		}
	}
	o.report(&p, sh.Name)
	if errors.Is(err, errFull) {
		return nil
	}
	return err
}

func (o *outside) unscanned(where string) {
	f := catalog.NewFinding("personal-unscanned", where, nil)
	f.Expected = itoa(mostOutside)
	o.findings = append(o.findings, f)
}

// body is the rectangle of a table's records, but for rows that are none.
type body struct {
	firstRow, lastRow, firstCol, lastCol int
	without                              []int // sorted
}

// bodiesOf gives where the records of the tables lie on a sheet.
func bodiesOf(sh *sheet.Sheet, tables []shape.Table) []body {
	var out []body
	for i := range tables {
		t := &tables[i]
		parts := t.Origin.Parts
		if len(parts) == 0 {
			parts = []catalog.Part{{Sheet: t.Sheet.Name, FirstRow: t.FirstRow, LastRow: t.LastRow}}
		}
		for _, p := range parts {
			if p.Sheet != sh.Name {
				continue
			}
			b := body{firstRow: p.FirstRow, lastRow: p.LastRow, firstCol: t.FirstCol, lastCol: t.LastCol}
			if len(p.Cols) > 0 {
				b.firstCol, b.lastCol = 1, max(slices.Max(p.Cols), 1)
			}
			for _, rows := range [][]int{t.SectionRows, t.SkipRows, t.NoteRows} {
				for _, r := range rows {
					if r -= p.Offset; r >= b.firstRow && r <= b.lastRow {
						b.without = append(b.without, r)
					}
				}
			}
			slices.Sort(b.without)
			out = append(out, b)
		}
	}
	return out
}

func covered(bodies []body, row, col int) bool {
	for i := range bodies {
		b := &bodies[i]
		if row < b.firstRow || row > b.lastRow || col < b.firstCol || col > b.lastCol {
			continue
		}
		if _, out := slices.BinarySearch(b.without, row); !out {
			return true
		}
	}
	return false
}

// spans gives the rows of a sheet that are to be read: not those that the
// records of one table fill from edge to edge.
func spans(sh *sheet.Sheet, bodies []body) [][2]int {
	const last = 1 << 30
	if len(bodies) != 1 || bodies[0].firstCol > 1 || bodies[0].lastCol < sh.Cols() {
		return [][2]int{{1, last}}
	}
	b := &bodies[0]
	out := [][2]int{}
	if b.firstRow > 1 {
		out = append(out, [2]int{1, b.firstRow - 1})
	}
	if len(b.without) <= 100 {
		for _, r := range b.without {
			out = append(out, [2]int{r, r})
		}
	} else {
		out = append(out, [2]int{b.without[0], b.without[len(b.without)-1]})
	}
	return append(out, [2]int{b.lastRow + 1, last})
}

// text looks at a text for some kinds.
func (p *place) text(s string, want hits, where func() string) {
	found := ofText(s, false) & (want | one(wrongID) | one(wrongCard))
	for k := residentID; found != 0 && k < allKinds; k++ {
		if found.has(k) && k != masked {
			p.kinds[k].add(where)
		}
	}
}

// cell looks at a cell. A cell of eleven digits may be an amount.
func (p *place) cell(c *sheet.Cell, where func() string) {
	s := strings.TrimSpace(c.Raw)
	if len(s) < shortest || c.Kind != sheet.Text && c.Kind != sheet.Number {
		return
	}
	if len(s) == 11 && digits(s) {
		if p.elevens++; validMobile(s) {
			p.bare.add(where)
			n := (int(s[1]-'0')*10 + int(s[2]-'0')) & 127
			p.prefixes[n>>6] |= 1 << (n & 63)
		}
		return
	}
	p.text(s, personal, where)
}

// header looks at a row of a hidden sheet as at a header: names beside
// personal details.
func (p *place) header(cells []sheet.Cell, where func() string) {
	var person, more bool
	for i := range cells {
		if c := &cells[i]; c.Kind == sheet.Text && len(c.Raw) <= 60 {
			switch s, _ := senseOf(c.Raw); s {
			case names:
				person = true
			case detail, sensitive:
				more = true
			case harmless:
			}
		}
	}
	if person && more {
		p.beside.add(where)
	}
}

// report adds the finding of a place, if there is anything.
func (o *outside) report(p *place, where string) {
	if beginnings := bits.OnesCount64(p.prefixes[0]) + bits.OnesCount64(p.prefixes[1]); p.bare.n*2 >= p.elevens && (p.bare.n < 10 || beginnings >= 3) {
		p.kinds[mobile] = p.kinds[mobile].merge(p.bare)
	}
	var all seen
	var zh, en []string
	for k := residentID; k < masked; k++ {
		s := p.kinds[k]
		if s.n == 0 || k == residentID && !beyondChance(s.n, p.kinds[wrongID].n, 11) || k == bankCard && !beyondChance(s.n, p.kinds[wrongCard].n, 10) {
			continue
		}
		all = all.merge(s)
		if rule, ok := catalog.RuleOf(personCodes[k]); ok && !slices.Contains(en, rule.Title.EN) {
			zh, en = append(zh, rule.Title.ZH), append(en, rule.Title.EN)
		}
	}
	if p.beside.n > 0 {
		all = all.merge(p.beside)
		zh, en = append(zh, "姓名与个人信息"), append(en, "Names beside personal details")
	}
	if all.n == 0 {
		return
	}
	f := catalog.NewFinding("personal-outside", where, map[string]string{
		"place": p.en, "place_zh": p.zh, "column": p.en, "column_zh": p.zh, "actual_zh": strings.Join(zh, "、"),
	})
	f.Actual, f.Count = strings.Join(en, ", "), all.n
	f.Cells = slices.DeleteFunc(all.cells, func(s string) bool { return s == "" })
	if len(f.Cells) > 0 && where != "" {
		f.Where = f.Cells[0]
	}
	if d := o.decided; d != nil && d.Action == catalog.PublishPersonal && strings.TrimSpace(d.Basis) != "" {
		f.Code, f.Severity = "personal-decided", catalog.SeverityInfo
		decidedArgs(&f, d)
		f.Args["action"], f.Args["action_zh"] = "may stay", "可以保留"
	}
	o.findings = append(o.findings, f)
}
