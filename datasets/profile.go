package datasets

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// profileColumns is how many columns one pass over a table summarises: each
// costs the engine memory while it runs.
const profileColumns = 40

// The values of a column are counted one by one where there are few enough
// different ones, by estimate, or few rows; and never in tables so wide that a
// query for each column would take longer than the build. Small tables are
// counted here and not by a query for each column.
const (
	exactDistinct = 20_000
	exactRows     = 20_000
	exactColumns  = 300
	countedRows   = 2_000
)

const (
	topValues   = 5
	longestText = 120 // runes of a text in a profile; longer ones are cut and end with …
)

// Profile fills the profiles of t's columns from the stored rows, totals left
// out: counts, the smallest and largest value, the mean of numbers, and the
// most frequent values of columns in which any value comes twice. The table is
// closed; t names its Storage and its columns as Table was given them.
func (b *Builder) Profile(ctx context.Context, t *catalog.Table) error {
	if b.err != nil {
		return b.err
	}
	if b.conn == nil || b.open != nil {
		return fmt.Errorf("profile table %s: the build is closed or a table is open", t.Name)
	}
	at := slices.IndexFunc(b.tables, func(s catalog.Table) bool { return s.Storage == t.Storage })
	if at < 0 {
		return fmt.Errorf("profile table %s: nothing was stored as %q", t.Name, t.Storage)
	}
	stored := &b.tables[at]
	if stored.Rows > countedRows {
		if err := b.useThreads(ctx, b.opts.Threads); err != nil {
			return err
		}
	}
	p := profiler{conn: b.conn, from: quote(t.Storage), rows: stored.Rows - stored.TotalRows}
	if stored.TotalRows > 0 {
		p.from += " WHERE " + catalog.ColumnKind + " = " + literal(string(catalog.RowRecord))
	}
	for at := 0; at < len(t.Columns); at += profileColumns {
		cols := t.Columns[at:min(at+profileColumns, len(t.Columns))]
		if err := p.summarise(ctx, cols); err != nil {
			return fmt.Errorf("profile table %s: %w", t.Name, tooLarge(err))
		}
		if p.rows <= countedRows {
			if err := p.count(ctx, cols); err != nil {
				return fmt.Errorf("profile table %s: %w", t.Name, tooLarge(err))
			}
		}
	}
	if p.rows <= countedRows || len(t.Columns) > exactColumns {
		return nil // counted with the summary, or not at all
	}
	for i := range t.Columns {
		if err := p.frequencies(ctx, &t.Columns[i]); err != nil {
			return fmt.Errorf("profile column %s of table %s: %w", t.Columns[i].Name, t.Name, tooLarge(err))
		}
	}
	return nil
}

type profiler struct {
	conn *conn
	from string // table and condition
	rows int64  // records
}

// summaryWidth is how many results each column has in a summary: values,
// estimate of different ones, smallest, largest, sum.
const summaryWidth = 5

// summarise reads the columns in one pass.
func (p *profiler) summarise(ctx context.Context, cols []catalog.Column) error {
	stores := make([]storage, len(cols))
	terms := make([]string, len(cols))
	for i, c := range cols {
		st, err := storageOf(c.SQLType)
		if err != nil {
			return err
		}
		name := quote(c.Name)
		stores[i] = st
		terms[i] = "count(" + name + "), approx_count_distinct(" + name + "), min(" + name + "), max(" + name + "), " + st.sum(name)
	}
	rows, err := p.conn.rowsOf(ctx, "SELECT "+strings.Join(terms, ", ")+" FROM "+p.from)
	if err != nil {
		return err
	}
	for i := range cols {
		v := rows[0][i*summaryWidth : (i+1)*summaryWidth]
		count := v[0].I
		cols[i].Profile = catalog.Profile{
			Count:    count,
			Nulls:    p.rows - count,
			Distinct: min(v[1].I, count),
			Approx:   true,
			Min:      cut(v[2].String()),
			Max:      cut(v[3].String()),
			Mean:     mean(v[4], count, stores[i].scale),
		}
	}
	return nil
}

