package ingest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// ColumnOf names a column of a version file: of the one that is being built
// where File is "", else of one that is sealed.
type ColumnOf struct {
	File    string // SHA-256, hex
	Storage string // name of the table inside the file
	Column  string // API name
}

// Lacking is what occurs in one column and not in another.
type Lacking struct {
	Values []string // the first ten, canonical
	Rows   []int64  // the record in which each stands first
	Count  int64    // different values
	Cells  int64    // records that have one of them
}

// Sink takes the rows of one version; package datasets makes a version file
// of them. Tables come one after another: Begin, Append for each row, End.
type Sink interface {
	// MaxColumns is how many columns a table may have at most.
	MaxColumns() int
	Begin(t catalog.Table) error
	Append(r *catalog.Record) error
	End() error
	// Profile fills in the profiles of a table's columns from its stored rows.
	Profile(ctx context.Context, t *catalog.Table) error
	// Lacking gives the values of column a that column b has not; NULL and totals
	// do not count.
	Lacking(ctx context.Context, a, b ColumnOf) (Lacking, error)
	// Seal makes everything durable and tells its hashes; Tables and Findings
	// of the answer are the caller's to fill.
	Seal(ctx context.Context) (catalog.NewVersion, error)
	// Abort removes what was built.
	Abort() error
}

// Reading is what was understood of a workbook: its tables with typed columns,
// and every guess and flaw on the way.
type Reading struct {
	Shape    *shape.Reading
	Plans    []*infer.Plan // one for each table of Shape, in order
	Findings []catalog.Finding
	Filename string // as the department called it, which is looked at, too; may be set once the workbook is understood
	Series   Series // what Store compares with; may be set likewise

	wb    *sheet.Workbook
	given *catalog.Recipe // that it was read with, or nil
	bare  []shape.Table   // of which nothing is stored: every column is dropped
}

// Understand finds the tables of a workbook and the types of their columns.
// Flaws in the data are findings; an error means that we failed, or that the
// file as a whole is refused (*sheet.Rejected). recipe, which may be nil, says
// what was decided about earlier workbooks of the series.
func Understand(ctx context.Context, wb *sheet.Workbook, recipe *catalog.Recipe, progress func(share float64, rows int64)) (*Reading, error) {
	dropFront(wb)
	found, err := shape.Detect(ctx, wb, recipe)
	if err != nil {
		return nil, fmt.Errorf("find the tables: %w", err)
	}
	r := &Reading{Shape: found, wb: wb, given: recipe, Findings: append(problems(wb), found.Findings...)}
	var total, before int64
	for i := range found.Tables {
		total += found.Tables[i].Lines()
	}
	for i := range found.Tables {
		plan, err := infer.Columns(ctx, wb, &found.Tables[i], func(rows int64) {
			progress(float64(before+rows)/float64(max(total, 1)), before+rows)
		})
		if err != nil {
			return nil, fmt.Errorf("type the columns of table %q: %w", found.Tables[i].Name, err)
		}
		before += plan.Table.Rows
		r.Plans = append(r.Plans, plan)
		r.Findings = append(r.Findings, plan.Findings...)
	}
	conceal(r.Findings, found.Tables)
	r.leaveOutBare()
	return r, nil
}

// leaveOutBare leaves out the tables that have no column, since somebody
// decided to drop all that they had.
func (r *Reading) leaveOutBare() {
	var tables []shape.Table
	var plans []*infer.Plan
	for i, p := range r.Plans {
		if len(p.Table.Columns) == 0 {
			r.bare = append(r.bare, r.Shape.Tables[i])
			continue
		}
		tables, plans = append(tables, r.Shape.Tables[i]), append(plans, p)
	}
	r.Shape.Tables, r.Plans = tables, plans
}

// dropFront leaves out the list of findings: a department may correct its data
// in the annotated workbook and send that.
func dropFront(wb *sheet.Workbook) { wb.Sheets = slices.DeleteFunc(wb.Sheets, annotate.IsFront) }

// nothing is the finding that says why there is no table: the worst there is.
func (r *Reading) nothing() catalog.Finding {
	for _, f := range r.Findings {
		if f.Severity == catalog.SeverityError {
			return f
		}
	}
	f := catalog.NewFinding("no-table-found", "", map[string]string{"actual_zh": "按配方舍去全部字段后没有数据表"})
	f.Actual = "no table is left once the recipe's columns are dropped"
	return f
}

