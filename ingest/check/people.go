package check

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// scan says what is looked for in a column's values.
type scan uint8

const (
	scanNothing scan = iota
	scanText
	scanWhole   // integers
	scanDecimal // numbers that may be whole
)

func scanOf(c *catalog.Column) scan {
	switch c.Type {
	case catalog.TypeText:
		return scanText
	case catalog.TypeInteger:
		return scanWhole
	case catalog.TypeDecimal:
		return scanDecimal
	}
	return scanNothing
}

// people is what a column's values say about persons.
type people struct {
	phone    bool  // the label says so
	passport bool  // the label says that they may stand here
	runs     int64 // texts that are digits only
	long     int64 // values of thirteen digits and more
	kinds    [allKinds]seen
	prefixes [2]uint64 // the beginnings of mobile numbers, as bits
	memo     [64]memo
}

// memo keeps what was found in a text.
type memo struct {
	text string
	hits hits
	run  bool // digits only
}

// least is the first mobile number: no smaller number is looked at.
const least = 13_000_000_000

// shortest is how few bytes a text has that nobody looks at.
const shortest = 7

// person looks for personal information in a value. Texts that come again are
// not looked at twice.
func (c *Checker) person(col *column, v *catalog.Value, number int) {
	p := &col.person
	if v.Kind != catalog.TextValue {
		if c.whole(v) {
			if len(c.scratch) >= 13 {
				p.long++
			}
			c.hit(col, ofDigits(string(c.scratch)), string(c.scratch), number)
		}
		return
	}
	if len(v.S) < shortest {
		return
	}
	m := &p.memo[slot(v.S)]
	if m.text != v.S {
		*m = memo{v.S, ofText(v.S, p.passport), v.S[0]-'0' <= 9 && digits(v.S)}
	}
	if m.run {
		p.runs++
		if len(v.S) >= 13 {
			p.long++
		}
	}
	if m.hits != 0 {
		c.hit(col, m.hits, v.S, number)
	}
}

// whole writes a whole number of eleven digits and more into scratch; false
// where the value is none.
func (c *Checker) whole(v *catalog.Value) bool {
	switch {
	case v.S != "":
		c.scratch = v.Append(c.scratch[:0])
		text, fraction, _ := strings.Cut(string(c.scratch), ".")
		c.scratch = append(c.scratch[:0], text...)
		return strings.Trim(fraction, "0") == "" && text[0] != '-'
	case v.Kind == catalog.IntValue:
		if v.I < least {
			return false
		}
		c.scratch = strconv.AppendInt(c.scratch[:0], v.I, 10)
		return true
	case v.Kind == catalog.DecimalValue:
		n := v.I
		for range v.Scale {
			if n < least || n%10 != 0 {
				return false
			}
			n /= 10
		}
		if n < least {
			return false
		}
		c.scratch = strconv.AppendInt(c.scratch[:0], n, 10)
		return true
	case v.Kind == catalog.FloatValue:
		if v.F < least || v.F >= 1e18 || v.F != math.Trunc(v.F) {
			return false
		}
		c.scratch = strconv.AppendInt(c.scratch[:0], int64(v.F), 10)
		return true
	}
	return false
}

func (c *Checker) hit(col *column, found hits, text string, number int) {
	if found == 0 {
		return
	}
	if found.has(mobile) {
		if i := len(text) - 11; i >= 0 && digits(text) { // 86 may stand before
			n := (int(text[i+1]-'0')*10 + int(text[i+2]-'0')) & 127
			col.person.prefixes[n>>6] |= 1 << (n & 63)
		}
	}
	for k := residentID; k < allKinds; k++ {
		switch {
		case !found.has(k):
		case k >= kinds:
			col.person.kinds[k].n++
		default:
			col.person.kinds[k].add(func() string { return c.where(number, col) })
		}
	}
}

// scanRaw looks at the raw texts that are kept beside the values: they are
// published with them.
func (c *Checker) scanRaw(r *catalog.Record) {
	for _, raw := range r.Raw {
		if len(raw.Raw) < shortest || raw.Column >= len(c.columns) {
			continue
		}
		if col := &c.columns[raw.Column]; !col.helper && (r.Values[raw.Column].IsNull() || col.scan == scanNothing) {
			c.hit(col, ofText(raw.Raw, col.person.passport), raw.Raw, r.Row)
		}
	}
}

// proven reports whether the hits of a kind are what they look like. In
// columns of amounts or serial numbers some pass by chance: one of eleven
// numbers with a province and a date has the check digit of an identity
// number, one of ten that of a card, and a phone number has none. In words
// nearly every hit counts.
func (col *column) proven(k kind) bool {
	p := &col.person
	n := p.kinds[k].n
	if n == 0 {
		return false
	}
	switch k {
	case residentID:
		return beyondChance(n, p.kinds[wrongID].n, 11) && (!col.numbers() || n*100 >= p.long)
	case bankCard:
		return beyondChance(n, p.kinds[wrongCard].n, 10) && (!col.numbers() || n*5 >= p.long)
	case oldIDs:
		return !col.numbers() || 2*n >= p.long
	case mobile:
		if p.phone || !col.numbers() {
			return true
		}
		beginnings := bits.OnesCount64(p.prefixes[0]) + bits.OnesCount64(p.prefixes[1])
		return col.of.Unit == "" && col.scan != scanDecimal && n*3 >= col.values && (n < 10 || beginnings >= 3)
	}
	return true
}

