package sheet

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sort"
	"strings"
	"unicode/utf8"
)

// zipped reads what begins like a zip: a workbook, or files of the formats
// that are read.
func (rd *reading) zipped() (*Workbook, error) {
	a, err := openArchive(rd.file, rd.size, rd.opt.Limits)
	if err != nil {
		return nil, err
	}
	rd.archive = a
	if isODS(a) {
		return rd.ods(a)
	}
	if a.has("_rels/.rels") == nil && a.has("xl/workbook.xml") == nil && a.has("xl/workbook.bin") == nil && looksLikeFiles(a) {
		return rd.files(a)
	}
	return rd.xlsx(a)
}

// looksLikeFiles tells a zip of files from a document that is a zip.
func looksLikeFiles(a *archive) bool {
	if len(a.files) == 0 {
		return false
	}
	var r *Rejected
	return errors.As(sniffZip(a.files), &r) && r.Args["found"] == "zip"
}

// zipReading reads the files of a zip one after the other. The limits hold for
// all of them together.
type zipReading struct {
	*reading
	a       *archive
	wb      *Workbook
	formats map[FileFormat]bool
	dated   bool  // a workbook was read: Date1904 of the whole is settled
	done    int64 // deflated bytes of the files that were read
	total   int64
	memory  int64 // bytes of cells that stay in memory
	parts   []*Workbook
	buf     []byte // for files while they are inflated
}

// files reads a zip of files as one workbook.
func (rd *reading) files(a *archive) (*Workbook, error) {
	if rd.nested {
		return nil, reject(FileTypeUnsupported, "found", "zip in a zip", "fix", "put the files themselves into one zip")
	}
	z := &zipReading{reading: rd, a: a, wb: &Workbook{Format: ZIP}, formats: map[FileFormat]bool{}, buf: make([]byte, 256<<10)}
	z.wb.close = z.close
	if err := z.all(); err != nil {
		return nil, errors.Join(err, z.close())
	}
	if len(z.parts) == 0 {
		return nil, unsupported("zip")
	}
	z.uniform()
	z.wb.Problems = append(rd.problems.all(), z.wb.Problems...)
	rd.share(1, 1)
	return z.wb, nil
}

func (z *zipReading) all() error {
	names := tableFiles(z.a)
	for _, e := range names {
		z.total += int64(e.file.CompressedSize64)
	}
	for _, e := range names {
		if err := z.entry(e); err != nil {
			var r *Rejected
			if errors.As(err, &r) && r.Args["entry"] == "" {
				r.Args["entry"] = e.shown
			}
			return err
		}
		z.done += int64(e.file.CompressedSize64)
	}
	return nil
}

func (z *zipReading) close() error {
	var errs []error
	for _, wb := range z.parts {
		errs = append(errs, wb.Close())
	}
	return errors.Join(errs...)
}

// zipEntry is a file of the zip.
type zipEntry struct {
	name  string // in archive.files
	shown string
	file  *zip.File
}