// sum is the SQL for the sum of a column of numbers. Sums of decimals are exact
// where 38 digits hold the sum of a billion such values; floating numbers are
// added with compensation, for their order is not fixed.
func (s storage) sum(name string) string {
	switch {
	case s.kind == storeInt || (s.kind == storeDecimal && s.digits <= 29):
		return "sum(" + name + ")"
	case s.kind == storeDecimal || s.kind == storeFloat:
		return "fsum(CAST(" + name + " AS DOUBLE))"
	}
	return "CAST(NULL AS BIGINT)"
}

// mean is the canonical text of sum / count: exact sums with four decimals more
// than the column has, floating ones with twelve digits; "" without a sum.
func mean(sum catalog.Value, count int64, scale int) string {
	if sum.IsNull() || count == 0 {
		return ""
	}
	if sum.Kind == catalog.FloatValue {
		f, err := strconv.ParseFloat(strconv.FormatFloat(sum.F/float64(count), 'g', 12, 64), 64)
		if err != nil {
			return ""
		}
		return catalog.Value{Kind: catalog.FloatValue, F: f}.String()
	}
	r, ok := new(big.Rat).SetString(sum.String())
	if !ok {
		return ""
	}
	text := r.Quo(r, new(big.Rat).SetInt64(count)).FloatString(scale + 4)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}

// frequencies counts the values of a column one by one, where they are few
// enough.
func (p *profiler) frequencies(ctx context.Context, c *catalog.Column) error {
	if c.Profile.Count == 0 {
		c.Profile.Distinct, c.Profile.Approx = 0, false
		return nil
	}
	if c.Profile.Distinct > exactDistinct && p.rows > exactRows {
		return nil
	}
	name := quote(c.Name)
	rows, err := p.conn.rowsOf(ctx, fmt.Sprintf(
		`WITH g AS MATERIALIZED (SELECT %s AS v, count(*) AS n FROM %s GROUP BY 1)
		 SELECT v, n, (SELECT count(v) FROM g) FROM g WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT %d`, name, p.from, topValues))
	if err != nil {
		return err
	}
	c.Profile.Approx = false
	if len(rows) > 0 {
		c.Profile.Distinct = rows[0][2].I
	}
	if len(rows) == 0 || rows[0][1].I < 2 {
		return nil
	}
	for _, row := range rows {
		c.Profile.Top = append(c.Profile.Top, catalog.ValueCount{Value: cut(row[0].String()), Count: row[1].I})
	}
	return nil
}

// count counts the values of the columns of a small table in one pass.
func (p *profiler) count(ctx context.Context, cols []catalog.Column) error {
	names := make([]string, len(cols))
	seen := make([]map[string]int64, len(cols))
	for i, c := range cols {
		names[i], seen[i] = quote(c.Name), map[string]int64{}
	}
	r, err := p.conn.query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+p.from)
	if err != nil {
		return err
	}
	defer r.close()
	row := make([]catalog.Value, len(cols))
	for r.next(row) {
		for i := range row {
			if !row[i].IsNull() {
				seen[i][strings.Clone(row[i].String())]++
			}
		}
	}
	for i := range cols {
		cols[i].Profile.Distinct, cols[i].Profile.Approx = int64(len(seen[i])), false
		cols[i].Profile.Top = top(seen[i])
	}
	return r.err
}

// top gives the most frequent values where any comes twice; of equally frequent
// ones the smaller text comes first.
func top(seen map[string]int64) []catalog.ValueCount {
	var all []catalog.ValueCount
	twice := false
	for v, n := range seen {
		all = append(all, catalog.ValueCount{Value: v, Count: n})
		twice = twice || n > 1
	}
	if !twice {
		return nil
	}
	slices.SortFunc(all, func(a, b catalog.ValueCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	all = slices.Clip(all[:min(topValues, len(all))])
	for i := range all {
		all[i].Value = cut(all[i].Value)
	}
	return all
}

// cut shortens a long text.
func cut(s string) string {
	if len(s) <= longestText {
		return s
	}
	n := 0
	for i := range s {
		if n == longestText {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