// beyondChance reports whether there are more hits than one in odds gives.
func beyondChance(hits, misses int64, odds float64) bool {
	n := hits + misses
	if n <= 2 {
		return true
	}
	mean := float64(n) / odds
	return float64(hits) > mean+3*math.Sqrt(mean*(1-1/odds))
}

// numbers reports whether nearly all values are runs of digits.
func (col *column) numbers() bool {
	return col.scan != scanText || col.person.runs*10 >= col.values*9
}

// personCodes are the codes of the findings, kind by kind.
var personCodes = [masked]string{
	residentID: "personal-id", oldIDs: "personal-id", bankCard: "personal-bank-card", passport: "personal-passport",
	mobile: "personal-mobile", email: "personal-email", plate: "personal-plate",
}

// personal gives the findings about persons: by values, by headers, and names
// that stand beside what tells who it is.
func (c *Checker) personal() []catalog.Finding {
	var out []catalog.Finding
	for i := range c.columns {
		col := &c.columns[i]
		if col.helper {
			continue
		}
		found := append(c.ofValues(col), c.ofHeader(col)...)
		d := c.decision(col)
		switch {
		case len(found) == 0 || d == nil || d.Action != catalog.PublishPersonal:
			out = append(out, found...)
		default:
			out = append(out, c.decidedAbout(col, d, found))
		}
	}
	return append(out, c.combination()...)
}

// decision gives what was decided about a column, if a ground was given.
func (c *Checker) decision(col *column) *catalog.PersonalDecision {
	if c.decided == nil {
		return nil
	}
	rc := c.decided.Column(col.of.Name)
	if rc == nil || rc.Personal == nil || strings.TrimSpace(rc.Personal.Basis) == "" {
		return nil
	}
	return rc.Personal
}

// masks reports whether nothing is left of a column's values but their masks:
// no declared rule holds for those.
func masks(decided *catalog.RecipeTable, name string) bool {
	if decided == nil {
		return false
	}
	c := decided.Column(name)
	return c != nil && c.Personal.Masks()
}

// ofValues gives what the values of a column prove.
func (c *Checker) ofValues(col *column) []catalog.Finding {
	var out []catalog.Finding
	for k := residentID; k < masked; k++ {
		if !col.proven(k) {
			continue
		}
		s := col.person.kinds[k]
		if n := len(out); n > 0 && out[n-1].Code == personCodes[k] {
			s = seen{out[n-1].Count, out[n-1].Cells}.merge(s)
			out = out[:n-1]
		}
		out = append(out, c.finding(personCodes[k], col, s))
	}
	return out
}

// ofHeader judges what the label of a column says, against what its values can
// be: numbers of few digits are no identity numbers, yes and no no fingerprints.
func (c *Checker) ofHeader(col *column) []catalog.Finding {
	s, word := senseOf(col.of.Label)
	if d := c.decision(col); s != sensitive || col.values == 0 || col.short() || d.Masks() {
		return nil
	}
	f := c.finding("personal-header", col, seen{n: col.values})
	f.Where, f.Actual = top(c.table, col.of), word
	return []catalog.Finding{f}
}

// short reports whether a column holds counts, amounts, days or yes and no:
// nothing that could be the number of a document.
func (col *column) short() bool {
	switch col.of.Type {
	case catalog.TypeText:
		return false
	case catalog.TypeInteger, catalog.TypeDecimal:
		return col.person.long == 0
	}
	return true
}

// combination looks for names beside what makes them a person's: a masked
// number beside a name still tells who it is.
func (c *Checker) combination() []catalog.Finding {
	var person *column
	var beside []string
	for i := range c.columns {
		col := &c.columns[i]
		if col.helper || col.values == 0 {
			continue
		}
		d := c.decision(col)
		s, _ := senseOf(col.of.Label)
		switch {
		case s == names && col.of.Type == catalog.TypeText:
			if person == nil && d == nil {
				person = col
			}
		case d != nil && d.Action == catalog.PublishPersonal:
		case col.person.kinds[masked].n > 0, s == detail && d == nil && !(col.of.Type == catalog.TypeBoolean):
			beside = append(beside, col.of.Label)
		}
	}
	if person == nil || len(beside) == 0 {
		return nil
	}
	f := c.finding("personal-combination", person, seen{n: person.values})
	f.Where, f.Actual = top(c.table, person.of), strings.Join(beside, ", ")
	return []catalog.Finding{f}
}

// decidedAbout tells who decided about a column, and on what ground. found is
// what would block without the decision.
func (c *Checker) decidedAbout(col *column, d *catalog.PersonalDecision, found []catalog.Finding) catalog.Finding {
	n := int64(0)
	var zh, en []string
	for _, f := range found {
		n = max(n, f.Count)
		if rule, ok := catalog.RuleOf(f.Code); ok {
			zh, en = append(zh, rule.Title.ZH), append(en, rule.Title.EN)
		}
	}
	f := c.finding("personal-decided", col, seen{n: n})
	f.Where, f.Actual, f.Args["actual_zh"] = top(c.table, col.of), strings.Join(en, ", "), strings.Join(zh, "、")
	decidedArgs(&f, d)
	return f
}

func decidedArgs(f *catalog.Finding, d *catalog.PersonalDecision) {
	f.Args["by"], f.Args["at"], f.Args["basis"] = d.By, d.At, d.Basis
	f.Args["action"], f.Args["action_zh"] = "is published", "予以公开"
}
