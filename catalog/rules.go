package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// Rule is an entry of the finding catalogue: what a code means, how grave it
// is, and the prose that readers see. The templates hold {name} placeholders
// that are filled from a finding's Args, or from its fields: {where},
// {expected}, {actual}, {count}, {table}, {cells}. An argument whose name ends in
// _zh stands for the one without it in Chinese sentences.
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
	for _, part := range [][]Rule{fileRules(), shapeRules(), columnRules(), valueRules(), checkRules(), jobRules()} {
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
	s := f.fill(r.Sentence.In(lang), lang)
	if n := f.Args["places"]; n != "" { // it stands for the same cause elsewhere
		s += Text{ZH: "（" + n + " 处有同类问题，此为第一处）", EN: " (The first of " + n + " places like it.)"}.In(lang)
	}
	return s
}

// Fix says in lang what to do about it; "" where nothing needs doing.
func (f Finding) Fix(lang Lang) string {
	r, _ := RuleOf(f.Code)
	return f.fill(r.Fix.In(lang), lang)
}

// fill puts the finding's own words into a template. A placeholder that
// nothing fills becomes a dash, so that a reader never sees braces.
func (f Finding) fill(template string, lang Lang) string {
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
		b.WriteString(f.word(template[open+1:open+end], lang))
		template = template[open+end+1:]
	}
}

// word gives what fills a placeholder. In Chinese an argument of the same name
// with _zh goes first, and types are called by their Chinese names.
func (f Finding) word(name string, lang Lang) string {
	if v := f.Args[name+"_zh"]; v != "" && lang == ZH {
		return v
	}
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
	if zh, ok := typeNames()[Type(v)]; ok && lang == ZH && name == "expected" {
		return zh
	}
	return v
}

// typeNames calls the types as Chinese pages do.
func typeNames() map[Type]string {
	return map[Type]string{
		TypeText: "文本", TypeInteger: "整数", TypeDecimal: "小数", TypePercent: "百分比", TypeBoolean: "是/否",
		TypeDate: "日期", TypeDatetime: "日期时间", TypeTime: "时间", TypePeriod: "时期",
	}
}

// In calls a type by the name that people read in lang.
func (t Type) In(lang Lang) string {
	if zh, ok := typeNames()[t]; ok && lang == ZH {
		return zh
	}
	return string(t)
}

// Public reports whether readers may see a finding on a published version: it
// speaks of nothing but how the published tables were read. What was left out,
// linked, hidden or personal is for the department alone.
func (f Finding) Public() bool {
	switch f.Code {
	case "no-table-found", "sheet-skipped", "table-left-out", "column-dropped", "column-masked":
		return false
	}
	for _, part := range [][]Rule{shapeRules(), columnRules(), valueRules()} {
		if slices.ContainsFunc(part, func(r Rule) bool { return r.Code == f.Code }) {
			return true
		}
	}
	return false
}
