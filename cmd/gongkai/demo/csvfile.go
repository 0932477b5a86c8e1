package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/catalog"
)

// csvFile is a csv being written the way spreadsheet programs in China save
// them: GB18030, lines ended by CR LF, the header in the first line.
type csvFile struct {
	recorder
	buf   bytes.Buffer
	lines *csv.Writer
	row   int
}

func newCSV(columns ...Column) *csvFile {
	c := &csvFile{row: 1}
	c.lines = csv.NewWriter(&c.buf)
	c.lines.UseCRLF = true
	c.table = Table{HeaderRow: [2]int{1, 1}, Columns: columns}
	labels := make([]string, len(columns))
	for i, col := range columns {
		labels[i] = col.Label
	}
	c.write(labels)
	return c
}

func (c *csvFile) write(fields []string) {
	// Writing to memory cannot fail; save looks at the error that csv keeps.
	_ = c.lines.Write(fields)
	c.row++
}

// record writes a line; cells hold texts.
func (c *csvFile) record(cells ...cell) {
	rec := Record{Row: c.row, Kind: catalog.RowRecord}
	fields := make([]string, len(cells))
	for i, x := range cells {
		fields[i] = fmt.Sprint(x.raw)
		rec.Values = append(rec.Values, x.truth)
	}
	c.add(rec)
	c.write(fields)
}

// decimal is a number in a csv, which is written with all its decimals.
func decimal(unscaled int64, scale uint8) cell {
	s := canonical(unscaled, scale)
	return cell{raw: s, truth: s}
}

func (c *csvFile) save(path string) (Expect, error) {
	c.lines.Flush()
	if err := c.lines.Error(); err != nil {
		return Expect{}, err
	}
	encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes(c.buf.Bytes())
	if err != nil {
		return Expect{}, fmt.Errorf("encoding as GB18030: %w", err)
	}
	if err := os.WriteFile(path, encoded, 0o644); err != nil {
		return Expect{}, err
	}
	return Expect{Tables: []Table{c.done()}}, nil
}
