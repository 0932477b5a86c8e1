package catalog

import (
	"strings"
	"time"
)

// maxSlug bounds the names that stand in URLs.
const maxSlug = 100

// CheckSlug says whether a slug may name a department or a dataset: lower-case
// ASCII letters and digits, in words joined by single hyphens, at most 100
// characters. The error is of kind Invalid and names field.
func CheckSlug(field, slug string) error {
	ok := slug != "" && len(slug) <= maxSlug && slug[0] != '-' && slug[len(slug)-1] != '-' && !strings.Contains(slug, "--")
	for i := 0; ok && i < len(slug); i++ {
		c := slug[i]
		ok = c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
	}
	if ok {
		return nil
	}
	return invalid(field, "use lower-case letters, digits and single hyphens, such as hospital-beds; at most 100 characters", "%q cannot be the name of a %s", slug, field)
}

func invalid(field, fix, format string, args ...any) *Error {
	e := Errorf(Invalid, fix, format, args...)
	e.Field = field
	return e
}

// Check says whether the metadata can be kept: every code is one of its
// vocabulary, and the dates are dates in order. What nobody has written yet may
// be missing, but not who may read the data. The error is of kind Invalid and
// names the field as JSON has it.
func (m *Metadata) Check() error {
	for _, c := range []struct {
		field, code string
		terms       []Term
		needed      bool
	}{
		{"theme", m.Theme, Themes, false},
		{"licence", m.Licence, Licences, false},
		{"update_cycle", string(m.Cycle), Cycles, false},
		{"sharing_type", string(m.Sharing), SharingTypes, false},
		{"open_attribute", string(m.Open), OpenAttributes, true},
	} {
		if _, ok := Lookup(c.terms, c.code); ok || (c.code == "" && !c.needed) {
			continue
		}
		var codes []string
		for _, t := range c.terms {
			codes = append(codes, t.Code)
		}
		return invalid(c.field, "give one of "+strings.Join(codes, ", "), "%s is %q, which is no code that we know", c.field, c.code)
	}
	return m.checkDates()
}

func (m *Metadata) checkDates() error {
	for _, d := range []struct{ field, text string }{{"temporal_start", m.TemporalStart}, {"temporal_end", m.TemporalEnd}} {
		if _, err := time.Parse(time.DateOnly, d.text); err != nil && d.text != "" {
			return invalid(d.field, "write a day as YYYY-MM-DD", "%s is %q, which is no day", d.field, d.text)
		}
	}
	if m.TemporalStart != "" && m.TemporalEnd != "" && m.TemporalEnd < m.TemporalStart {
		return invalid("temporal_end", "exchange the two, or correct one", "the data ends on %s, before it begins on %s", m.TemporalEnd, m.TemporalStart)
	}
	return nil
}
