package annotate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// mostPlaces is how many cells of one finding are marked and linked.
const mostPlaces = 10

// spot is a cell or, with row 0, a sheet; sheet is the name as read.
type spot struct {
	sheet    string
	row, col int
}

// mark is what one cell is told.
type mark struct {
	row, col int
	severity catalog.Severity
	text     string
}

// sheetMarks are the marks of one sheet.
type sheetMarks struct {
	at map[[2]int]*mark
}

// inOrder gives the marks as a sheet's rows and cells come.
func (s *sheetMarks) inOrder() []*mark {
	if s == nil {
		return nil
	}
	return slices.SortedFunc(maps.Values(s.at), func(a, b *mark) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
	})
}

// place finds the cells of every finding. Informative ones are listed and
// linked, but their cells stay as they are: nothing is bad about them.
func (j *job) place() {
	j.marks = map[string]*sheetMarks{}
	if len(j.findings) > mostFindings {
		j.note(j.words.fewerFindings(mostFindings, len(j.findings)))
		j.findings = j.findings[:mostFindings]
	}
	j.places = make([][]spot, len(j.findings))
	for i := range j.findings {
		f := &j.findings[i]
		j.places[i] = j.spots(f)
		if gravity(f.Severity) > 1 {
			continue
		}
		for _, s := range j.places[i] {
			if s.row > 0 && s.row <= mostRows { // a text file may have more
				j.tell(s, f)
			}
		}
	}
}

// spots gives the first cells of a finding.
func (j *job) spots(f *catalog.Finding) []spot {
	texts := f.Cells
	home, located := j.parse(f.Where)
	if located && len(texts) <= 1 {
		// A reader's problem names its cells by address alone, on one sheet.
		for _, a := range strings.Fields(f.Args["cells"]) {
			if row, col, ok := address(a); ok {
				texts = append(slices.Clip(texts), shape.Where(home.sheet, row, col))
			}
		}
	}
	if len(texts) == 0 {
		texts = []string{f.Where}
	}
	var out []spot
	for _, text := range texts {
		if s, ok := j.parse(text); ok && len(out) < mostPlaces && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 && located {
		out = append(out, home)
	}
	return out
}

// tell adds a finding to what a cell is told.
func (j *job) tell(s spot, f *catalog.Finding) {
	marks := j.marks[s.sheet]
	if marks == nil {
		marks = &sheetMarks{at: map[[2]int]*mark{}}
		j.marks[s.sheet] = marks
	}
	text := j.words.severity(f.Severity) + ": " + f.Sentence(j.lang)
	if fix := f.Fix(j.lang); fix != "" {
		text += "\n" + fix
	}
	m := marks.at[[2]int{s.row, s.col}]
	switch {
	case m == nil && j.marked >= mostMarks:
		j.note(j.words.fewerMarks(mostMarks))
	case m == nil:
		j.marked++
		marks.at[[2]int{s.row, s.col}] = &mark{s.row, s.col, f.Severity, text}
	default: // findings come worst first: the severity stays
		m.text += "\n\n" + text
	}
}

// parse understands where a finding is: Sheet!B7, Sheet!B7:B90 (its first
// cell), Sheet, or B7 in a file whose sheet has no name.
func (j *job) parse(where string) (spot, bool) {
	known := func(name string) bool {
		return slices.ContainsFunc(j.src.Workbook.Sheets, func(s *sheet.Sheet) bool { return s.Name == name })
	}
	if where == "" {
		return spot{}, false
	}
	if known(where) {
		return spot{sheet: where}, true
	}
	name, cell := "", where
	if i := strings.LastIndexByte(where, '!'); i >= 0 {
		name, cell = where[:i], where[i+1:]
	}
	first, _, _ := strings.Cut(cell, ":")
	row, col, ok := address(first)
	if !ok || !known(name) {
		return spot{}, false
	}
	return spot{name, row, col}, true
}

// address reads A1; ok is false for what lies outside of every sheet.
func address(text string) (row, col int, ok bool) {
	text = strings.ReplaceAll(text, "$", "")
	i := 0
	for i < len(text) && i < 4 && text[i] >= 'A' && text[i] <= 'Z' {
		col = col*26 + int(text[i]-'A') + 1
		i++
	}
	digits := text[i:]
	if i == 0 || digits == "" || len(digits) > 9 || col > 16_384 {
		return 0, 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		row = row*10 + int(c-'0')
	}
	return row, col, row > 0
}
