package check

import (
	"regexp"

	"gongkai/catalog"
)

// giveaways finds what would tell a count that was left out: beside it in the
// same record a rate, a share or a mean, from which it can be computed, or a
// text that says how many people there were. Sums are looked after where counts
// are left out.
type giveaways struct {
	rates []bool // columns of rates, shares and means
	texts []bool
	found []seen // by column
}

// rateWords head columns from which a count can be computed.
var rateWords = regexp.MustCompile(`(?i)率|比重|占比|比例|比值|百分比|构成|[人户均]均|平均|每[万千百十]|[%％‰]|\b(rates?|ratio|share|percent(age)?|proportion|average|mean|per)\b`)

// saysCount is a text that tells a number of people.
var saysCount = regexp.MustCompile(`(?i)[0-9０-９一二两三四五六七八九十]\s*(余?名|人|例|户|位|people|persons?|cases?|patients?|children|households?)`)

// newGiveaways is nil where no count of the table is left out.
func newGiveaways(t *catalog.Table, decided *catalog.RecipeTable) *giveaways {
	if decided == nil || decided.SmallCounts == nil || !decided.SmallCounts.Suppress {
		return nil
	}
	g := &giveaways{rates: make([]bool, len(t.Columns)), texts: make([]bool, len(t.Columns)), found: make([]seen, len(t.Columns))}
	for i := range t.Columns {
		c := &t.Columns[i]
		number := c.Type == catalog.TypeInteger || c.Type == catalog.TypeDecimal
		g.rates[i] = c.Type == catalog.TypePercent || number && c.Kind == "" && rateWords.MatchString(c.Label+" "+c.Unit)
		g.texts[i] = c.Type == catalog.TypeText && c.Made == "" && c.Kind == ""
	}
	return g
}

// record looks at what stands beside a count that is left out.
func (g *giveaways) record(c *Checker, r *catalog.Record) {
	if !suppressedAny(r) {
		return
	}
	for i := range g.found {
		v := &r.Values[i]
		if v.Kind == catalog.Null || suppressed(r, i) {
			continue
		}
		if g.rates[i] || g.texts[i] && v.Kind == catalog.TextValue && saysCount.MatchString(v.S) {
			g.found[i].add(func() string { return c.where(r.Row, &c.columns[i]) })
		}
	}
}

// suppressedAny reports whether a count of the record is left out.
func suppressedAny(r *catalog.Record) bool {
	for _, raw := range r.Raw {
		if raw.Reason == reasonSuppressed {
			return true
		}
	}
	return false
}

func (g *giveaways) findings(c *Checker) (out []catalog.Finding) {
	for i := range g.found {
		if g.found[i].n > 0 {
			out = append(out, c.finding("small-count-derivable", &c.columns[i], g.found[i]))
		}
	}
	return out
}
