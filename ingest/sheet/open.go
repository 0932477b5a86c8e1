package sheet

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Options say how a file is read.
type Options struct {
	Name     string // the file's name as its sender called it: Rejected shows it as "file", nothing else is made of it. Default: ""
	Encoding string // of a text file, as declared by its sender: wins over evidence, but must decode. Default: found by evidence
	TempDir  string // where the cells of large files are kept. Default: the system's
	Limits   Limits // Default: DefaultLimits
	// Progress is told now and then which share of the file was read, 0 to 1,
	// and how many rows that were. It is called by the goroutine that called
	// Open. Default: nobody is told
	Progress func(share float64, rows int64)
}

// Limits bound what a stranger's file may cost. A zero field means its default.
type Limits struct {
	Entries       int   // files in the zip. Default: 10,000
	Inflated      int64 // bytes inflated of all entries together, counted as they come. Default: 1 GiB
	Ratio         int64 // inflated to deflated bytes of an entry, above RatioFrom. Default: 100
	RatioFrom     int64 // inflated bytes from where Ratio counts. Default: 10 MiB
	PartBytes     int64 // bytes of a small part: workbook, relationships, styles. Default: 32 MiB
	SharedStrings int   // shared texts. Default: 10,000,000
	SharedBytes   int64 // bytes of all shared texts. Default: 512 MiB
	TextBytes     int64 // bytes of the text of all cells, shared texts counted as often as they are used. Default: 4 GiB
	CellRunes     int   // characters in an xlsx cell; a longer text is kept and reported. Default: 32,767
	CellBytes     int   // bytes of one cell. Default: 4 MiB
	Sheets        int   // sheets of a workbook. Default: 1,000
	Columns       int   // Default: 16,384
	Rows          int   // rows of an xlsx sheet; a text file may have any number. Default: 1,048,576
	Merges        int   // merged ranges of a sheet. Default: 1,000,000
	Comments      int   // comments, and properties, of a file; more are left out and reported. Default: 100,000
	CommentBytes  int64 // bytes of their texts together. Default: 16 MiB
}

// DefaultLimits are the limits that a zero Limits means.
func DefaultLimits() Limits {
	return Limits{
		Entries: 10_000, Inflated: 1 << 30, Ratio: 100, RatioFrom: 10 << 20, PartBytes: 32 << 20,
		SharedStrings: 10_000_000, SharedBytes: 512 << 20, TextBytes: 4 << 30,
		CellRunes: 32_767, CellBytes: 4 << 20,
		Sheets: 1_000, Columns: 16_384, Rows: 1_048_576, Merges: 1_000_000,
		Comments: 100_000, CommentBytes: 16 << 20,
	}
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	fill(&l.Entries, d.Entries)
	fill(&l.Inflated, d.Inflated)
	fill(&l.Ratio, d.Ratio)
	fill(&l.RatioFrom, d.RatioFrom)
	fill(&l.PartBytes, d.PartBytes)
	fill(&l.SharedStrings, d.SharedStrings)
	fill(&l.SharedBytes, d.SharedBytes)
	fill(&l.TextBytes, d.TextBytes)
	fill(&l.CellRunes, d.CellRunes)
	fill(&l.CellBytes, d.CellBytes)
	fill(&l.Sheets, d.Sheets)
	fill(&l.Columns, d.Columns)
	fill(&l.Rows, d.Rows)
	fill(&l.Merges, d.Merges)
	fill(&l.Comments, d.Comments)
	fill(&l.CommentBytes, d.CommentBytes)
	l.SharedBytes = min(l.SharedBytes, 1<<32-1) // their places are kept in 32 bits
	return l
}

func fill[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// Open reads the spreadsheet at path whole. The type is found by content. A
// file that cannot be read as asked gives a *Rejected; any other error is our
// failure (disk, memory) or ctx's. The Workbook must be closed.
func Open(ctx context.Context, path string, opt Options) (*Workbook, error) {
	opt.Limits = opt.Limits.withDefaults()
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open spreadsheet: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open spreadsheet: %w", err)
	}
	what, err := sniff(f, info.Size())
	if err != nil {
		return nil, named(err, opt.Name)
	}
	rd := &reading{ctx: ctx, opt: opt, file: f, size: info.Size(), spool: spool{dir: opt.TempDir}, remarks: &remarks{}}
	defer rd.spool.discard()
	wb, err := rd.read(what)
	if err != nil {
		return nil, named(err, opt.Name)
	}
	rd.remarks.hand(wb)
	return wb, nil
}

// read reads a file of a format that sniff found.
func (rd *reading) read(what FileFormat) (*Workbook, error) {
	switch what {
	case ZIP:
		return rd.zipped()
	case XLS:
		return rd.xls()
	case ODS:
		return rd.flatODS()
	case HTML:
		return rd.html()
	case MHTML:
		return rd.mhtml()
	case XML2003:
		return rd.xml2003()
	}
	return rd.text()
}

// named adds the file's name to a refusal.
func named(err error, name string) error {
	var r *Rejected
	if errors.As(err, &r) && name != "" {
		r.Args["file"] = name
	}
	return err
}

// amount is what was read so far, of a zip of all its files: what the file
// writes once and means often is measured by it.
type amount struct {
	textBytes int64 // of all cells
	cells     int64 // that are written out; not counted for xlsx and xls, which copy none
	copies    int64 // of cells
	width     int64 // of all rows together
	spooled   int64 // bytes of all rows
	taken     int64 // bytes of the files of a zip before this one
}

// reading is one run of Open.
type reading struct {
	ctx      context.Context
	opt      Options
	file     *os.File
	size     int64
	spool    spool
	problems problems
	rows     int64 // read so far, all sheets

	archive *archive // the zip that the file is, once it was opened
	nested  bool     // the file lies in a zip
	amount
	remarks *remarks
}