// Check reads every record once and adds what the checks of Store notice, for
// a file that is looked at and not stored.
func (r *Reading) Check(ctx context.Context) error {
	for i, p := range r.Plans {
		checks, rows := check.New(&p.Table, r.Shape.Tables[i].Decided), 0
		err := p.Records(func(rec *catalog.Record) error {
			checks.Record(rec)
			if rows++; rows%8192 == 0 {
				return ctx.Err()
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("check the rows of table %q: %w", p.Table.Name, err)
		}
		r.Findings = append(r.Findings, checks.Findings(&p.Table)...)
	}
	outside, err := r.outside(ctx)
	r.Findings = check.Order(append(r.Findings, outside...))
	return err
}

// outside looks at what is not part of a table.
func (r *Reading) outside(ctx context.Context) ([]catalog.Finding, error) {
	var decided *catalog.PersonalDecision
	if r.given != nil {
		decided = r.given.Outside
	}
	return check.Outside(ctx, r.wb, r.Filename, slices.Concat(r.Shape.Tables, r.bare), decided)
}

// rows is how many records there are, totals included.
func (r *Reading) rows() (n int64) {
	for _, p := range r.Plans {
		n += p.Table.Rows
	}
	return n
}

// Store sends every record into the sink, profiles the tables, compares them
// with their series and seals the version.
func (r *Reading) Store(ctx context.Context, sink Sink, progress func(share float64, rows int64)) (*catalog.NewVersion, error) {
	var rows int64
	total := r.rows()
	tables := make([]catalog.Table, len(r.Plans))
	findings, err := r.outside(ctx)
	if err != nil {
		return nil, err
	}
	findings = append(slices.Clone(r.Findings), findings...)
	for i, p := range r.Plans {
		tables[i] = p.Table
		tables[i].Storage = fmt.Sprintf("t%d", i+1)
		if n, most := len(tables[i].Columns), sink.MaxColumns(); n > most {
			return nil, tooWide(&tables[i], n, most)
		}
		if err := sink.Begin(withoutHidden(&tables[i], r.Shape.Tables[i].Decided)); err != nil {
			return nil, err
		}
		checks := check.New(&tables[i], r.Shape.Tables[i].Decided)
		err := p.Records(func(rec *catalog.Record) error {
			rows++
			if rows%8192 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				progress(float64(rows)/float64(max(total, 1)), rows)
			}
			checks.Record(rec)
			return sink.Append(rec)
		})
		if err != nil {
			return nil, fmt.Errorf("store the rows of table %q: %w", tables[i].Name, err)
		}
		if err := sink.End(); err != nil {
			return nil, err
		}
		if err := sink.Profile(ctx, &tables[i]); err != nil {
			return nil, err
		}
		findings = append(findings, checks.Findings(&tables[i])...)
	}
	compared, err := r.compare(ctx, sink, tables)
	if err != nil {
		return nil, err
	}
	v, err := sink.Seal(ctx)
	if err != nil {
		return nil, err
	}
	for i := range tables {
		tables[i] = withoutHidden(&tables[i], r.Shape.Tables[i].Decided)
	}
	v.Tables, v.Findings, v.Recipe = tables, check.Order(append(findings, compared...)), r.Recipe()
	return &v, nil
}

// withoutHidden gives a table without the rules of its masked columns: they
// would say what the values were. The recipe keeps them.
func withoutHidden(t *catalog.Table, decided *catalog.RecipeTable) catalog.Table {
	out := *t
	if decided == nil {
		return out
	}
	out.Columns = slices.Clone(t.Columns)
	for i := range out.Columns {
		c := &out.Columns[i]
		if d := decided.Column(c.Name); d != nil && d.Personal.Masks() {
			c.Constraints = nil
		}
	}
	return out
}

// Refused is an error that the department can do something about: the finding
// says what.
type Refused struct{ Finding catalog.Finding }

func (r *Refused) Error() string { return r.Finding.Sentence(catalog.EN) }

// tooWide refuses a table with more columns than can be stored.
func tooWide(t *catalog.Table, columns, most int) error {
	f := catalog.NewFinding("too-many-columns", t.Sheet, map[string]string{"columns": strconv.Itoa(columns), "limit": strconv.Itoa(most)})
	f.Expected, f.Actual = strconv.Itoa(most), strconv.Itoa(columns)
	return &Refused{f}
}

// problems makes findings of what the reader noticed.
func problems(wb *sheet.Workbook) []catalog.Finding {
	out := make([]catalog.Finding, 0, len(wb.Problems))
	for _, p := range wb.Problems {
		out = append(out, finding(p.Code, p.Sheet, p.Cell, p.Args))
	}
	return out
}

// Refusal makes a finding of a file that cannot be read at all.
func Refusal(r *sheet.Rejected) catalog.Finding { return finding(r.Code, r.Sheet, r.Cell, r.Args) }

func finding(code, sheetName, cell string, args map[string]string) catalog.Finding {
	where := cell
	switch {
	case sheetName != "" && cell != "":
		where = sheetName + "!" + cell
	case sheetName != "":
		where = sheetName
	}
	f := catalog.NewFinding(code, where, args)
	if cell != "" {
		f.Cells = []string{where}
	}
	return f
}
