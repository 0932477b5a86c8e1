package catalog

import (
	"strconv"
	"strings"
)

// Rule is an entry of the finding catalogue: what a code means, how grave it
// is, and the prose that readers see. The templates hold {name} placeholders
// that are filled from a finding's Args, or from its fields: {where},
// {expected}, {actual}, {count}, {table}, {cells}.
type Rule struct {
	Code     string // kebab-case, stable: programs and acknowledgements refer to it
	Severity Severity
	Title    Text // a heading: what this is about
	Sentence Text // what was noticed in this file
	Fix      Text // what the department can do; empty where nothing needs doing
}

// Rules lists every code that a finding may carry, files first, then sheets,
// tables, columns, checks and jobs; docs/findings.md is made from it.
func Rules() []Rule {
	var all []Rule
	for _, part := range [][]Rule{fileRules(), shapeRules(), columnRules(), checkRules(), jobRules()} {
		all = append(all, part...)
	}
	return all
}

// RuleOf finds the rule of a code; ok is false where there is none.
func RuleOf(code string) (rule Rule, ok bool) {
	for _, r := range Rules() {
		if r.Code == code {
			return r, true
		}
	}
	return Rule{}, false
}

// NewFinding makes a finding with the severity of its rule; a code without a
// rule is a warning, so that it is never overlooked. Count, Cells, Expected and
// Actual are taken from args where those tell them, as a reader's problems do.
func NewFinding(code, where string, args map[string]string) Finding {
	f := Finding{Code: code, Severity: SeverityWarning, Where: where, Args: args, Count: 1}
	if r, ok := RuleOf(code); ok {
		f.Severity = r.Severity
	}
	if n, err := strconv.ParseInt(args["count"], 10, 64); err == nil && n > 0 {
		f.Count = n
	}
	f.Expected = first(args, "expected", "allowed", "width")
	f.Actual = first(args, "actual", "found", "value", "error", "encoding", "entry")
	return f
}

// first gives the first of some arguments that is there.
func first(args map[string]string, names ...string) string {
	for _, name := range names {
		if v := args[name]; v != "" {
			return v
		}
	}
	return ""
}

// Sentence says in lang what was noticed.
func (f Finding) Sentence(lang Lang) string {
	r, ok := RuleOf(f.Code)
	if !ok {
		return strings.TrimSpace(f.Code + " " + f.Where)
	}
	return f.fill(r.Sentence.In(lang))
}

// Fix says in lang what to do about it; "" where nothing needs doing.
func (f Finding) Fix(lang Lang) string {
	r, _ := RuleOf(f.Code)
	return f.fill(r.Fix.In(lang))
}

// fill puts the finding's own words into a template. A placeholder that
// nothing fills becomes a dash, so that a reader never sees braces.
func (f Finding) fill(template string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(template, '{')
		if open < 0 {
			b.WriteString(template)
			return b.String()
		}
		b.WriteString(template[:open])
		end := strings.IndexByte(template[open:], '}')
		if end < 0 {
			b.WriteString(template[open:])
			return b.String()
		}
		b.WriteString(f.word(template[open+1 : open+end]))
		template = template[open+end+1:]
	}
}

func (f Finding) word(name string) string {
	if v, ok := f.Args[name]; ok && v != "" {
		return v
	}
	v := ""
	switch name {
	case "value", "error", "found":
		v = f.Actual
	case "where":
		v = f.Where
	case "expected":
		v = f.Expected
	case "actual":
		v = f.Actual
	case "count":
		v = strconv.FormatInt(max(f.Count, 1), 10)
	case "table":
		v = f.Table
	case "cells":
		v = strings.Join(f.Cells, ", ")
	}
	if v == "" {
		return "–"
	}
	return v
}
