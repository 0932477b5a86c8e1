package datasets

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/diff"
)

// Rereading is what differs between two versions that were made of one file:
// the tables that are not as they were.
type Rereading struct {
	Tables []TableChange `json:"tables"`
}

// TableChange says how a table differs. Its records are compared by their
// number, for the file is the same.
type TableChange struct {
	Name       string         `json:"name"`                // as it is now; of a removed one, as it was
	Before     string         `json:"before,omitempty"`    // its name before, where that was another
	Change     string         `json:"change"`              // added, removed or changed
	RowsBefore int64          `json:"rows_before"`         //
	RowsAfter  int64          `json:"rows_after"`          //
	OnlyBefore int64          `json:"only_before"`         // records that are no more
	OnlyAfter  int64          `json:"only_after"`          // records that were not
	Unaligned  bool           `json:"unaligned,omitempty"` // rows are made another way, so that no cells could be compared
	Columns    []ColumnChange `json:"columns"`             // that differ
}

// ColumnChange says how a column differs.
type ColumnChange struct {
	Name   string            `json:"name"`             // as it is now; of a removed one, as it was
	Change string            `json:"change"`           // added, removed or changed
	Fields map[string][2]any `json:"fields,omitempty"` // what of its description differs: before and after
	Cells  int64             `json:"cells"`            // values that differ, in records that both have
	First  []CellChange      `json:"first,omitempty"`  // the first of them
}

