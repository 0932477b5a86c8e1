package check

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// placesArg is the argument of a finding that stands for others: in how many
// tables or sheets its cause was met.
const placesArg = "places"

// fewPlaces is from how many places on one cause is told once: fewer are read
// more easily one by one.
const fewPlaces = 4

// together makes one finding of those that have one cause in several tables or
// sheets, as 500 sheets of one layout have: that of the first place, with the
// first ten cells of all and their count. It does so with the findings of a code
// and severity where there are at least from of them.
func together(fs []catalog.Finding, cause func(*catalog.Finding) string, from int) []catalog.Finding {
	type kind struct {
		code     string
		severity catalog.Severity
	}
	listed := map[kind]int{}
	for i := range fs {
		listed[kind{fs[i].Code, fs[i].Severity}]++
	}
	groups := map[string][]int{} // findings by cause
	for i := range fs {
		if listed[kind{fs[i].Code, fs[i].Severity}] >= from {
			key := cause(&fs[i])
			groups[key] = append(groups[key], i)
		}
	}
	gone := map[int]bool{}
	for _, group := range groups {
		if joined, ok := join(fs, group); ok {
			fs[group[0]] = joined
			for _, i := range group[1:] {
				gone[i] = true
			}
		}
	}
	if len(gone) == 0 {
		return fs
	}
	out := fs[:0]
	for i := range fs {
		if !gone[i] {
			out = append(out, fs[i])
		}
	}
	return out
}

// join makes one finding of a group; false where it is of few places.
func join(fs []catalog.Finding, group []int) (catalog.Finding, bool) {
	first := fs[group[0]]
	places, met := map[string]bool{}, 0
	var cells []string
	var count int64
	for _, i := range group {
		f := &fs[i]
		if at := f.Table + "\x00" + sheetOf(f); !places[at] {
			places[at] = true
			met += max(1, number(f.Args[placesArg]))
		}
		count += max(f.Count, 1)
		if len(f.Cells) > 0 {
			cells = append(cells, f.Cells...)
		} else if f.Where != "" {
			cells = append(cells, f.Where)
		}
	}
	if len(places) < fewPlaces {
		return first, false
	}
	first.Args = maps.Clone(first.Args)
	if first.Args == nil {
		first.Args = map[string]string{}
	}
	first.Args[placesArg] = strconv.Itoa(met)
	first.Table, first.Count, first.Cells = "", count, cells[:min(len(cells), mostCells)]
	return first, true
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // what is no number counts for nothing
	return n
}

// sheetOf gives the sheet that a finding is about; "" of a text file.
func sheetOf(f *catalog.Finding) string {
	if i := strings.LastIndexByte(f.Where, '!'); i >= 0 {
		return f.Where[:i]
	}
	if f.Table == "" {
		return f.Where // of a sheet as a whole
	}
	return ""
}

// sameCause is the same for findings that say the same of different places.
func sameCause(f *catalog.Finding) string {
	parts := []string{f.Code, string(f.Severity), f.Expected, f.Actual}
	sheet := sheetOf(f)
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		if v := f.Args[name]; name != "count" && name != placesArg && v != sheet && v != f.Table {
			parts = append(parts, name, v)
		}
	}
	return strings.Join(parts, "\x00")
}

// likeCause is the same for findings about columns of one heading, whatever was
// found there.
func likeCause(f *catalog.Finding) string {
	return strings.Join([]string{f.Code, string(f.Severity), f.Expected, f.Args["column"]}, "\x00")
}
