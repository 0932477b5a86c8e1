package ingest

import (
	"context"
	"encoding/json"
	"slices"

	"gongkai/catalog"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
)

// Report is what `gongkai inspect --json` prints: what was understood of a
// file, with rows and columns counted from 1 as in the sheet. Files are scored
// by this shape; keep it.
type Report struct {
	Tables   []TableReport   `json:"tables"`
	Findings []FindingReport `json:"findings"`
}

// TableReport describes one table of a Report.
type TableReport struct {
	Sheet        string         `json:"sheet"`       // "" for text files
	HeaderRows   *[2]int        `json:"header_rows"` // first and last; null where there is none
	FirstDataRow int            `json:"first_data_row"`
	LastDataRow  int            `json:"last_data_row"` // totals included
	Columns      []ColumnReport `json:"columns"`
	TotalRows    []int          `json:"total_rows"`
	SectionRows  []int          `json:"section_rows"`
	SkipRows     []int          `json:"skip_rows"`
	NoteRows     []int          `json:"note_rows"`
	Rows         int64          `json:"rows"` // records, totals included
	Values       []RowReport    `json:"values,omitempty"`
}

// ColumnReport describes one column of a TableReport.
type ColumnReport struct {
	Name  string       `json:"name"`
	Label string       `json:"label"`
	Type  catalog.Type `json:"type"`
	Unit  string       `json:"unit"`
	Col   int          `json:"col"`
}

// RowReport holds the typed values of one record.
type RowReport struct {
	Row    int               `json:"row"`
	Values []json.RawMessage `json:"values"`
}

// FindingReport is one finding in a Report.
type FindingReport struct {
	Code     string           `json:"code"`
	Severity catalog.Severity `json:"severity"`
	Where    string           `json:"where"`
	Expected string           `json:"expected"`
	Actual   string           `json:"actual"`
	Fix      string           `json:"fix"`
	Message  string           `json:"message"`
	Count    int64            `json:"count"`
}

// NewReport describes what was understood; values adds every record's.
// Sentences are in lang.
func NewReport(ctx context.Context, r *Reading, values bool, lang catalog.Lang) (*Report, error) {
	rep := &Report{Tables: []TableReport{}, Findings: ReportFindings(check.Order(slices.Clone(r.Findings)), lang)}
	for i, p := range r.Plans {
		t, err := tableReport(ctx, &r.Shape.Tables[i], p, values)
		if err != nil {
			return nil, err
		}
		rep.Tables = append(rep.Tables, *t)
	}
	return rep, nil
}

// ReportFindings renders findings in a language.
func ReportFindings(fs []catalog.Finding, lang catalog.Lang) []FindingReport {
	out := make([]FindingReport, len(fs))
	for i, f := range fs {
		out[i] = FindingReport{
			Code: f.Code, Severity: f.Severity, Where: f.Where, Expected: f.Expected, Actual: f.Actual,
			Fix: f.Fix(lang), Message: f.Sentence(lang), Count: f.Count,
		}
	}
	return out
}

func tableReport(ctx context.Context, s *shape.Table, p *infer.Plan, values bool) (*TableReport, error) {
	t := &TableReport{
		Sheet: s.Sheet.Name, FirstDataRow: s.FirstRow, LastDataRow: s.LastRow, Rows: p.Table.Rows,
		TotalRows: list(s.TotalRows), SectionRows: list(s.SectionRows), SkipRows: list(s.SkipRows), NoteRows: list(s.NoteRows),
	}
	if s.HeaderRows != [2]int{} {
		t.HeaderRows = &s.HeaderRows
	}
	for _, c := range p.Table.Columns {
		if c.Col > 0 {
			t.Columns = append(t.Columns, ColumnReport{Name: c.Name, Label: c.Label, Type: c.Type, Unit: c.Unit, Col: c.Col})
		}
	}
	if !values {
		return t, nil
	}
	err := p.Records(func(rec *catalog.Record) error {
		row := RowReport{Row: rec.Row}
		for i, c := range p.Table.Columns {
			if c.Col > 0 {
				row.Values = append(row.Values, jsonValue(rec.Values[i]))
			}
		}
		t.Values = append(t.Values, row)
		return ctx.Err()
	})
	return t, err
}

// jsonValue renders a value as JSON: numbers as numbers with all their digits.
func jsonValue(v catalog.Value) json.RawMessage {
	switch v.Kind {
	case catalog.Null:
		return json.RawMessage("null")
	case catalog.IntValue, catalog.DecimalValue, catalog.FloatValue, catalog.BoolValue:
		return json.RawMessage(v.String())
	}
	b, _ := json.Marshal(v.String()) // a string is always JSON
	return b
}

// list makes of nil an empty list, so that JSON says [] and never null.
func list(rows []int) []int {
	if rows == nil {
		return []int{}
	}
	return rows
}
