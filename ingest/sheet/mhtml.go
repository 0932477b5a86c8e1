package sheet

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"net/url"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// mhtml reads a page that was saved with its parts in one file ("web archive").
// Excel saves a workbook so: a page that names the sheets, one page a sheet and
// a style sheet for all.
func (rd *reading) mhtml() (*Workbook, error) {
	m := &mhtmlReading{reading: rd}
	defer m.close()
	if err := m.split(); err != nil {
		return nil, err
	}
	if len(m.pages) == 0 {
		return nil, mhtmlDamaged(errors.New("it holds no page"))
	}
	p := newPage(rd)
	p.styleSheet(m.css)
	whole, size := rd.file, rd.size
	defer func() { rd.file, rd.size = whole, size }()
	names, err := m.sheetNames()
	if err != nil {
		return nil, err
	}
	several, found := len(names) > 0, false
	for _, part := range m.pages {
		page, named := names[path.Base(part.location)]
		if several && !named {
			continue // frames and tabs
		}
		rd.file, rd.size = part.file, part.size
		if err := p.sheet(page.name); err != nil {
			return nil, inSheet(err, page.name)
		}
		if page.hidden {
			p.hide(p.sheets[len(p.sheets)-1], "hidden")
		}
		delete(names, path.Base(part.location))
		found = true
	}
	for file, page := range names {
		return nil, inSheet(reject(FileDamaged, "entry", file, "reason", "missing"), page.name)
	}
	if !found || len(p.sheets) == 0 {
		return nil, unsupported("html without a table")
	}
	wb, err := p.workbook(HTML)
	if err == nil {
		wb.Date1904 = m.date1904 || p.date1904
	}
	return wb, err
}

// sheet reads the file at hand as a sheet; a page without a table is none.
func (p *pageReading) sheet(name string) error {
	enc, err := p.pageEncoding()
	if err != nil {
		return err
	}
	if err := p.begin(name, false); err != nil {
		return err
	}
	*p = pageReading{sink: p.sink, classes: p.classes, known: map[string]int{}, date1904: p.date1904}
	if err := p.page(enc); err != nil {
		return err
	}
	p.end()
	if !p.tables && name == "" {
		p.sheets = p.sheets[:len(p.sheets)-1]
	}
	return nil
}

// mhtmlReading takes the parts out of the file.
type mhtmlReading struct {
	*reading
	pages    []mhtmlPage
	css      []byte
	date1904 bool
}

// mhtmlPage is a page of the file, decoded.
type mhtmlPage struct {
	location string
	file     *os.File
	size     int64
}

func (m *mhtmlReading) close() {
	for _, p := range m.pages {
		_ = p.file.Close() // it was only read since it was written
	}
}

func mhtmlDamaged(err error) error {
	var r *Rejected
	if errors.As(err, &r) {
		return err
	}
	return reject(FileDamaged, "entry", string(MHTML), "offset", "0", "reason", "its parts cannot be told apart: "+err.Error())
}

// split decodes the parts of the file.
func (m *mhtmlReading) split() error {
	r := bufio.NewReader(contextReader{m.ctx, io.NewSectionReader(m.file, 0, m.size)})
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return mhtmlDamaged(err)
	}
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return mhtmlDamaged(errors.New("no boundary"))
	}
	parts := multipart.NewReader(r, params["boundary"])
	for n := 1; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.ended("--" + params["boundary"] + "--")
		}
		if err != nil {
			return mhtmlDamaged(err)
		}
		if n > m.opt.Limits.Entries {
			return tooLarge("entries", int64(n), int64(m.opt.Limits.Entries))
		}
		if err := m.part(part); err != nil {
			return err
		}
	}
}

// ended looks for the last boundary near the end of the file: without it
// something is missing.
func (m *mhtmlReading) ended(boundary string) error {
	tail := make([]byte, min(m.size, 64<<10))
	if _, err := m.file.ReadAt(tail, m.size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read page: %w", err)
	}
	if !bytes.Contains(tail, []byte(boundary)) {
		return mhtmlDamaged(errors.New("the end is missing"))
	}
	return nil
}

func (m *mhtmlReading) part(part *multipart.Part) error {
	kind, _, _ := strings.Cut(strings.ToLower(part.Header.Get("Content-Type")), ";")
	if kind = strings.TrimSpace(kind); kind != "text/html" && kind != "text/css" {
		return nil // pictures and the like
	}
	var r io.Reader = part
	var err error
	switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	if kind == "text/css" {
		m.css, err = io.ReadAll(io.LimitReader(r, m.opt.Limits.PartBytes))
	} else {
		err = m.keep(part.Header.Get("Content-Location"), r)
	}
	var disk *os.PathError
	if err != nil && !errors.As(err, &disk) && m.ctx.Err() == nil {
		return mhtmlDamaged(err)
	}
	return err
}

// keep writes a page to a file without a name. Decoded it is never longer
// than the file it came from.
func (m *mhtmlReading) keep(location string, r io.Reader) error {
	f, err := os.CreateTemp(m.opt.TempDir, "gongkai-page-*")
	if err != nil {
		return err
	}
	m.pages = append(m.pages, mhtmlPage{location: strings.ReplaceAll(location, `\`, "/"), file: f})
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	m.pages[len(m.pages)-1].size, err = io.Copy(f, r)
	return err
}

var (
	archivedSheet  = regexp.MustCompile(`(?s)<x:ExcelWorksheet>(.*?)</x:ExcelWorksheet>`)
	archivedName   = regexp.MustCompile(`<x:Name>([^<]*)</x:Name>`)
	archivedSource = regexp.MustCompile(`<x:WorksheetSource\s+HRef="([^"]*)"`)
	archivedState  = regexp.MustCompile(`<x:Visible>Sheet(Very)?Hidden</x:Visible>`)
)

// archivedPage is what the first page says of another.
type archivedPage struct {
	name   string
	hidden bool
}

// sheetNames reads which page is which sheet, from the first page.
func (m *mhtmlReading) sheetNames() (map[string]archivedPage, error) {
	m.file, m.size = m.pages[0].file, m.pages[0].size
	enc, err := m.pageEncoding()
	if err != nil {
		return nil, err
	}
	text := m.decoded(io.NewSectionReader(m.file, enc.skip, m.size-enc.skip), enc)
	b, err := io.ReadAll(io.LimitReader(text, m.opt.Limits.PartBytes))
	if err != nil {
		return nil, err
	}
	m.date1904 = bytes.Contains(b, []byte("<x:Date1904/>"))
	names := map[string]archivedPage{}
	for i, s := range archivedSheet.FindAllSubmatch(b, m.opt.Limits.Sheets) {
		source := archivedSource.FindSubmatch(s[1])
		if source == nil {
			continue
		}
		file := path.Base(strings.ReplaceAll(string(source[1]), `\`, "/"))
		if plain, err := url.PathUnescape(file); err == nil {
			file = plain
		}
		page := archivedPage{name: strconv.Itoa(i + 1), hidden: archivedState.Match(s[1])}
		if name := archivedName.FindSubmatch(s[1]); name != nil {
			page.name = attrText(name[1])
		}
		names[file] = page
	}
	if len(names) > 0 { // else the page is read as a sheet
		newPage(m.reading).aboutComment(b)
	}
	return names, nil
}
