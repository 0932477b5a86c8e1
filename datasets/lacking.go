package datasets

import (
	"context"
	"fmt"

	"gongkai/catalog"
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

// Lacking gives the values of column x that column y has not; NULL and totals
// do not count. Numbers are compared as numbers, all else by its text. No
// table may be open.
func (b *Builder) Lacking(ctx context.Context, x, y ColumnOf) (out Lacking, err error) {
	if b.err != nil {
		return out, b.err
	}
	if b.conn == nil || b.open != nil {
		return out, fmt.Errorf("compare column %s: the build is closed or a table is open", x.Column)
	}
	from := make([]string, 2)
	text := false
	for i, c := range []ColumnOf{x, y} {
		schema := ""
		if c.File != "" {
			schema = fmt.Sprintf("other%d", i)
			if err := b.conn.exec(ctx, "ATTACH "+literal(versionPath(b.dir, c.File))+" AS "+schema+" (READ_ONLY)"); err != nil {
				return out, fmt.Errorf("open version file %s: %w", c.File, err)
			}
			defer b.conn.exec(context.WithoutCancel(ctx), "DETACH "+schema) //nolint:errcheck // the engine closes with the build
			schema += "."
		}
		from[i] = schema + quote(c.Storage)
		kind, err := b.conn.rowsOf(ctx, "SELECT typeof("+quote(c.Column)+") FROM (SELECT NULL) LEFT JOIN "+from[i]+" ON true LIMIT 1")
		if err != nil {
			return out, fmt.Errorf("column %s: %w", c.Column, err)
		}
		switch kind[0][0].S {
		case "VARCHAR", "BOOLEAN", "DATE", "TIME", "TIMESTAMP":
			text = true
		}
	}
	value := func(c ColumnOf, alias string) string {
		if text {
			return "CAST(" + alias + quote(c.Column) + " AS VARCHAR)"
		}
		return alias + quote(c.Column)
	}
	records := catalog.ColumnKind + " = " + literal(string(catalog.RowRecord))
	rows, err := b.conn.rowsOf(ctx, `
		WITH lacking AS (
			SELECT `+value(x, "m.")+` AS v, min(`+catalog.ColumnRow+`) AS first, count(*) AS n FROM `+from[0]+` AS m
			WHERE `+records+` AND `+quote(x.Column)+` IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM `+from[1]+` AS o WHERE o.`+records+` AND `+value(y, "o.")+` = `+value(x, "m.")+`)
			GROUP BY 1)
		SELECT CAST(v AS VARCHAR), first, count(*) OVER (), sum(n) OVER () :: BIGINT FROM lacking ORDER BY first LIMIT 10`)
	if err != nil {
		return out, fmt.Errorf("compare column %s: %w", x.Column, tooLarge(err))
	}
	for _, r := range rows {
		out.Values, out.Rows = append(out.Values, r[0].S), append(out.Rows, r[1].I)
		out.Count, out.Cells = r[2].I, r[3].I
	}
	return out, nil
}
