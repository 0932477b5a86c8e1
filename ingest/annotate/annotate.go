// Package annotate gives a department its own workbook back, with its bad cells
// filled and commented and a first sheet that lists every finding. An xlsx is
// not read and written anew: single attributes and parts of its zip are added
// and everything else is copied as it is, so that styles, formulas, charts,
// macros and whatever else it holds stay. Of other formats a plain workbook with
// the cells as read is made first, and marked in the same way.
//
// It must not judge data: which findings there are is settled before. Nor may
// text of a file or a finding ever become a formula.
package annotate

import (
	"archive/zip"
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/flate"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// Revision changes whenever the same inputs give another file, so that files
// kept from before are not taken for it.
const Revision = "3"

// Source is the file to annotate.
type Source struct {
	Path     string          // of the bytes
	Name     string          // as the department called it; shown on the first sheet
	Workbook *sheet.Workbook // what sheet.Open made of it
	TempDir  string          // where parts wait while they are made. Default: the system's
}

// The most that is marked and copied. What is left out is said on the first
// sheet.
const (
	mostMarks    = 10_000     // cells that are filled and commented
	mostFindings = 5_000      // rows of the first sheet
	mostRows     = 1_048_576  // of a sheet that is made anew
	mostCells    = 10_000_000 // of a workbook that is made anew
	mostPart     = 32 << 20   // bytes of a part that is changed as a whole
)

// Result says what was written.
type Result struct {
	Macros bool // the workbook holds macros: programs open it only under a name that ends in .xlsm
	Copied bool // the cells were written anew, for the file was no xlsx or one that cannot be added to
	Marked int  // cells that were filled and commented
}

// Write writes the annotated workbook to w, prose in lang. An error means that
// we failed, or ctx ended; w may then hold a part.
func Write(ctx context.Context, src Source, findings []catalog.Finding, lang catalog.Lang, w io.Writer) (*Result, error) {
	j := &job{src: src, lang: lang, words: wordsOf(lang), findings: slices.Clone(findings)}
	slices.SortStableFunc(j.findings, func(a, b catalog.Finding) int { return cmp.Compare(gravity(a.Severity), gravity(b.Severity)) })
	j.place()
	if src.Workbook.Format == sheet.XLSX {
		res, err := j.original(ctx, w)
		var odd *oddFile
		if !errors.As(err, &odd) {
			return res, err
		}
		j.note(j.words.rewritten)
	}
	return j.copied(ctx, w)
}

// gravity orders severities, worst first.
func gravity(s catalog.Severity) int {
	switch s {
	case catalog.SeverityError:
		return 0
	case catalog.SeverityWarning:
		return 1
	}
	return 2
}

// oddFile says that a workbook cannot be added to: it is not as programs write
// it. Its cells are then copied.
type oddFile struct{ why string }

func (o *oddFile) Error() string { return "annotate: " + o.why }

func odd(format string, args ...any) error { return &oddFile{fmt.Sprintf(format, args...)} }

// job is one run of Write.
type job struct {
	src      Source
	lang     catalog.Lang
	words    words
	findings []catalog.Finding // worst first
	places   [][]spot          // of each finding, the first ten cells
	marks    map[string]*sheetMarks
	marked   int
	notes    []string // what was left out, for the first sheet
}

func (j *job) note(text string) {
	if !slices.Contains(j.notes, text) {
		j.notes = append(j.notes, text)
	}
}

// original marks the workbook itself. The zip waits in a file until it is
// whole: an odd part may come late.
func (j *job) original(ctx context.Context, w io.Writer) (*Result, error) {
	in, err := os.Open(j.src.Path)
	if err != nil {
		return nil, fmt.Errorf("open the workbook: %w", err)
	}
	defer in.Close()
	return j.mark(ctx, in, w, func(name string) string { return name })
}

// copied makes a plain workbook of the cells as read, and marks that.
func (j *job) copied(ctx context.Context, w io.Writer) (*Result, error) {
	plain, err := j.temp()
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	names, err := j.plainWorkbook(ctx, plain)
	if err != nil {
		return nil, fmt.Errorf("copy the cells: %w", err)
	}
	res, err := j.mark(ctx, plain, w, func(name string) string { return names[name] })
	if err != nil {
		return nil, fmt.Errorf("mark the copy: %w", err)
	}
	res.Copied = true
	return res, nil
}

// temp makes a file without a name.
func (j *job) temp() (*os.File, error) {
	f, err := os.CreateTemp(j.src.TempDir, "gongkai-annotate-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("unlink a temporary file: %w", err)
	}
	return f, nil
}

// mark adds marks and the first sheet to the xlsx in, and writes it to w.
func (j *job) mark(ctx context.Context, in *os.File, w io.Writer, nameIn func(string) string) (*Result, error) {
	info, err := in.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the workbook: %w", err)
	}
	zr, err := zip.NewReader(in, info.Size())
	if err != nil {
		return nil, odd("no zip: %v", err)
	}
	out, err := j.temp()
	if err != nil {
		return nil, err
	}
	defer out.Close()
	buffered := bufio.NewWriterSize(out, 1<<20)
	p, err := newPackage(ctx, zr, buffered)
	if err != nil {
		return nil, err
	}
	res, err := j.patch(p, nameIn)
	if err != nil {
		return nil, err
	}
	if err := buffered.Flush(); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	if _, err := io.Copy(w, out); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return res, nil
}

// deflate compresses as fast as reading goes.
func deflate(w io.Writer) (io.WriteCloser, error) {
	return flate.NewWriter(w, flate.DefaultCompression)
}