// tableFiles gives the files of a zip in the order of their names, without
// folders and what systems add. Names are short where that tells them apart.
func tableFiles(a *archive) []zipEntry {
	var out []zipEntry
	bases := map[string]int{}
	for name, f := range a.files {
		base := path.Base(name)
		if strings.HasSuffix(f.Name, "/") || strings.HasSuffix(f.Name, `\`) || strings.HasPrefix(name, "__macosx/") || base[0] == '.' || base == "thumbs.db" || base == "desktop.ini" {
			continue
		}
		out = append(out, zipEntry{name, entryText(f), f})
		bases[path.Base(out[len(out)-1].shown)]++
	}
	for i := range out {
		if base := path.Base(out[i].shown); bases[base] == 1 {
			out[i].shown = base
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// entryText gives an entry's name. Programs on Chinese systems write GBK and
// do not say so.
func entryText(f *zip.File) string {
	name := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
	if utf8.ValidString(name) {
		return name
	}
	if text, err := gb18030.NewDecoder().String(f.Name); err == nil {
		return path.Clean(strings.ReplaceAll(text, `\`, "/"))
	}
	return strings.ToValidUTF8(name, "?")
}

// entry reads one file. What is no table is left out, with a remark.
func (z *zipReading) entry(e zipEntry) error {
	f, size, err := z.inflate(e)
	if err != nil {
		return err
	}
	defer f.Close()
	what, err := sniff(f, size)
	if err == nil && what == CSV && !textTable(e.shown) {
		err = unsupported("text")
	}
	if err != nil {
		return z.leaveOut(e, err)
	}
	opt := z.opt
	opt.Progress = nil
	used := z.a.inflated.Load()
	opt.Limits.Inflated -= used
	opt.Limits.Sheets -= len(z.wb.Sheets)
	if opt.Limits.Sheets <= 0 || opt.Limits.Inflated <= 0 {
		return tooLarge("sheets", int64(len(z.wb.Sheets))+1, int64(z.opt.Limits.Sheets))
	}
	sub := &reading{ctx: z.ctx, opt: opt, file: f, size: size, nested: true, remarks: z.remarks, amount: z.amount, spool: spool{dir: opt.TempDir, disk: z.memory >= spoolInMemory}}
	defer sub.spool.discard()
	remarked := len(z.remarks.comments)
	wb, err := sub.read(what)
	if sub.archive != nil {
		z.a.inflated.Add(sub.archive.inflated.Load())
	}
	if err != nil {
		return z.leaveOut(e, err)
	}
	z.memory += int64(cap(sub.spool.b))
	z.amount = sub.amount
	z.taken = z.a.inflated.Load()
	z.rows += sub.rows
	z.share(z.done, z.total)
	for i := range z.remarks.comments[remarked:] {
		c := &z.remarks.comments[remarked+i]
		c.Sheet = inFile(e.shown, c.Sheet)
	}
	return z.add(e, wb)
}

// leaveOut notes a file that is no table. Others that cannot be read refuse
// the zip: a table must not be missing silently.
func (z *zipReading) leaveOut(e zipEntry, err error) error {
	var r *Rejected
	if !errors.As(err, &r) || r.Code != FileEmpty && r.Code != FileTypeUnsupported && r.Code != FileTypeUnknown || r.Args["found"] == "zip in a zip" {
		return err
	}
	found := r.Args["found"]
	if r.Code == FileEmpty {
		found = "empty"
	}
	z.problems.group(problemKey{ZipEntrySkipped, "", e.name}, []string{"entry", e.shown, "found", found})
	return nil
}

// textTable says which text files of a zip are tables: readme, licence and
// program files lie beside the data, and everything is text.
func textTable(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".tab", ".txt", ".psv", ".prn", ".dat", ".xls", ".xlsx", ".et", ".asc", "":
		return true
	}
	return false
}

// inflate writes an entry to a file without a name.
func (z *zipReading) inflate(e zipEntry) (*os.File, int64, error) {
	p, err := z.a.open(e.name)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.CreateTemp(z.opt.TempDir, "gongkai-entry-*")
	if err != nil {
		return nil, 0, fmt.Errorf("create entry file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, 0, errors.Join(fmt.Errorf("unlink entry file: %w", err), f.Close())
	}
	size, err := io.CopyBuffer(struct{ io.Writer }{f}, contextReader{z.ctx, p}, z.buf)
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// add takes the sheets of a file into the workbook.
func (z *zipReading) add(e zipEntry, wb *Workbook) error {
	if wb.Format != CSV { // texts have no days that are numbers
		if z.dated && wb.Date1904 != z.wb.Date1904 {
			return errors.Join(reject(FileTypeUnsupported, "found", "zip of workbooks that count days from 1900 and from 1904", "fix", "send them one by one"), wb.Close())
		}
		z.wb.Date1904, z.dated = wb.Date1904, true
	}
	first := int32(len(z.wb.Formats))
	z.wb.Formats = append(z.wb.Formats, wb.Formats...)
	shifted := map[*store]bool{}
	for _, s := range wb.Sheets {
		s.Name = inFile(e.shown, s.Name)
		if !shifted[s.store] {
			shifted[s.store] = true
			shiftFormats(s.store, first)
		}
	}
	for i := range wb.Problems {
		p := &wb.Problems[i]
		if p.Sheet != "" || len(wb.Sheets) != 1 {
			p.Sheet = inFile(e.shown, p.Sheet)
		} else {
			p.Sheet = wb.Sheets[0].Name
		}
	}
	z.wb.Sheets = append(z.wb.Sheets, wb.Sheets...)
	z.wb.Problems = append(z.wb.Problems, wb.Problems...)
	z.formats[wb.Format] = true
	z.parts = append(z.parts, wb)
	return nil
}

// inFile puts the name of a file before that of a sheet in it.
func inFile(file, name string) string {
	if name == "" {
		return file
	}
	return file + "/" + name
}

// shiftFormats makes a store name the formats of the whole. Cells without a
// style keep format 0, which is General in every file.
func shiftFormats(st *store, by int32) {
	for i := range st.styles {
		if st.styles[i].format > 0 {
			st.styles[i].format += by
		}
	}
}

// uniform makes a zip of text files look like one, for readers of Format.
func (z *zipReading) uniform() {
	if len(z.formats) != 1 || !z.formats[CSV] {
		return
	}
	first := z.parts[0]
	z.wb.Format, z.wb.Encoding, z.wb.Delimiter = CSV, first.Encoding, first.Delimiter
	var whys []string
	for i, wb := range z.parts {
		if i == placesShown {
			break
		}
		whys = append(whys, wb.Sheets[0].Name+": "+wb.Why)
	}
	z.wb.Why = strings.Join(whys, "\n")
}