// CellChange is a value that differs; nil is none.
type CellChange struct {
	Where  string  `json:"where"` // sheet and cell, or the row where it lies in no single cell
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// firstCells is how many cells of a column are told as examples.
const firstCells = 5

// CompareReadings compares two versions of the data folder dir that were made
// of the same file. It only reads.
func CompareReadings(ctx context.Context, dir string, before, after *catalog.Version) (*Rereading, error) {
	e, err := openEngine("", setting{"threads", "2"}, setting{"memory_limit", "512MiB"}, setting{"temp_directory", os.TempDir()},
		setting{"autoinstall_known_extensions", "false"}, setting{"autoload_known_extensions", "false"})
	if err != nil {
		return nil, err
	}
	defer e.close()
	c, err := e.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	for alias, v := range map[string]*catalog.Version{"before": before, "after": after} {
		if err := c.exec(ctx, "ATTACH "+literal(versionPath(dir, v.FileHash))+" AS "+quote(alias)+" (READ_ONLY)"); err != nil {
			return nil, fmt.Errorf("open version %d: %w", v.Number, err)
		}
	}
	for _, s := range closing {
		if err := c.exec(ctx, "SET "+s.name+" = "+s.value); err != nil {
			return nil, fmt.Errorf("close the engine: %w", err)
		}
	}
	out := &Rereading{Tables: []TableChange{}}
	olds := tablePairs(before.Tables, after.Tables)
	for i := range after.Tables {
		t, old := &after.Tables[i], olds[i]
		if old == nil {
			out.Tables = append(out.Tables, TableChange{Name: t.Name, Change: "added", RowsAfter: t.Rows, OnlyAfter: t.Rows, Columns: []ColumnChange{}})
			continue
		}
		change, err := compareTables(ctx, c, old, t)
		if err != nil {
			return nil, fmt.Errorf("compare table %s: %w", t.Name, err)
		}
		if change != nil {
			out.Tables = append(out.Tables, *change)
		}
	}
	for i := range before.Tables {
		if t := &before.Tables[i]; !slices.Contains(olds, t) {
			out.Tables = append(out.Tables, TableChange{Name: t.Name, Change: "removed", RowsBefore: t.Rows, OnlyBefore: t.Rows, Columns: []ColumnChange{}})
		}
	}
	return out, nil
}

// tablePairs gives for each table now the one that it was: of its name, else
// one that lay in the same place.
func tablePairs(before, after []catalog.Table) []*catalog.Table {
	pairs := make([]*catalog.Table, len(after))
	for i := range after {
		for j := range before {
			if before[j].Name == after[i].Name {
				pairs[i] = &before[j]
			}
		}
	}
	for i := range after {
		for j := range before {
			a, b := &before[j], &after[i]
			if pairs[i] == nil && !slices.Contains(pairs, a) && a.Sheet == b.Sheet && a.FirstRow <= b.LastRow && b.FirstRow <= a.LastRow {
				pairs[i] = a
			}
		}
	}
	return pairs
}

// columnPairs gives for each column now the one that it was: of its name, else
// of the same place on the sheet, else made of the same.
func columnPairs(before, after []catalog.Column) []*catalog.Column {
	pairs := make([]*catalog.Column, len(after))
	match := func(same func(a, b *catalog.Column) bool) {
		for i := range after {
			for j := range before {
				if pairs[i] == nil && !slices.Contains(pairs, &before[j]) && same(&before[j], &after[i]) {
					pairs[i] = &before[j]
				}
			}
		}
	}
	match(func(a, b *catalog.Column) bool { return a.Name == b.Name && a.Made == b.Made })
	match(func(a, b *catalog.Column) bool { return a.Made == "" && b.Made == "" && a.Col == b.Col })
	match(func(a, b *catalog.Column) bool {
		return a.Made == b.Made && a.Made != "" && a.Made != catalog.MadePeriod
	})
	return pairs
}

// compareTables gives how a table differs; nil where it does not.
func compareTables(ctx context.Context, c *conn, old, now *catalog.Table) (*TableChange, error) {
	out := &TableChange{Name: now.Name, Change: "changed", RowsBefore: old.Rows, RowsAfter: now.Rows, Columns: []ColumnChange{}}
	if old.Name != now.Name {
		out.Before = old.Name
	}
	out.Unaligned = !reflect.DeepEqual(old.Origin.Parts, now.Origin.Parts) || !reflect.DeepEqual(old.Origin.Wide, now.Origin.Wide)
	olds := columnPairs(old.Columns, now.Columns)
	changes := make([]ColumnChange, len(now.Columns))
	var both []diff.Pair
	for i := range now.Columns {
		col := &now.Columns[i]
		changes[i] = ColumnChange{Name: col.Name, Change: "added"}
		if olds[i] != nil {
			changes[i].Change, changes[i].Fields = "changed", columnFields(olds[i], col)
			both = append(both, diff.Pair{Old: olds[i], New: col})
		}
	}
	if !out.Unaligned {
		if err := compareRows(ctx, c, old, now, out); err != nil {
			return nil, err
		}
		if err := compareCells(ctx, c, old, now, both, changes); err != nil {
			return nil, err
		}
	}
	for _, change := range changes {
		if change.Change == "added" || len(change.Fields) > 0 || change.Cells > 0 {
			out.Columns = append(out.Columns, change)
		}
	}
	for j := range old.Columns {
		if !slices.Contains(olds, &old.Columns[j]) {
			out.Columns = append(out.Columns, ColumnChange{Name: old.Columns[j].Name, Change: "removed"})
		}
	}
	if out.Before == "" && !out.Unaligned && out.OnlyBefore+out.OnlyAfter == 0 && old.Rows == now.Rows && len(out.Columns) == 0 {
		return nil, nil
	}
	return out, nil
}

// columnFields gives what of a column's description differs, before and after.
func columnFields(old, now *catalog.Column) map[string][2]any {
	out := map[string][2]any{}
	for name, v := range map[string][2]any{
		"name": {old.Name, now.Name}, "label": {old.Label, now.Label}, "type": {old.Type, now.Type},
		"sql_type": {old.SQLType, now.SQLType}, "unit": {old.Unit, now.Unit}, "kind": {old.Kind, now.Kind},
		"crs": {old.CRS, now.CRS}, "aliases": {old.Aliases, now.Aliases}, "constraints": {old.Constraints, now.Constraints},
		"description": {old.Description, now.Description},
	} {
		if !reflect.DeepEqual(v[0], v[1]) {
			out[name] = v
		}
	}
	return out
}

// compareRows counts the records that only one of the readings has.
func compareRows(ctx context.Context, c *conn, old, now *catalog.Table, out *TableChange) (err error) {
	only := func(a, b string) (int64, error) {
		return c.int64Of(ctx, "SELECT count(*) FROM "+a+" AS a ANTI JOIN "+b+" AS b USING ("+catalog.ColumnRow+")")
	}
	x, y := stored("before", old), stored("after", now)
	if out.OnlyBefore, err = only(x, y); err != nil {
		return err
	}
	out.OnlyAfter, err = only(y, x)
	return err
}

func stored(alias string, t *catalog.Table) string {
	return quote(alias) + ".main." + quote(t.Storage)
}

// compareCells counts for each column the values that differ, in one pass, and
// then looks up the first of those that do.
func compareCells(ctx context.Context, c *conn, old, now *catalog.Table, both []diff.Pair, changes []ColumnChange) error {
	if len(both) == 0 {
		return nil
	}
	from := " FROM " + stored("before", old) + " AS o JOIN " + stored("after", now) + " AS n USING (" + catalog.ColumnRow + ")"
	var counts []string
	for _, p := range both {
		counts = append(counts, "count(*) FILTER (WHERE "+p.Differs()+")")
	}
	rows, err := c.rowsOf(ctx, "SELECT "+strings.Join(counts, ", ")+from)
	if err != nil {
		return tooLarge(err)
	}
	for i, p := range both {
		if rows[0][i].I == 0 {
			continue
		}
		for j := range changes {
			if changes[j].Name != p.New.Name {
				continue
			}
			changes[j].Cells = rows[0][i].I
			if changes[j].First, err = firstChanges(ctx, c, from, p, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func firstChanges(ctx context.Context, c *conn, from string, p diff.Pair, now *catalog.Table) ([]CellChange, error) {
	rows, err := c.rowsOf(ctx, fmt.Sprintf("SELECT %s, CAST(o.%s AS VARCHAR), CAST(n.%s AS VARCHAR)%s WHERE %s ORDER BY 1 LIMIT %d",
		catalog.ColumnRow, quote(p.Old.Name), quote(p.New.Name), from, p.Differs(), firstCells))
	if err != nil {
		return nil, tooLarge(err)
	}
	var out []CellChange
	for _, r := range rows {
		sheet, line, row, col := now.Place(r[0].I, p.New)
		out = append(out, CellChange{Where: address(sheet, line, row, col), Before: textOrNil(r[1]), After: textOrNil(r[2])})
	}
	return out, nil
}

// address writes a place as findings do; the row alone where there is no cell.
func address(sheet string, line, row, col int) string {
	at := fmt.Sprint(line)
	if row > 0 {
		letters := ""
		for ; col > 0; col = (col - 1) / 26 {
			letters = string(rune('A'+(col-1)%26)) + letters
		}
		at = letters + fmt.Sprint(row)
	}
	if sheet == "" {
		return at
	}
	return sheet + "!" + at
}

func textOrNil(v catalog.Value) *string {
	if v.Kind == catalog.Null {
		return nil
	}
	s := v.S
	return &s
}
