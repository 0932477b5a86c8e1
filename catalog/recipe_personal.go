package catalog

import "time"

// decisions calls fn for every decision about personal information, with the
// names of its table and column: both are "" for what lies outside the tables.
func (r *Recipe) decisions(fn func(table, column string, d *PersonalDecision)) {
	if r.Outside != nil {
		fn("", "", r.Outside)
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		for j := range t.Columns {
			if d := t.Columns[j].Personal; d != nil {
				fn(t.Name, t.Columns[j].Name, d)
			}
		}
	}
}

// decision finds what was decided about a column; nil where nothing was.
func (r *Recipe) decision(table, column string) (found *PersonalDecision) {
	r.decisions(func(t, c string, d *PersonalDecision) {
		if t == table && c == column {
			found = d
		}
	})
	return found
}

// same reports whether two decisions say the same, whoever took them.
func (d *PersonalDecision) same(other *PersonalDecision) bool {
	return other != nil && d.Action == other.Action && d.Basis == other.Basis
}

// Sign writes who took each decision about personal information, and when. A
// decision that the recipe before, which may be nil, has in the same words
// keeps who took it there.
func (r *Recipe) Sign(before *Recipe, by string, at time.Time) {
	if before == nil {
		before = &Recipe{}
	}
	r.decisions(func(table, column string, d *PersonalDecision) {
		if old := before.decision(table, column); d.same(old) && old.By != "" {
			d.By, d.At = old.By, old.At
			return
		}
		d.By, d.At = by, at.UTC().Format(time.RFC3339)
	})
}

// Unsign takes out who decided about personal information, and when: what the
// sender of a recipe may not say, and what the public need not know.
func (r *Recipe) Unsign() {
	r.decisions(func(_, _ string, d *PersonalDecision) { d.By, d.At = "", "" })
}

// Redact takes out what the public need not know: who decided about personal
// information, and what is said of the values of columns that are hidden.
func (r *Recipe) Redact() {
	r.Unsign()
	for i := range r.Tables {
		for j := range r.Tables[i].Columns {
			if c := &r.Tables[i].Columns[j]; c.Personal != nil && c.Personal.Action != PublishPersonal {
				c.Constraints, c.NullMarkers, c.KeepMarkers = nil, nil, nil
			}
		}
	}
}

// Table finds a table of the recipe by its name; nil where there is none.
func (r *Recipe) Table(name string) *RecipeTable {
	for i := range r.Tables {
		if r.Tables[i].Name == name {
			return &r.Tables[i]
		}
	}
	return nil
}

// NewDecisions says in words for the audit trail what r decides about personal
// information and before did not.
func (r *Recipe) NewDecisions(before *Recipe) []string {
	var out []string
	r.decisions(func(table, column string, d *PersonalDecision) {
		if d.same(before.decision(table, column)) {
			return
		}
		what := "outside the tables"
		if table != "" {
			what = table + "." + column
		}
		out = append(out, string(d.Action)+" "+what+" ("+d.Basis+")")
	})
	return out
}
