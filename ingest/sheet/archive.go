package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
)

// archive is the zip of a workbook. What it says of itself is not believed:
// bytes are counted as they are inflated.
type archive struct {
	limits   Limits
	files    map[string]*zip.File // by name in lower case: writers disagree about case
	inflated atomic.Int64         // of all parts, so far
	deflated atomic.Int64         // of the parts that Progress counts
}

// openArchive reads the directory and refuses what no workbook has.
func openArchive(r io.ReaderAt, size int64, limits Limits) (*archive, error) {
	// The section answers places outside of the file, which a hostile directory
	// names, with io.EOF.
	metered := &directoryMeter{ReaderAt: io.NewSectionReader(r, 0, size), left: 1<<20 + 1024*int64(limits.Entries)}
	zr, err := zip.NewReader(metered, size)
	switch {
	case metered.left < 0:
		return nil, tooLarge("zip-entries", int64(limits.Entries)+1, int64(limits.Entries))
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, zip.ErrChecksum),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, reject(FileDamaged, "entry", "zip directory", "offset", strconv.FormatInt(size, 10), "reason", "the end of the file is missing or damaged")
	case err != nil:
		return nil, fmt.Errorf("read zip directory: %w", err)
	case len(zr.File) > limits.Entries:
		return nil, tooLarge("zip-entries", int64(len(zr.File)), int64(limits.Entries))
	}
	metered.left = 1<<63 - 1
	a := &archive{limits: limits, files: make(map[string]*zip.File, len(zr.File))}
	for _, f := range zr.File {
		name, safe := entryName(f.Name)
		if !safe {
			return nil, reject(ZipUnsafeEntry, "entry", f.Name)
		}
		if _, twice := a.files[name]; twice {
			continue // the first one counts, as for other readers
		}
		a.files[name] = f
	}
	return a, nil
}

// directoryMeter bounds what a hostile zip directory may make us read.
type directoryMeter struct {
	io.ReaderAt
	left int64
}

func (m *directoryMeter) ReadAt(p []byte, off int64) (int, error) {
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, zip.ErrFormat
	}
	return m.ReaderAt.ReadAt(p, off)
}

// entryName gives the name that parts are found by, and whether it stays
// inside the archive.
func entryName(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || strings.ContainsRune(name, 0) || len(name) > 1 && name[1] == ':' {
		return "", false
	}
	for _, step := range strings.Split(name, "/") {
		if step == ".." {
			return "", false
		}
	}
	return strings.ToLower(path.Clean(name)), true
}

// has gives the directory entry of a part, or nil.
func (a *archive) has(name string) *zip.File { return a.files[strings.ToLower(name)] }

// part is one file of the archive while it is inflated.
type part struct {
	a      *archive
	name   string
	size   int64 // deflated
	raw    *countingReader
	z      io.Reader
	file   *zip.File
	count  int64
	crc    uint32
	failed error
}

// open starts to read a part.
func (a *archive) open(name string) (*part, error) {
	f := a.has(name)
	if f == nil {
		return nil, reject(FileDamaged, "entry", name, "reason", "missing")
	}
	if f.Flags&0x1 != 0 {
		return nil, reject(FileEncrypted, "entry", name, "fix", "remove the password and save it again")
	}
	raw, err := f.OpenRaw()
	if err != nil {
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, reject(FileDamaged, "entry", name, "offset", "0", "reason", "its zip header is damaged")
		}
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	p := &part{a: a, name: name, file: f, size: int64(f.CompressedSize64), raw: &countingReader{r: raw, n: &a.deflated}}
	switch f.Method {
	case zip.Store:
		p.z = p.raw
	case zip.Deflate:
		p.z = flate.NewReader(bufio.NewReaderSize(p.raw, int(min(max(p.size, 16), 128<<10))))
	default:
		return nil, reject(FileDamaged, "entry", name, "offset", "0", "reason", fmt.Sprintf("zip method %d is not used by workbooks", f.Method))
	}
	return p, nil
}

// Read inflates, counts and, at the end, compares with the directory.
func (p *part) Read(b []byte) (int, error) {
	if p.failed != nil {
		return 0, p.failed
	}
	n, err := p.z.Read(b)
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b[:n])
	p.count += int64(n)
	total := p.a.inflated.Add(int64(n))
	p.failed = p.judge(err, total)
	if p.failed != nil && !errors.Is(p.failed, io.EOF) {
		return 0, p.failed
	}
	return n, p.failed
}

func (p *part) judge(err error, total int64) error {
	l := p.a.limits
	var corrupt flate.CorruptInputError
	switch {
	case total > l.Inflated:
		r := tooLarge("inflated-bytes", total, l.Inflated)
		r.Args["entry"] = p.name
		return r
	case p.count > l.RatioFrom && p.count/l.Ratio > max(p.raw.read, 1):
		return reject(ZipBomb, "entry", p.name, "limit", "ratio", "found", strconv.FormatInt(p.count/max(p.raw.read, 1), 10), "allowed", strconv.FormatInt(l.Ratio, 10))
	case errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		return p.damaged("its compressed data is damaged or cut off")
	case errors.Is(err, io.EOF):
		if p.count != int64(p.file.UncompressedSize64) {
			return p.damaged("its length is not the one that the zip directory names")
		}
		if p.crc != p.file.CRC32 {
			return p.damaged("its checksum is wrong")
		}
		return io.EOF
	case err != nil:
		return fmt.Errorf("inflate %s: %w", p.name, err)
	}
	return nil
}

func (p *part) damaged(reason string) error {
	return reject(FileDamaged, "entry", p.name, "offset", strconv.FormatInt(p.count, 10), "reason", reason)
}

// small reads a part whole: one that is small in every honest workbook.
func (a *archive) small(ctx context.Context, name string) ([]byte, error) {
	p, err := a.open(name)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(p, a.limits.PartBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > a.limits.PartBytes {
		r := tooLarge("part-bytes", int64(len(b)), a.limits.PartBytes)
		r.Args["entry"] = name
		return nil, r
	}
	return io.ReadAll(recoded(bytes.NewReader(b)))
}

// countingReader counts deflated bytes as they are taken from the file.
type countingReader struct {
	r    io.Reader
	read int64
	n    *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	c.n.Add(int64(n))
	return n, err
}
