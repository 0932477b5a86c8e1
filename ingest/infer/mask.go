package infer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// mask says what is left of the values of a column that an officer decided to
// mask. Nothing else of them is stored, and no finding tells one.
type mask uint8

const (
	maskNone mask = iota
	maskAll       // every value becomes maskedValue
	maskName      // the first character of a name stays
)

// maskedValue stands for a value that was masked. It also is a mark for a
// missing value, so that a download that is uploaded again gives no values.
const maskedValue = "***"

// dropped reports a column that is not stored at all.
func (p *Plan) dropped(c *shape.Column) {
	f := catalog.NewFinding("column-dropped", p.where(0, c), map[string]string{"column": label(*c), "basis": c.Decided.Personal.Basis})
	f.Table = p.source.Name
	p.Findings = append(p.Findings, f)
}

func maskOf(c *shape.Column) mask {
	switch {
	case c.Decided == nil || !c.Decided.Personal.Masks():
		return maskNone
	case namesPeople(c.Label):
		return maskName
	}
	return maskAll
}

// namesPeople reports whether a heading announces names of people.
func namesPeople(label string) bool {
	for _, w := range [...]string{"姓名", "名字", "户主", "法定代表人", "法人代表", "负责人", "联系人", "申请人", "当事人", "经办人", "监护人", "处罚人", "受益人", "代理人"} {
		if strings.Contains(label, w) {
			return true
		}
	}
	low := strings.ToLower(label)
	for _, w := range [...]string{"full name", "first name", "last name", "surname", "contact person", "applicant"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return low == "name" || low == "contact"
}

// masked gives what is left of a value: the first character of a name and two
// stars; of anything else, and of what is no name, nothing.
func (m mask) masked(s string) string {
	const longest = 40 // characters of a name
	first, size := utf8.DecodeRuneInString(s)
	if m != maskName || !unicode.IsLetter(first) || size == len(s) || utf8.RuneCountInString(s) > longest || strings.ContainsFunc(s, unicode.IsDigit) {
		return maskedValue
	}
	return s[:size] + "**"
}

func (t *tally) addMasked(c *sheet.Cell, row int) {
	t.cells++
	switch s := shape.Trim(c.Raw); {
	case c.Kind == sheet.Error:
		t.by[sortError].add(row, "")
	case t.marks(s):
		t.nulls++
	default:
		t.by[sortText].add(row, "")
	}
}

// decideMasked settles a masked column: text, of which nothing is told.
func (t *tally) decideMasked(c *column) {
	c.kind, c.sqlType = catalog.TypeText, "VARCHAR"
	f := t.finding("column-masked", &t.by[sortText])
	f.Cells, f.Args["basis"] = nil, t.decided.Personal.Basis
	if t.mask == maskName {
		t.say("姓名已脱敏，只保留第一个字", "names are masked: the first character is kept")
		return
	}
	t.say("个人信息已脱敏，不保留原值", "personal information is masked: nothing of the values is kept")
}
