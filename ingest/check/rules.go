package check

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// rule is one sort of declared rule.
type rule uint8

const (
	ruleRequired rule = iota
	ruleUnique
	ruleEnum
	rulePattern
	ruleLength
	ruleMinimum
	ruleMaximum
	ruleCount
)

var ruleNames = [ruleCount]string{"required", "unique", "enum", "pattern", "length", "minimum", "maximum"}

// longestMatched bounds the texts that patterns are tried on: a spreadsheet's
// cell holds no more.
const longestMatched = 32_767

// rules are the declared rules of one column, and what broke them.
type rules struct {
	of       *catalog.Constraints
	whole    *regexp.Regexp
	min, max *catalog.Bound
	enum     map[string]bool
	texts    bool // enum, pattern or length are to be looked at
	known    *hashes
	broken   [ruleCount]seen
	actual   [ruleCount]string // the first value that broke each
	failed   [ruleCount]string // why a rule cannot be checked
	memo     [64]ruleMemo
}

type ruleMemo struct {
	text   string
	broken uint8 // bits of the rules about texts
}

// newRules prepares the rules of a column; nil where it has none that need its
// values one by one.
func newRules(col *catalog.Column) *rules {
	c := col.Constraints
	if c == nil {
		return nil
	}
	r := &rules{of: c}
	var err error
	if r.whole, err = c.Whole(); err != nil {
		r.failed[rulePattern] = err.Error()
	}
	if c.Minimum != "" {
		if r.min, err = catalog.ParseBound(col.Type, c.Minimum); err != nil {
			r.failed[ruleMinimum] = err.Error()
		}
	}
	if c.Maximum != "" {
		if r.max, err = catalog.ParseBound(col.Type, c.Maximum); err != nil {
			r.failed[ruleMaximum] = err.Error()
		}
	}
	if len(c.Enum) > 0 {
		r.enum = make(map[string]bool, len(c.Enum))
		for _, s := range c.Enum {
			b := []byte(s)
			if col.Type.Numeric() {
				b = plainest(b)
			}
			r.enum[string(b)] = true
		}
	}
	if c.Unique {
		r.known = &hashes{}
	}
	r.texts = r.enum != nil || r.whole != nil || c.MinLength > 0 || c.MaxLength > 0
	if !r.texts && r.min == nil && r.max == nil && !c.Required && !c.Unique && r.failed == [ruleCount]string{} {
		return nil
	}
	return r
}

// keep holds a value against the rules of its column.
func (c *Checker) keep(col *column, v *catalog.Value, rec *catalog.Record, i int) {
	r, number := col.rules, rec.Row
	if v.Kind == catalog.Null {
		if r.of.Required && !suppressed(rec, i) {
			c.breaks(col, ruleRequired, v, number)
		}
		return
	}
	if r.min != nil && r.min.Compare(v) < 0 {
		c.breaks(col, ruleMinimum, v, number)
	}
	if r.max != nil && r.max.Compare(v) > 0 {
		c.breaks(col, ruleMaximum, v, number)
	}
	if r.texts {
		if bits := c.textRules(r, v); bits != 0 {
			for k := ruleEnum; k <= ruleLength; k++ {
				if bits&(1<<k) != 0 {
					c.breaks(col, k, v, number)
				}
			}
		}
	}
	if r.known != nil {
		if _, again := r.known.add(c.mix.add(1, v)); again {
			c.breaks(col, ruleUnique, v, number)
		}
	}
}

// reasonSuppressed is why a count that was left out has no value.
const reasonSuppressed = "small-count-suppressed"

// suppressed reports whether a value is missing because it was too small a
// count to publish.
func suppressed(rec *catalog.Record, column int) bool {
	for _, raw := range rec.Raw {
		if raw.Column == column && raw.Reason == reasonSuppressed {
			return true
		}
	}
	return false
}

func (c *Checker) breaks(col *column, k rule, v *catalog.Value, number int) {
	if col.rules.broken[k].n == 0 && v.Kind != catalog.Null {
		col.rules.actual[k] = shown(col.of, v.String())
	}
	col.rules.broken[k].add(func() string { return c.where(number, col) })
}

// textRules gives the bits of the rules about texts that a value breaks. Texts
// that come again are looked at once.
func (c *Checker) textRules(r *rules, v *catalog.Value) uint8 {
	if v.Kind != catalog.TextValue {
		c.scratch = v.Append(c.scratch[:0])
		return r.judge(c.scratch, v.Kind == catalog.IntValue || v.Kind == catalog.DecimalValue || v.Kind == catalog.FloatValue)
	}
	if v.S == "" {
		return r.judge(nil, false)
	}
	m := &r.memo[slot(v.S)]
	if m.text != v.S {
		c.scratch = append(c.scratch[:0], v.S...)
		*m = ruleMemo{v.S, r.judge(c.scratch, false)}
	}
	return m.broken
}

func (r *rules) judge(text []byte, number bool) (broken uint8) {
	if r.whole != nil && (len(text) > longestMatched || !r.whole.Match(text)) {
		broken |= 1 << rulePattern
	}
	if r.of.MinLength > 0 || r.of.MaxLength > 0 {
		if n := utf8.RuneCount(text); n < r.of.MinLength || r.of.MaxLength > 0 && n > r.of.MaxLength {
			broken |= 1 << ruleLength
		}
	}
	if r.enum == nil {
		return broken
	}
	if number {
		text = plainest(text)
	}
	if !r.enum[string(text)] {
		broken |= 1 << ruleEnum
	}
	return broken
}

// plainest takes the zeros off the end of a fraction, so that 2.50 equals 2.5.
func plainest(number []byte) []byte {
	if bytes.IndexByte(number, '.') < 0 || bytes.IndexByte(number, 'e') > 0 {
		return number
	}
	return bytes.TrimSuffix(bytes.TrimRight(number, "0"), []byte{'.'})
}

// slot spreads texts over a memo of 64.
func slot(s string) uint {
	return (uint(len(s))*7 + uint(s[0])*31 + uint(s[len(s)-1])*131 + uint(s[len(s)/2])*17) & 63
}

// broken gives the findings of a column's rules.
func (c *Checker) broken(col *column) []catalog.Finding {
	var out []catalog.Finding
	for k := ruleRequired; k < ruleCount; k++ {
		if r := col.rules; r.broken[k].n > 0 {
			f := c.finding("rule-"+ruleNames[k], col, r.broken[k])
			f.Expected, f.Actual = expected(r.of, k), r.actual[k]
			out = append(out, f)
		}
	}
	return out
}

// expected says what a rule wants.
func expected(c *catalog.Constraints, k rule) string {
	switch k {
	case ruleEnum:
		if n := len(c.Enum); n > mostCells {
			return strings.Join(c.Enum[:mostCells], ", ") + ", … (" + strconv.Itoa(n) + ")"
		}
		return strings.Join(c.Enum, ", ")
	case rulePattern:
		return c.Pattern
	case ruleMinimum:
		return c.Minimum
	case ruleMaximum:
		return c.Maximum
	case ruleLength:
		switch {
		case c.MaxLength == 0:
			return "≥ " + strconv.Itoa(c.MinLength)
		case c.MinLength == c.MaxLength:
			return strconv.Itoa(c.MaxLength)
		}
		return strconv.Itoa(c.MinLength) + "–" + strconv.Itoa(c.MaxLength)
	case ruleRequired, ruleUnique, ruleCount:
	}
	return ruleNames[k]
}
